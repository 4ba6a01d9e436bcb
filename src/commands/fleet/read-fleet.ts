import { AuthError, KcEtlError } from '../../errors.ts';
import type { ServerResult } from '../../fleet/report.ts';
import type { Progress } from '../../reporter.ts';
import type { Context } from '../command.ts';
import { eachLimited } from '../servers/each-limited.ts';
import type { ServerEntry } from '../servers/entry.ts';
import { openServer } from '../servers/open-server.ts';
import { type Reading, readServer } from './read-server.ts';

interface FleetReading {
  readonly reading: Reading;
  /** Servers at a time. */
  readonly limit: number;
  readonly progress: Progress;
}

/** Reads every server of a file. One that fails has its reason in place of its clusters. */
export function readFleet(
  servers: readonly ServerEntry[],
  { reading, limit, progress }: FleetReading,
  context: Context,
): Promise<ServerResult[]> {
  let done = 0;
  return eachLimited(servers, limit, async (entry) => {
    const result = await readEntry(entry, reading, context);
    done++;
    progress.update(`reading the clusters: ${done} of ${servers.length} servers`);
    return result;
  });
}

async function readEntry(
  entry: ServerEntry,
  reading: Reading,
  context: Context,
): Promise<ServerResult> {
  const { name } = entry;
  try {
    const server = await openServer(entry, context);
    try {
      return await readServer({ client: await server.context.connect(), name }, reading);
    } finally {
      await server.close();
    }
  } catch (error) {
    reading.signal.throwIfAborted();
    if (!(error instanceof KcEtlError)) throw error;
    const isRefused = error instanceof AuthError;
    return { server: name, product: null, version: null, reason: error.message, isRefused };
  }
}
