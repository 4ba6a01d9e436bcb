import { isDeepStrictEqual } from 'node:util';
import { formatTime } from '../time.ts';
import type { StoreContent } from './audit-store.ts';
import { spanOf } from './diagnose-days.ts';
import { folderOf, pathOf } from './layout.ts';
import type { Identity, StoredDay } from './schema.ts';
import { type ShardPlan, shardOf } from './shard.ts';

/** An AuditStore or the report of a shard. */
export interface MergeInput {
  /** As a message names it. */
  readonly name: string;
  readonly days: readonly StoredDay[];
  readonly damaged: StoreContent['damaged'];
  readonly plans: readonly ShardPlan[];
}

export interface Merged {
  /** Each unit once, in order of server and window. */
  readonly days: readonly StoredDay[];
  readonly plans: readonly ShardPlan[];
  /** Why the inputs contradict each other, one text for each unit; empty where they do not. */
  readonly contradictions: readonly string[];
}

/** The units of all inputs. Copies of a unit may differ in when and by which release it was evaluated. */
export function mergeInputs(inputs: readonly MergeInput[]): Merged {
  const units = new Map<string, { readonly day: StoredDay; readonly name: string }>();
  const contradictions: string[] = [];
  for (const { name, days } of inputs) {
    for (const day of days) {
      const path = pathOf(day);
      const known = units.get(path);
      const newest = known === undefined ? day : newestOf(known.day, day);
      if (newest !== null) units.set(path, { day: newest, name });
      else contradictions.push(`${unitText(day)} differs between ${known?.name} and ${name}`);
    }
  }
  for (const { name, damaged } of inputs) {
    for (const { path, problem } of damaged) {
      if (!units.has(path)) contradictions.push(`${name}/${path} ${problem}`);
    }
  }
  const days = [...units.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { day }]) => day);
  return {
    days,
    plans: inputs.flatMap(({ plans }) => plans),
    contradictions: [...contradictions, ...versionsOf(days)],
  };
}

/** The newer of two copies of a unit; null where they contradict each other. */
function newestOf(a: StoredDay, b: StoredDay): StoredDay | null {
  const [older, newer] = a.storedAt <= b.storedAt ? [a, b] : [b, a];
  // a copy whose newer evaluation failed says nothing against that of an evaluation since
  const isReplaced = older.failedAt !== undefined && older.failedAt <= newer.storedAt;
  if (!isReplaced && !isDeepStrictEqual(contentOf(older), contentOf(newer))) return null;
  const { failedAt: _, ...day } = newer;
  const [failedAt] = [older, newer]
    .flatMap((copy) => copy.failedAt ?? [])
    .filter((time) => time > newer.storedAt)
    .sort()
    .reverse();
  return failedAt === undefined ? day : { ...day, failedAt };
}

/** What must be equal in two copies of a unit: all but when, how and by which release it was read. */
function contentOf({ failedAt: _, ...day }: StoredDay): object {
  const audits = day.audits.map((audit) => ({ ...audit, lastRun: null }));
  return {
    ...day,
    ...{ storedAt: '', connection: [], kcEtl: '', audits },
    server: { ...day.server, version: null },
  };
}

function versionsOf(days: readonly StoredDay[]): string[] {
  const versions = [...new Set(days.map(({ auditsVersion }) => auditsVersion))].sort();
  if (versions.length < 2) return [];
  const oldest = days.find(({ auditsVersion }) => auditsVersion === versions[0]);
  return [
    `versions ${versions.join(' and ')} of the audits are mixed; ${oldest ? unitText(oldest) : ''} is of version ${versions[0]}`,
  ];
}

/** `2026-11-23 of cluster-one`; an hour with its time. */
function unitText({
  window: { start },
  server,
  options,
}: {
  readonly window: { readonly start: string };
  readonly server: Identity;
  readonly options: StoredDay['options'];
}): string {
  const time = options.step === '1d' ? start.slice(0, 10) : start.slice(0, 16).replace('T', ' ');
  return `${time} of ${server.clusterId ?? server.address}`;
}

/** The days of one server in a merge. */
export interface MergedServer {
  /** Of the same options, in order of time. */
  readonly days: readonly StoredDay[];
  /** Starts of the windows that the report is about, in order of time. */
  readonly starts: readonly string[];
  /** Those of them that no input has, or whose last evaluation failed, one text for each. */
  readonly missing: readonly string[];
  /** The plan that says what is complete; null: all windows from the first to the last one. */
  readonly plan: ShardPlan | null;
}

/**
 * The servers of a merge. The plan that reaches furthest says which windows belong to it.
 *
 * @param series chooses days of the same options where no plan says which
 */
export function mergedServers(
  { days, plans }: Merged,
  series: (days: readonly StoredDay[]) => readonly StoredDay[],
): MergedServer[] {
  const folders = new Set([...days, ...plans].map(({ server }) => folderOf(server)));
  return [...folders].sort().map((folder) => {
    const own = days.filter(({ server }) => folderOf(server) === folder);
    const plan = newestPlan(plans.filter(({ server }) => folderOf(server) === folder));
    return complete(plan ? own.filter((day) => isOfPlan(day, plan)) : series(own), plan);
  });
}

function complete(unsorted: readonly StoredDay[], plan: ShardPlan | null): MergedServer {
  const days = [...unsorted].sort((a, b) => (a.window.start < b.window.start ? -1 : 1));
  const stored = new Map(days.map((day) => [day.window.start, day]));
  const starts = plan ? plan.windows : startsBetween(days);
  const about = plan ?? days[0];
  const missing = starts.flatMap((start) => {
    const day = stored.get(start);
    if (!about || (day && day.failedAt === undefined)) return [];
    const text = unitText({ ...about, window: { start } });
    const shard = plan ? ` (shard ${shardOf(plan.server, start, plan.count)}/${plan.count})` : '';
    return [day ? `${text}${shard}, whose last evaluation failed` : `${text}${shard}`];
  });
  return { days, starts, missing, plan };
}

/** The plan with the last window; of several, the one with the most windows. */
function newestPlan(plans: readonly ShardPlan[]): ShardPlan | null {
  const last = ({ windows }: ShardPlan) => Date.parse(windows.at(-1) ?? '') || 0;
  const sorted = [...plans].sort(
    (a, b) => last(b) - last(a) || b.windows.length - a.windows.length,
  );
  return sorted[0] ?? null;
}

/** Whether a day was evaluated with the options of a plan. */
function isOfPlan(day: StoredDay, { options }: ShardPlan): boolean {
  const at = (one: StoredDay['options']) => pathOf({ ...day, options: one });
  return at(options) === at(day.options);
}

function startsBetween(days: readonly StoredDay[]): string[] {
  const spans = days.map(spanOf);
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) return [];
  const step = first.end - first.start;
  const count = Math.round((last.end - first.start) / step);
  return Array.from({ length: count }, (_, i) => formatTime(first.start + i * step));
}
