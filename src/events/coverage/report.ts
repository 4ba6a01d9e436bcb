import { formatTime, hour, windowOf } from '../../time.ts';
import { type Store, stores } from '../kinds.ts';
import type { Tally } from '../tally.ts';
import { cellsOf, firstDataOf } from './cells.ts';
import type { CoverageOptions, Evidence } from './evidence.ts';
import { bySeverity, issuesOf } from './findings.ts';
import { isUndecided } from './gate.ts';
import type { CoverageIssue, EvaluatedTimeline } from './issue.ts';
import { notesOf } from './notes.ts';
import type { CoverageReport } from './schema.ts';
import { type Staleness, stalenessOf } from './staleness.ts';
import { type FindingKind, resolutions, type State, stateNames } from './state.ts';
import { isStoreOn } from './store-switch.ts';
import { timelineOf } from './store-timeline.ts';
import { unplacedErrors } from './unlocated.ts';

type Evaluated = Pick<
  CoverageReport,
  'sets' | 'findings' | 'freshness' | 'notes' | 'rate' | 'summary' | 'gate'
>;

/** State of every set, the issues, and the gate's decision on them. */
export function coverageOf(
  evidence: Evidence,
  options: CoverageOptions,
  failOn: readonly FindingKind[],
): Evaluated {
  const timelines = evaluate(evidence, options);
  const unplaced = evidence.log ? unplacedErrors(evidence.log, options) : { issues: [], notes: [] };
  const issues = [
    ...timelines.flatMap((one) => issuesOf(one, evidence, options)),
    ...unplaced.issues,
  ].sort(bySeverity);
  const sets = timelines.flatMap(setsOf);
  const summary = countStates(sets.map(({ state }) => state));
  return {
    sets,
    findings: issues.map((issue) => ({ ...issue, window: issue.window && windowOf(issue.window) })),
    freshness: timelines.map(({ staleness }) => freshnessOf(staleness)),
    notes: [...notesOf(evidence, timelines), ...unplaced.notes],
    rate: evidence.log ? rateOf(evidence.log.tally, options.now) : [],
    summary,
    gate: { failOn: [...failOn], passed: passed({ issues, summary, failOn }, evidence) },
  };
}

/** Stores and lengths that the server keeps: a length of which no set exists is not missing. */
function evaluate(evidence: Evidence, options: CoverageOptions): EvaluatedTimeline[] {
  const wanted: readonly Store[] = options.store ? [options.store] : stores;
  const timelines = resolutions.flatMap((resolution) => {
    const all = wanted.map((store) => timelineOf({ store, resolution }, evidence, options));
    const isKept = all.some((one) => isStoreOn(one, evidence, options));
    return resolution === 'hour' && !isKept ? [] : all;
  });
  return timelines.map((timeline) => {
    const ofStore = timelines.filter(({ store }) => store === timeline.store);
    const firstData = Math.min(...ofStore.map((one) => firstDataOf(one, options)));
    return {
      timeline,
      cells: cellsOf(timeline, firstData, options),
      staleness: stalenessOf(timeline, evidence, options),
    };
  });
}

function setsOf({ timeline, cells }: EvaluatedTimeline): CoverageReport['sets'] {
  const { store, resolution } = timeline;
  return cells.map(({ start, end, state, size, facts, detail }) => ({
    store,
    resolution,
    window: windowOf({ start, end }),
    state,
    size,
    evidence: facts.map(({ source }) => source),
    facts: [...facts],
    detail,
  }));
}

function freshnessOf(staleness: Staleness): CoverageReport['freshness'][number] {
  const { store, resolution, basis, last, age, cadence, progress, stale } = staleness;
  const time = last === null ? null : formatTime(last);
  return {
    store,
    resolution,
    basis,
    lastSave: basis === 'saved' ? time : null,
    lastActivity: time,
    ageSeconds: age === null ? null : Math.round(age / 1000),
    cadenceSeconds: cadence === null ? null : Math.round(cadence / 1000),
    progress,
    stale,
  };
}

interface Outcome {
  readonly issues: readonly CoverageIssue[];
  readonly summary: Readonly<Record<State, number>>;
  readonly failOn: readonly FindingKind[];
}

/** null: undecided, because no settled set is known or a failed source could change the result. */
function passed({ issues, summary, failOn }: Outcome, evidence: Evidence): boolean | null {
  // an empty set and a missing one look the same in the cost API
  const isBlind = evidence.log === null && evidence.status === null;
  const counted = isBlind && failOn.includes('empty') ? [...failOn, 'missing'] : failOn;
  if (issues.some(({ kind }) => counted.includes(kind))) return false;
  if (failOn.length === 0) return true;
  if (isUndecided(evidence.failed, failOn)) return null;
  const { unknown: _, unsettled: __, 'before-retention': ___, ...evaluated } = summary;
  return Object.values(evaluated).some((count) => count > 0) ? true : null;
}

function countStates(states: readonly State[]): Record<State, number> {
  const counts = Object.fromEntries(stateNames.map((state) => [state, 0])) as Record<State, number>; // one entry for each
  for (const state of states) counts[state]++;
  return counts;
}

/** Number of hours in the event rate. */
const ratedHours = 48;

/** Events by hour up to now, hours without events included. */
function rateOf({ hours }: Tally, now: number): CoverageReport['rate'] {
  const [first] = hours.sorted();
  if (!first) return [];
  const last = Math.floor(now / hour);
  const from = Math.max(first[0], last - ratedHours + 1);
  const rate: CoverageReport['rate'] = [];
  for (let at = from; at <= last; at++) {
    rate.push({ hour: formatTime(at * hour), events: hours.counts.get(at) ?? 0 });
  }
  return rate;
}
