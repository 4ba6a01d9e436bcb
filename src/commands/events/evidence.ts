import { DataError } from '../../errors.ts';
import type { Evidence, Presence } from '../../events/coverage/evidence.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import { sources } from '../../events/coverage/state.ts';
import { SetHistories } from '../../events/set-histories.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { readData } from '../../kubecost/response.ts';
import { readEtlStatus } from '../../kubecost/schemas/etl-status.ts';
import { readDataStatus } from '../../kubecost/schemas/metrics.ts';
import type { Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { readPresence } from './presence.ts';
import { requestLog } from './read-log.ts';

/** What was found out, and from whom. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly sources: CoverageReport['sources'];
  /** A request for a set's presence failed: what it would have said is not known. */
  readonly isPartial: boolean;
}

/**
 * Asks every source that the server has. The log is what says most: where there is one, a failure to
 * read it is the end; the stores themselves are asked only where there is none.
 *
 * @param window what is to be covered, in milliseconds since 1970; null for all
 */
export async function gatherEvidence(
  client: Client,
  window: Span | null,
  context: Context,
): Promise<Gathered> {
  const log = await optional(() =>
    requestLog(client, { window: null, kinds: [] }, () => new SetHistories()),
  );
  const status = await statusOf(client);
  const metrics = await metricsOf(client);
  const presence =
    log === null ? await readPresence(client, window, context) : { sets: null, failures: 0 };
  if (log === null && presence.sets === null) {
    throw new DataError(
      `${client.server} has neither an event log nor /allocation and /assets`,
      'is it the cost-model or the aggregator of a Kubecost, or an OpenCost?',
    );
  }
  return {
    evidence: { log, status: status.value, metrics: metrics.value, presence: presence.sets },
    sources: [
      { source: 'log', answered: log !== null, detail: log ? logDetail(log) : 'there is none' },
      { source: 'status', answered: status.value !== null, detail: status.detail },
      { source: 'metrics', answered: metrics.value !== null, detail: metrics.detail },
      {
        source: 'presence',
        answered: presence.sets !== null,
        detail: presence.sets ? presenceDetail(presence.sets, presence.failures) : 'not needed',
      },
    ],
    isPartial: presence.failures > 0,
  };
}

function logDetail(log: SetHistories): string {
  const count = log.tally.kinds.reduce((sum, kind) => sum + kind.count, 0);
  const counted = [...log.counters.values()].reduce((sum, n) => sum + n, 0);
  const cut = counted > count ? ` of the ${counted} that were counted` : '';
  return `${count} events${cut}`;
}

function presenceDetail(sets: readonly Presence[], failures: number): string {
  const failed = failures > 0 ? `, ${failures} could not be asked for` : '';
  return `${sets.length} sets asked for${failed}`;
}

interface Optional<T> {
  readonly value: T | null;
  readonly detail: string;
}

async function statusOf(client: Client): Promise<Optional<Evidence['status']>> {
  const { z } = await import('zod');
  return withDetail('status', async () => {
    const data = await client.get('/etl/status', {}, (answer) => readData(answer, z.unknown()));
    const pipelines = readEtlStatus(data);
    const files = pipelines.reduce((sum, pipeline) => sum + pipeline.files.length, 0);
    const detail = pipelines.length > 0 ? `${files} files` : 'it says nothing about sets';
    return { value: pipelines.length > 0 ? pipelines : null, detail };
  });
}

function metricsOf(client: Client): Promise<Optional<Evidence['metrics']>> {
  return withDetail('metrics', async () => {
    const read = ({ body }: { body: AsyncIterable<Uint8Array> }) => readDataStatus(body);
    const gauges = await client.get('/metrics', {}, read, 'text');
    return { value: gauges, detail: gauges ? `${gauges.length} gauges` : 'no gauge is about sets' };
  });
}

/** A source beside the log: where it fails, the picture is less sharp, but stands. */
async function withDetail<T>(
  name: keyof typeof sources,
  read: () => Promise<Optional<T>>,
): Promise<Optional<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return { value: null, detail: 'there is none' };
    if (!(error instanceof DataError)) throw error;
    return { value: null, detail: `${sources[name]} did not answer: ${error.message}` };
  }
}

async function optional<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return null;
    throw error;
  }
}
