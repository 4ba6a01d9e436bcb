import { z } from 'zod';
import type { Context } from '../commands/command.ts';
import { type Connection, clientOf } from '../commands/connection/connection.ts';
import { KcEtlError } from '../errors.ts';
import { EventLog } from '../events/log.ts';
import type { Client } from '../kubecost/client.ts';
import { baseCandidates } from '../kubecost/connection/address.ts';
import { failureBehind, type Specificity } from '../kubecost/failure.ts';
import { type ApiResponse, checkEnvelope, readData } from '../kubecost/response.ts';
import { readEtlLog } from '../kubecost/schemas/etl-log.ts';

/** What one endpoint answered. */
export type ProbeResult<T> =
  | { readonly ok: true; readonly data: T; readonly date: number | null; readonly at: number }
  | {
      readonly ok: false;
      readonly error: KcEtlError;
      readonly telling: Specificity;
      readonly status: number | null;
    };

/** Requests below one base path; none fails, since every failure is a finding. */
export interface Requester {
  readonly base: string;
  /** `data` of an envelope. */
  data(path: string, query?: string): Promise<ProbeResult<unknown>>;
  /** A document without an envelope. */
  bare(path: string): Promise<ProbeResult<unknown>>;
  /** The time of the newest event, or null where there is none. */
  newestEvent(): Promise<ProbeResult<string | null>>;
}

/** An asker for every place where the API may begin. */
export async function requestersOf(connection: Connection, context: Context): Promise<Requester[]> {
  return Promise.all(
    baseCandidates(connection.base).map(async (base) =>
      createAsker(
        base,
        await clientOf(connection, context, { candidates: [base], retries: 1 }),
        context,
      ),
    ),
  );
}

function createAsker(base: string, client: Client, { deps }: Context): Requester {
  const ask = async <T>(
    path: string,
    read: (answer: ApiResponse) => Promise<T>,
  ): Promise<ProbeResult<T>> => {
    let date: number | null = null;
    let at = deps.clock.now();
    try {
      const data = await client.get(path, {}, (answer) => {
        date = answer.date;
        at = deps.clock.now();
        return read(answer);
      });
      return { ok: true, data, date, at };
    } catch (error) {
      if (deps.signal.aborted || !(error instanceof KcEtlError)) throw error;
      const failure = failureBehind(error);
      const { telling = 'final', status = null } = failure ?? {};
      return { ok: false, error, telling, status };
    }
  };
  return {
    base,
    data: (path, query = '') => ask(`${path}${query}`, (answer) => readData(answer, z.unknown())),
    bare: (path) => ask(path, readBare),
    newestEvent: () =>
      ask('/etl/log?window=30d', async (answer) => {
        const log = new EventLog({ kinds: [], store: null, errors: false }, 1);
        checkEnvelope(await readEtlLog(answer.body, log), answer);
        return [...log].at(-1)?.time ?? null;
      }),
  };
}

const largestDocument = 1024 * 1024;

async function readBare({ body }: ApiResponse): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largestDocument) break;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return null;
  }
}
