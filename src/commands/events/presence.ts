import { DataError } from '../../errors.ts';
import type { Presence } from '../../events/coverage/evidence.ts';
import { type Store, stores } from '../../events/kinds.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { NotRecordedError } from '../../kubecost/record/not-recorded.ts';
import { checkEnvelope } from '../../kubecost/response-data.ts';
import { endedEarly, readDataExtent } from '../../kubecost/schemas/presence.ts';
import { day, formatSpan, type Span } from '../../time.ts';
import type { Context } from '../command.ts';

/** Days that are requested without a window. */
const defaultDays = 15;
/** Newest days that are always requested: they show whether data still arrive. */
const newestDays = 2;
/** Parallel requests; the responses are small, but the servers behind them are slow. */
const maxParallel = 2;

const requests = {
  allocation: {
    path: '/allocation',
    params: { aggregate: 'cluster', accumulate: 'true', idle: 'false', shareTenancyCosts: 'false' },
  },
  asset: { path: '/assets', params: { aggregate: 'type', accumulate: 'true' } },
} as const satisfies Record<Store, { path: string; params: Record<string, string> }>;

/** Days to request. Times in milliseconds since 1970. */
export interface PresenceRange {
  readonly window: Span | null;
  /** The server's clock. */
  readonly now: number;
}

export interface PresenceResult {
  /** null: the server has no cost API. */
  readonly sets: Presence[] | null;
  /** The first error of a day that could not be requested; null where all could. */
  readonly failure: Error | null;
  readonly failures: number;
}

/**
 * Requests the days of each store, newest first. Days that fail are left out and counted; after two
 * failures in a row no more are requested.
 *
 * @throws KcEtlError where no day could be requested
 */
export async function readPresence(
  client: Client,
  range: PresenceRange,
  context: Context,
  seen: (date: number | null) => void,
): Promise<PresenceResult> {
  const wanted = daysOf(range).flatMap((start) => stores.map((store) => ({ store, start })));
  const sets: Presence[] = [];
  const progress = await context.reporter.progress('looking for sets');
  const absent: { store: Store; start: number }[] = [];
  let failure: Error | null = null;
  let notRecorded: Error | null = null;
  let [failures, inRow] = [0, 0];
  try {
    for (let at = 0; at < wanted.length; at += maxParallel) {
      progress.update(`looking for sets: ${at} of ${wanted.length}`);
      const batch = wanted.slice(at, at + maxParallel).map((set) => extentOf(client, set, seen));
      const answers = await Promise.allSettled(batch);
      for (const [i, answer] of answers.entries()) {
        if (answer.status === 'fulfilled') {
          if (answer.value) sets.push(answer.value);
          else absent.push(wanted[at + i] ?? { store: 'asset', start: 0 });
          inRow = 0;
          continue;
        }
        const isOptional = !isInWindow(wanted[at + i]?.start ?? 0, range);
        if (isOptional && answer.reason instanceof NotRecordedError) {
          notRecorded = answer.reason;
          continue;
        }
        if (!(answer.reason instanceof DataError)) throw answer.reason;
        failure ??= answer.reason;
        failures++;
        inRow++;
      }
      if (at === 0 && answers.every(isAbsent)) return { sets: null, failure, failures };
      if (inRow >= 2) {
        failures += Math.max(0, wanted.length - at - maxParallel);
        break;
      }
    }
  } finally {
    progress.stop();
  }
  // an endpoint that answers for some days and is not found for others fails
  const lost = absent.filter(({ store }) => sets.some((set) => set.store === store));
  if (lost.length > 0) {
    failures += lost.length;
    failure ??= new DataError(`${client.server}: not found (404) for ${lost.length} requests only`);
  }
  const error = failure ?? notRecorded;
  if (sets.length === 0 && error) throw error;
  return { sets: sets.length > 0 ? sets : null, failure, failures };
}

function isAbsent(answer: PromiseSettledResult<Presence | null>): boolean {
  return answer.status === 'fulfilled' && answer.value === null;
}

/** Whether a day was asked for. Without a window a recording may have fewer days. */
function isInWindow(start: number, { window }: PresenceRange): boolean {
  return window !== null && start + day > window.start && start < window.end;
}

/** Starts of the days to request, newest first. */
function daysOf({ window, now }: PresenceRange): number[] {
  const today = Math.floor(now / day) * day;
  const first = window ? Math.floor(window.start / day) * day : today - (defaultDays - 1) * day;
  const last = Math.min(window ? Math.ceil(window.end / day) * day - day : today, today);
  const days = new Set<number>();
  for (let i = 0; i < newestDays; i++) days.add(today - i * day);
  for (let at = last; at >= first; at -= day) days.add(at);
  return [...days].sort((a, b) => b - a);
}

/** null: the server has no such store. */
async function extentOf(
  client: Client,
  { store, start }: { readonly store: Store; readonly start: number },
  seen: (date: number | null) => void,
): Promise<Presence | null> {
  const { path, params } = requests[store];
  const end = start + day;
  try {
    return await client.get(
      path,
      { window: formatSpan({ start, end }), ...params },
      async (answer) => {
        const { envelope, extent } = await readDataExtent(answer.body, { start, end });
        checkEnvelope(envelope, answer);
        seen(answer.date);
        const { untilByCluster: _, ...amounts } = extent;
        return { store, start, end, ...amounts, endedEarly: endedEarly(extent, end) };
      },
    );
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return null;
    throw error;
  }
}
