import type { Store } from '../kinds.ts';
import type { Cell } from './cells.ts';
import type { CoverageOptions, DataStatus, Evidence } from './evidence.ts';
import type { Staleness } from './staleness.ts';
import { type FindingKind, findingKinds, type Resolution } from './state.ts';
import type { StoreTimeline } from './store-timeline.ts';
import { momentText } from './time-text.ts';

/** Something to act on. Times in milliseconds since 1970. */
export interface CoverageIssue {
  readonly kind: FindingKind;
  readonly store: Store;
  readonly resolution: Resolution;
  /** Of neighbouring sets, the whole of them; null where the source does not say which set it is. */
  readonly window: { readonly start: number; readonly end: number } | null;
  readonly sets: number;
  readonly detail: string;
  readonly advice: string;
}

/** What is found of one store and length, once for neighbouring sets. */
export function issuesOf(
  track: StoreTimeline,
  cells: readonly Cell[],
  staleness: Staleness,
  evidence: Evidence,
  rules: CoverageOptions,
): CoverageIssue[] {
  const { store, resolution } = track;
  const hasLog = evidence.log !== null;
  const found: CoverageIssue[] = [];
  for (const cell of cells) {
    if (!isFinding(cell.state)) continue;
    const last = found.at(-1);
    if (last?.window && last.kind === cell.state && last.window.end === cell.start) {
      const window = { start: last.window.start, end: cell.end };
      found[found.length - 1] = { ...last, window, sets: last.sets + 1 };
    } else {
      const window = { start: cell.start, end: cell.end };
      const { state: kind, detail } = cell;
      found.push({ kind, store, resolution, window, sets: 1, detail, advice: '' });
    }
  }
  const advised = found.map((finding) => ({ ...finding, advice: adviceOn(finding, hasLog) }));
  return [
    ...advised,
    ...lateness(staleness, hasLog, rules),
    ...unlocated(track, cells, evidence, rules),
  ];
}

/** Worst first, of the same kind the newest first. */
export function bySeverity(a: CoverageIssue, b: CoverageIssue): number {
  const kinds = findingKinds.indexOf(a.kind) - findingKinds.indexOf(b.kind);
  return kinds || (b.window?.start ?? 0) - (a.window?.start ?? 0);
}

function isFinding(state: string): state is FindingKind {
  return (findingKinds as readonly string[]).includes(state);
}

function lateness(
  staleness: Staleness,
  hasLog: boolean,
  { now }: CoverageOptions,
): CoverageIssue[] {
  const { store, resolution, lastSave, stale } = staleness;
  if (!stale || lastSave === null) return [];
  const detail = hasLog
    ? `nothing was saved since ${momentText(lastSave)}`
    : `there are no data after ${momentText(lastSave)}`;
  const advice = hasLog
    ? 'is the cost-model running? Its log says what it waits for; restarting it starts the pipeline'
    : 'is Prometheus being scraped, and the cost-model running?';
  const window = { start: lastSave, end: now };
  return [{ kind: 'stale', store, resolution, window, sets: 0, detail, advice }];
}

const kindOf: Readonly<Record<DataStatus['status'], FindingKind | null>> = {
  success: null,
  error: 'error',
  empty: 'empty',
  warning: 'incomplete',
};

/** Sets that a gauge counts and no other source names: in a window only where something in it is unknown. */
function unlocated(
  { store, resolution, sets }: StoreTimeline,
  cells: readonly Cell[],
  { metrics }: Evidence,
  { window }: CoverageOptions,
): CoverageIssue[] {
  if (window && !cells.some(({ state }) => state === 'unknown')) return [];
  const gauges = (metrics ?? []).filter((g) => g.store === store && g.resolution === resolution);
  return gauges.flatMap(({ status, count }) => {
    const kind = kindOf[status];
    const located = [...sets.values()].filter(({ verdict }) => verdict.state === kind).length;
    if (kind === null || count <= located) return [];
    return [
      {
        kind,
        store,
        resolution,
        window: null,
        sets: count - located,
        detail: `/metrics counts ${count} with status ${status}, and ${located} of them can be named`,
        advice: "the diagnostics page of Kubecost's own user interface shows which",
      },
    ];
  });
}

const endpoints = { asset: '/etl/asset/repair', allocation: '/etl/allocation/repair' } as const;

function adviceOn({ kind, store, window }: CoverageIssue, hasLog: boolean): string {
  if (!hasLog) {
    return 'check whether Prometheus has metrics for that time; without them it stays empty';
  }
  const from = window ? momentText(window.start) : '';
  const to = window ? momentText(window.end) : '';
  const repair = `repair it with GET ${endpoints[store]}?window=${from},${to}`;
  const order = store === 'allocation' ? ' (assets first)' : ', then the allocations';
  switch (kind) {
    case 'missing':
    case 'error':
      return `${repair}${order}; only while Prometheus has its metrics, else the set is emptied`;
    case 'empty':
      return `check whether Prometheus has metrics for it; if so, ${repair}${order}`;
    default:
      return `if it stays so, ${repair}${order}`;
  }
}
