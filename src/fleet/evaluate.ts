import { day, formatTime, type Span } from '../time.ts';
import { daysText } from './days-text.ts';
import type { ServerEvidence } from './evidence.ts';
import type { ExpectedClusters } from './expected.ts';
import { isSilentSince, newestAdjusted, type Presence, presenceOf } from './presence.ts';
import type { FleetCluster } from './schema.ts';
import type { FleetState } from './states.ts';

/** What the days of a server are compared with. */
export interface FleetContext {
  /** Null where there is no `--expect` file. */
  readonly expected: ExpectedClusters | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The clusters of one server, in order of their ids. */
export function evaluateServer(evidence: ServerEvidence, context: FleetContext): FleetCluster[] {
  const found = [...evidence.clusters]
    .map(([id, days]) => ({ id, days, presence: presenceOf(days) }))
    .filter(({ id, presence: { data, remains } }) =>
      isNamed(id) ? data.size + remains.size > 0 : data.size > 0,
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const beginning = Math.min(
    ...found.flatMap(({ presence: { data, remains } }) => [...data, ...remains]),
  );
  return found.map(({ id, days, presence }) => {
    const { server, product, version } = evidence;
    const adjusted = product === 'opencost' ? null : newestAdjusted(days);
    const verdict = verdictOf({ id, presence, beginning }, evidence, context);
    const lastDay = newestOf(presence.data);
    return {
      cluster: id,
      server,
      product,
      version,
      state: verdict.state,
      lastDay: lastDay === null ? null : dateOf(lastDay),
      missingDays: verdict.missing.map(dateOf),
      reconciledUntil: adjusted === null ? null : dateOf(adjusted),
      detail: verdict.details.length > 0 ? verdict.details.join('; ') : null,
    };
  });
}

interface OwnDays {
  readonly id: string;
  readonly presence: Presence;
  /** Start of the first day that the server has of any cluster. */
  readonly beginning: number;
}

interface Verdict {
  readonly state: FleetState;
  /** Starts of the days without data. */
  readonly missing: readonly number[];
  readonly details: readonly string[];
}

function verdictOf(
  { id, presence, beginning }: OwnDays,
  { days, requested, unread }: ServerEvidence,
  { expected, now }: FleetContext,
): Verdict {
  const { data, remains } = presence;
  const isUnread = (at: number) => unread.some(({ span }) => isIn(at, span));
  const since = Math.max(beginning, expected?.get(id)?.since ?? 0);
  const counted = days.filter((at) => at >= since && (data.has(at) || !isUnread(at)));
  const lastDay = newestOf(data) ?? Number.NEGATIVE_INFINITY;
  const late = counted.filter((at) => at > lastDay);
  const isKnown = !requested.some((at) => at > lastDay && isUnread(at));
  const isSilent = late.length > 0 && isKnown && isSilentSince(lastDay, now);
  // the newest days of a cluster that may only be late do not count yet
  const missing = counted.filter((at) => !data.has(at) && (isSilent || at < lastDay));
  const failure = unread.find(({ span }) => days.some((at) => isIn(at, span) && !data.has(at)));
  const details = [
    isNamed(id) ? null : 'workloads without a cluster id',
    isSilent ? silentText(lastDay) : missingText(missing, counted.length, data),
    missing.some((at) => remains.has(at)) ? 'volumes or load balancers still have costs' : null,
    !isSilent && late.length > 0 ? `no data yet on ${daysText(late)}` : null,
    failure ? `some days could not be read: ${failure.reason}` : null,
  ].filter((text) => text !== null);
  if (expected && !expected.has(id)) {
    return { state: 'unexpected', missing, details: ['not in the --expect file', ...details] };
  }
  if (isSilent) return { state: 'silent', missing, details };
  if (missing.length > 0) return { state: 'gaps', missing, details };
  return { state: failure ? 'unreachable' : 'complete', missing, details };
}

function silentText(lastDay: number): string {
  return Number.isFinite(lastDay) ? `no workloads since ${dateOf(lastDay + day)}` : 'no workloads';
}

/** Which days are missing; all days before the first one may be those before the cluster existed. */
function missingText(
  missing: readonly number[],
  counted: number,
  data: ReadonlySet<number>,
): string | null {
  if (missing.length === 0) return null;
  const first = Math.min(...data);
  return missing.every((at) => at < first)
    ? `no data before ${dateOf(first)}: it is lost, or the cluster is new (then add its first day to the --expect file)`
    : `no data on ${daysText(missing)} (${missing.length} of ${counted} days)`;
}

/** Whether an id is that of a cluster, and not of rows without one. */
function isNamed(id: string): boolean {
  return id !== '' && id !== '__unallocated__';
}

function newestOf(starts: ReadonlySet<number>): number | null {
  return starts.size > 0 ? Math.max(...starts) : null;
}

function isIn(at: number, { start, end }: Span): boolean {
  return at >= start && at < end;
}

function dateOf(at: number): string {
  return formatTime(at).slice(0, 10);
}
