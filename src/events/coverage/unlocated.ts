import { hour, type Span } from '../../time.ts';
import type { SetHistories } from '../set-histories.ts';
import type { SetHistory } from '../set-history.ts';
import type { CoverageOptions, DataStatus, Evidence } from './evidence.ts';
import { clockText } from './facts.ts';
import type { CoverageIssue, EvaluatedTimeline } from './issue.ts';
import { type FindingKind, lengthOf, resolutions } from './state.ts';
import { presentSince } from './typical-steps.ts';

const kindOf: Readonly<Record<DataStatus['status'], FindingKind | null>> = {
  success: null,
  error: 'error',
  empty: 'empty',
  warning: 'incomplete',
};

/**
 * Sets that a gauge counts and no other source names. With a window, only where the state of a set
 * in it is unknown: the gauge counts all sets.
 */
export function unlocatedSets(
  { timeline, cells }: EvaluatedTimeline,
  { metrics }: Evidence,
  { window }: CoverageOptions,
): CoverageIssue[] {
  const { store, resolution } = timeline;
  const unknown = cells.filter(({ state }) => state === 'unknown').length;
  if (window && unknown === 0) return [];
  const gauges = (metrics?.gauges ?? []).filter(
    (gauge) => gauge.store === store && gauge.resolution === resolution,
  );
  const unsettled = cells.filter(({ state }) => state === 'unsettled').length;
  const complete = cells.filter(({ evidenceState }) => evidenceState === 'complete').length;
  return gauges.flatMap(({ status, count, cluster }) => {
    const kind = kindOf[status];
    if (kind === null || count === 0) return [];
    const located = cells.filter(({ evidenceState }) => evidenceState === kind).length;
    // a set that has not settled is counted as soon as it exists
    const explained = kind === 'error' ? located : Math.max(located, unsettled);
    if (count <= explained) return [];
    const successes = gauges
      .filter((one) => one.status === 'success' && one.cluster === cluster)
      .reduce((sum, one) => sum + one.count, 0);
    // all data is in known sets, so the empty sets are older than the first of them
    if (kind === 'empty' && complete > 0 && successes <= complete + unsettled) return [];
    const of = cluster === null ? '' : ` of ${cluster}`;
    return [
      {
        kind,
        store,
        resolution,
        window: null,
        sets: count - located,
        detail: `/metrics counts ${count}${of} with status ${status}; the other sources name ${located}`,
        advice: "see the diagnostics page of Kubecost's own user interface for their windows",
      },
    ];
  });
}

/** Errors that name no set of the calendar: without a window, or with one of another length. */
export interface UnplacedErrors {
  readonly issues: readonly CoverageIssue[];
  /** Errors followed by successful saves, as sentences. */
  readonly notes: readonly string[];
}

const advice =
  'the event names no set of a day or hour; see the log of the cost-model for the failing query';

/** An error counts while it is not older than this before the last save of its store. */
const recent = 2 * hour;

export function unplacedErrors(log: SetHistories, options: CoverageOptions): UnplacedErrors {
  const issues: CoverageIssue[] = [];
  const notes: string[] = [];
  const histories = [...log];
  const isWanted = (store: string) => options.store === null || options.store === store;
  for (const { store, kind, count, last, text } of log.errorsWithoutWindow.values()) {
    if (!isWanted(store)) continue;
    const events = `${count} ${kind} without a window, last ${clockText(last)}`;
    const detail = text ? `${events}: ${text}` : events;
    const lastSave = histories.reduce(
      (newest, history) =>
        history.store === store ? Math.max(newest, history.last('Saved')) : newest,
      Number.NEGATIVE_INFINITY,
    );
    if (last < lastSave - recent) notes.push(`${detail}; sets were saved after it`);
    else
      issues.push({
        kind: 'error',
        store,
        resolution: null,
        window: null,
        sets: 0,
        detail,
        advice,
      });
  }
  for (const history of histories) {
    if (!isWanted(history.store) || isOnGrid(history) || !hasError(history)) continue;
    const { store, start, end, errorText } = history;
    const window = { start, end };
    if (options.window && !overlaps(window, options.window)) continue;
    const last = Math.max(history.last('ComputeError'), history.last('ReconcileError'));
    const detail = `an error ${clockText(last)}${errorText ? `: ${errorText}` : ''}`;
    if (isSaved(histories, history, last)) {
      notes.push(
        `${store} ${clockText(start)} to ${clockText(end)}: ${detail}; saved again after it`,
      );
    } else {
      issues.push({ kind: 'error', store, resolution: null, window, sets: 0, detail, advice });
    }
  }
  return { issues, notes };
}

function isOnGrid({ start, end }: SetHistory): boolean {
  return resolutions.some((resolution) => end - start === lengthOf[resolution]);
}

function hasError(history: SetHistory): boolean {
  const since = presentSince(history);
  return history.last('ComputeError') > since || history.last('ReconcileError') > since;
}

/** Whether every set of the calendar that overlaps it, and at least one, was saved after a time. */
function isSaved(histories: readonly SetHistory[], failed: SetHistory, after: number): boolean {
  const overlapping = histories.filter(
    (history) => history.store === failed.store && isOnGrid(history) && overlaps(history, failed),
  );
  return overlapping.length > 0 && overlapping.every((history) => history.last('Saved') > after);
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && a.end > b.start;
}
