import { formatTime } from '../../time.ts';
import type { Cell } from './cells.ts';
import type { CoverageOptions, Evidence } from './evidence.ts';
import { clockText } from './facts.ts';
import type { CoverageIssue, EvaluatedTimeline } from './issue.ts';
import type { FreshnessBasis, Staleness } from './staleness.ts';
import { type FindingKind, findingKinds } from './state.ts';
import { unlocatedSets } from './unlocated.ts';

/** Issues of one store and length; neighbouring sets with the same problem are one issue. */
export function issuesOf(
  evaluated: EvaluatedTimeline,
  evidence: Evidence,
  options: CoverageOptions,
): CoverageIssue[] {
  const { store, resolution } = evaluated.timeline;
  const hasEtl = evidence.log !== null || evidence.status !== null;
  const issues: CoverageIssue[] = [];
  for (const cell of evaluated.cells) {
    if (!isFinding(cell.state)) continue;
    const last = issues.at(-1);
    if (last?.window && last.window.end === cell.start && isSameProblem(last, cell)) {
      const window = { start: last.window.start, end: cell.end };
      issues[issues.length - 1] = { ...last, window, sets: last.sets + 1 };
    } else {
      const window = { start: cell.start, end: cell.end };
      const { state: kind, detail } = cell;
      issues.push({ kind, store, resolution, window, sets: 1, detail, advice: '' });
    }
  }
  return [
    ...issues.map((issue) => ({ ...issue, advice: adviceOn(issue, hasEtl) })),
    ...overdue(evaluated.staleness, options),
    ...unlocatedSets(evaluated, evidence, options),
  ];
}

/** Order of severity; issues of the same kind newest first. */
export function bySeverity(a: CoverageIssue, b: CoverageIssue): number {
  const kinds = findingKinds.indexOf(a.kind) - findingKinds.indexOf(b.kind);
  return kinds || (b.window?.start ?? 0) - (a.window?.start ?? 0);
}

function isFinding(state: string): state is FindingKind {
  return (findingKinds as readonly string[]).includes(state);
}

/** The same state for the same reason, whatever times the reason names. */
function isSameProblem(issue: CoverageIssue, { state, detail }: Cell): boolean {
  const reason = (text: string) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '');
  return issue.kind === state && reason(issue.detail) === reason(detail);
}

const inactivity: Readonly<Record<FreshnessBasis, (time: string) => string>> = {
  saved: (time) => `nothing was saved since ${time}`,
  loaded: (time) => `sets are only loaded, none was saved; last loaded ${time}`,
  run: (time) => `the pipeline last ran ${time}`,
  file: (time) => `no file was written since ${time}`,
  data: (time) => `there is no data after ${time}`,
};

function overdue(staleness: Staleness, { now }: CoverageOptions): CoverageIssue[] {
  const { store, resolution, basis, last, stale, staleSince, progress } = staleness;
  if (!stale || last === null || staleSince === null || basis === null) return [];
  const percent = progress === null ? '' : `, progress ${Math.floor(100 * progress)} %`;
  const newest = staleSince < last ? `; the newest set ends ${clockText(staleSince)}` : '';
  const detail = `${inactivity[basis](clockText(last))}${newest}${percent}`;
  const advice =
    basis === 'data'
      ? 'check that Prometheus scrapes its targets and that the cost-model runs'
      : 'check that the cost-model runs: its own log says what it is waiting for; a restart starts the pipeline';
  return [
    {
      kind: 'stale',
      store,
      resolution,
      window: { start: staleSince, end: now },
      sets: 0,
      detail,
      advice,
    },
  ];
}

const endpoints = { asset: '/etl/asset/repair', allocation: '/etl/allocation/repair' } as const;

function adviceOn({ kind, store, window }: CoverageIssue, hasEtl: boolean): string {
  if (!hasEtl) {
    return 'check whether Prometheus has metrics for that time; without them the data cannot be rebuilt';
  }
  const from = window ? formatTime(window.start) : '';
  const to = window ? formatTime(window.end) : '';
  const repair = `repair it with GET ${endpoints[store]}?window=${from},${to}`;
  const order = store === 'allocation' ? ' (assets first)' : ', then the allocations';
  switch (kind) {
    case 'missing':
    case 'error':
      return `${repair}${order}, but only while Prometheus has its metrics: otherwise the repair empties the set`;
    case 'empty':
      return `check whether Prometheus has metrics for it; if so, ${repair}${order}`;
    default:
      return `if it stays incomplete, ${repair}${order}`;
  }
}
