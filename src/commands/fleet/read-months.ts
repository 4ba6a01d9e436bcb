import { AuthError, DataError, KcEtlError } from '../../errors.ts';
import type { UnreadDays } from '../../fleet/evidence.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError, failureBehind, GatewayError } from '../../kubecost/failure.ts';
import type { ApiResponse } from '../../kubecost/response.ts';
import { type ClusterDayRow, readClusterDays } from '../../kubecost/schemas/cluster-days.ts';
import { day, formatSpan, type Span } from '../../time.ts';

/** Days of a request. */
const maxDays = 31;
/** Requests for the parts of months that the server does not answer at once. */
const maxParts = 40;

const kubecostParams = {
  idle: 'false',
  shareIdle: 'false',
  shareTenancyCosts: 'false',
  external: 'false',
  reconcile: 'true',
} as const;

interface Months {
  /** OpenCost gets none of the parameters that it does not know. */
  readonly isOpenCost: boolean;
  readonly signal: AbortSignal;
  add(row: ClusterDayRow): void;
  fail(days: UnreadDays): void;
}

/**
 * Reads the clusters of whole UTC days, newest month first, with a request per month. A month that the
 * server refuses to answer at once is halved, down to single days.
 *
 * @throws KcEtlError where no day could be read
 */
export async function readMonths(
  client: Client,
  { start, end }: Span,
  months: Months,
): Promise<void> {
  let answers = 0;
  let parts = 0;
  let firstError: KcEtlError | null = null;
  const read = async (span: Span): Promise<void> => {
    const answer = await requestDays(client, span, months);
    if (!('error' in answer)) {
      answers++;
      for (const row of answer.rows) months.add(row);
      if (answer.warning !== null) months.fail({ span, reason: answer.warning });
      return;
    }
    firstError ??= answer.error;
    // a server of which nothing could be read yet is not asked for every day
    const isGivenUp = answers === 0 && parts >= Math.log2(maxDays) * 2;
    const halves = answer.isAnswered && !isGivenUp && parts < maxParts ? halvesOf(span) : [];
    if (halves.length === 0) months.fail({ span, reason: answer.error.message });
    parts += halves.length;
    for (const half of halves) await read(half);
  };
  for (let last = end; last > start; last -= maxDays * day) {
    await read({ start: Math.max(start, last - maxDays * day), end: last });
    if (answers === 0 && firstError !== null) throw firstError;
  }
}

interface Days {
  readonly rows: readonly ClusterDayRow[];
  /** What the server says about data that it may not have sent. */
  readonly warning: string | null;
}

interface NoDays {
  readonly error: KcEtlError;
  /** Whether the server answered, so that it may answer a smaller request. */
  readonly isAnswered: boolean;
}

async function requestDays(
  client: Client,
  span: Span,
  { isOpenCost, signal }: Months,
): Promise<Days | NoDays> {
  let isAnswered = false;
  let days: ClusterDayRow[] = [];
  let warning: string | null = null;
  const onlyDay = span.end - span.start <= day ? span.start : null;
  const read = async (response: ApiResponse) => {
    isAnswered = true;
    days = [];
    const listening = {
      ...response,
      onWarning(sentence: string) {
        warning = sentence;
        response.onWarning?.(sentence);
      },
    };
    return readClusterDays(listening, (row) => days.push(row), onlyDay);
  };
  const params = {
    window: formatSpan(span),
    aggregate: 'cluster',
    step: '1d',
    accumulate: 'false',
    ...(isOpenCost ? {} : kubecostParams),
  };
  try {
    const undated = await getAllocations(client, params, read);
    if (undated > 0) throw new DataError(`${client.server}/allocation ignores step=1d`);
    const rows = days.filter((row) => row.day >= span.start && row.day < span.end);
    return { rows, warning };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KcEtlError)) throw error;
    const isFinal =
      error instanceof AuthError ||
      error instanceof EndpointNotFoundError ||
      (error instanceof GatewayError && failureBehind(error)?.specificity === 'final');
    const status = failureBehind(error)?.status ?? null;
    return { error, isAnswered: !isFinal && (isAnswered || status !== null) };
  }
}

async function getAllocations<T>(
  client: Client,
  params: Readonly<Record<string, string>>,
  read: (response: ApiResponse) => Promise<T>,
): Promise<T> {
  try {
    return await client.get('/allocation', params, read);
  } catch (error) {
    if (!(error instanceof EndpointNotFoundError)) throw error;
    // before 1.103 OpenCost has it under this name only
    return client.get('/allocation/compute', params, read);
  }
}

/** The newer half first. */
function halvesOf({ start, end }: Span): Span[] {
  const days = Math.round((end - start) / day);
  if (days <= 1) return [];
  const middle = start + Math.floor(days / 2) * day;
  return [
    { start: middle, end },
    { start, end: middle },
  ];
}
