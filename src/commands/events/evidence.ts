import { AuthError, DataError } from '../../errors.ts';
import type {
  Evidence,
  MetricsReport,
  Presence,
  StatusReport,
} from '../../events/coverage/evidence.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import { type Source, sources } from '../../events/coverage/state.ts';
import { maxSavedTime, maxTimeAt } from '../../events/plausible.ts';
import { SetHistories } from '../../events/set-histories.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError, WebPageError } from '../../kubecost/failure.ts';
import { checkEnvelope } from '../../kubecost/response-data.ts';
import { readEtlStatus } from '../../kubecost/schemas/etl-status.ts';
import { readEtlMetrics } from '../../kubecost/schemas/metrics.ts';
import type { Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { readPresence } from './presence.ts';
import { requestLog } from './read-log.ts';

/** What was found out, and from which sources. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly sources: CoverageReport['sources'];
  /** What could not be read or is unknown, as sentences. */
  readonly remarks: readonly string[];
  /** The server's clock, in milliseconds since 1970; null where no response had a Date header. */
  readonly date: number | null;
}

/** One source: what it reported, or why it did not. */
interface Answer<T> {
  readonly value: T | null;
  /** The error of a source that exists and failed; null where it answered or does not exist. */
  readonly error: Error | null;
  /** A front end's page in place of a source: it does not exist there, or the address is wrong. */
  readonly page?: Error;
  readonly detail: string;
}

/** What a source reported; null where it reported nothing. */
type Found<T> = Pick<Answer<T>, 'value' | 'detail'>;

const absent = { value: null, error: null, detail: 'not available' } as const;

/**
 * Requests every source that the server has. A source that fails is reported, and the others count.
 * The cost API is requested only where neither the log nor the status names any set, because it
 * takes two requests per day.
 *
 * @param windowAt the window to cover, by the server's clock; null for all
 * @throws DataError where no source answers
 */
export async function gatherEvidence(
  client: Client,
  windowAt: (now: number) => Span | null,
  context: Context,
): Promise<Gathered> {
  let date: number | null = null;
  const seen = (answered: number | null) => {
    if (answered !== null) date = Math.max(date ?? answered, answered);
  };
  const localNow = context.deps.clock.now();
  const log = await optional('log', () => readLog(client, localNow, seen));
  const status = await optional('status', () => readStatus(client, localNow, seen));
  const metrics = await optional('metrics', () => readMetrics(client, seen));
  const namesSets = log.value !== null || (status.value?.directories.length ?? 0) > 0;
  const presence = namesSets
    ? { value: null, error: null, detail: 'not needed', failures: 0 }
    : await presenceOf(client, { windowAt, now: date ?? localNow }, context, seen);
  const answers = { log, status, metrics, presence } as const;
  const hasGauges = (metrics.value?.gauges.length ?? 0) > 0;
  const hasEvidence = namesSets || status.value !== null || hasGauges || presence.value !== null;
  if (!hasEvidence) throw firstError(client, answers);
  const failed = new Set<Source>();
  for (const source of ['log', 'status', 'metrics', 'presence'] as const) {
    if (answers[source].error) failed.add(source);
  }
  if (log.value && !log.value.isComplete) failed.add('log');
  if (metrics.value && !metrics.value.isComplete) failed.add('metrics');
  return {
    evidence: {
      log: log.value?.histories ?? null,
      status: status.value,
      metrics: metrics.value,
      presence: presence.value,
      failed,
    },
    sources: Object.entries(answers).map(([name, { value, detail }]) => {
      const source = name as Source; // the record's own keys
      const answered = value !== null && (source !== 'metrics' || hasGauges);
      return { source, answered, failed: failed.has(source), detail };
    }),
    remarks: log.value?.remarks ?? [],
    date,
  };
}

/** Called with the Date header of a response; null where it had none. */
type OnDate = (date: number | null) => void;

interface LogEvidence {
  readonly histories: SetHistories;
  /** Whether no error event can be hidden by what the server left out. */
  readonly isComplete: boolean;
  readonly remarks: readonly string[];
}

async function readLog(client: Client, now: number, onDate: OnDate): Promise<Found<LogEvidence>> {
  const isSaved = client.saved !== undefined;
  const { sink, date, remarks, mayHideErrors } = await requestLog(
    client,
    { window: null, kinds: [] },
    (at) => new SetHistories({ maxTime: isSaved ? maxSavedTime : maxTimeAt(at ?? now) }),
  );
  onDate(date);
  const value = { histories: sink, isComplete: !mayHideErrors, remarks };
  return { value, detail: logDetail(sink) };
}

async function readStatus(
  client: Client,
  now: number,
  onDate: OnDate,
): Promise<Found<StatusReport>> {
  const status = await client.get('/etl/status', {}, async (answer) => {
    const { envelope, report } = await readEtlStatus(answer.body, answer.date ?? now);
    checkEnvelope(envelope, answer);
    onDate(answer.date);
    return report;
  });
  const files = status.directories.reduce((sum, directory) => sum + directory.files.length, 0);
  const isEmpty = files === 0 && status.pipelines.length === 0;
  return isEmpty
    ? { value: null, detail: 'it reports nothing about sets' }
    : { value: status, detail: `${files} files` };
}

async function readMetrics(client: Client, onDate: OnDate): Promise<Found<MetricsReport>> {
  const metrics = await client.get(
    '/metrics',
    {},
    (answer) => {
      onDate(answer.date);
      return readEtlMetrics(answer.body);
    },
    'text',
  );
  const count = metrics.gauges.length;
  return { value: metrics, detail: count > 0 ? `${count} gauges` : 'no ETL gauges found' };
}

async function presenceOf(
  client: Client,
  range: { readonly windowAt: (now: number) => Span | null; readonly now: number },
  context: Context,
  seen: OnDate,
): Promise<Answer<readonly Presence[]>> {
  return await optional('presence', async () => {
    const window = range.windowAt(range.now);
    const { sets, failure, failures } = await readPresence(
      client,
      { ...range, window },
      context,
      seen,
    );
    if (sets === null) return absent;
    const suffix = failures > 0 ? `, ${failures} could not be requested` : '';
    return { value: sets, error: failure, detail: `${sets.length} sets requested${suffix}` };
  });
}

function firstError(client: Client, answers: Readonly<Record<string, Answer<unknown>>>): Error {
  const all = Object.values(answers);
  return (
    all.find(({ error }) => error !== null)?.error ??
    all.find(({ page }) => page !== undefined)?.page ??
    new DataError(
      `${client.server} has neither an event log nor /etl/status, /allocation and /assets`,
      'check that it is the cost-model or the aggregator of a Kubecost, or an OpenCost',
    )
  );
}

function logDetail(log: SetHistories): string {
  const count = log.tally.kinds.reduce((sum, kind) => sum + kind.count, 0);
  const counted = [...log.counters.values()].reduce((sum, n) => sum + n, 0);
  const cut = counted > count ? ` of ${counted} counted` : '';
  return `${count} events${cut}`;
}

/** Runs a request; a source that does not exist is absent, and one that fails keeps its error. */
async function optional<T>(
  source: Source,
  read: () => Promise<{ value: T | null; error?: Error | null; detail: string }>,
): Promise<Answer<T>> {
  try {
    return { error: null, ...(await read()) };
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return absent;
    if (error instanceof WebPageError) {
      return { value: null, error: null, page: error, detail: 'not available (a web page)' };
    }
    const isFatal = source === 'log' && error instanceof AuthError;
    if (isFatal || !(error instanceof DataError || error instanceof AuthError)) throw error;
    return { value: null, error, detail: `${sources[source]} failed: ${error.message}` };
  }
}
