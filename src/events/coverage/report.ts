import { type Store, stores } from '../kinds.ts';
import type { Tally } from '../tally.ts';
import { cellsOf } from './cells.ts';
import type { CoverageOptions, Evidence } from './evidence.ts';
import { bySeverity, type CoverageIssue, issuesOf } from './findings.ts';
import type { CoverageReport } from './schema.ts';
import { type Staleness, stalenessOf } from './staleness.ts';
import { type FindingKind, resolutions, type State, stateNames } from './state.ts';
import { type StoreTimeline, timelineOf } from './store-timeline.ts';
import { momentText } from './time-text.ts';

/** The whole picture: every set with its state, what is wrong, and what the gate makes of it. */
export function coverageOf(
  evidence: Evidence,
  rules: CoverageOptions,
  failOn: readonly FindingKind[],
): Pick<CoverageReport, 'sets' | 'findings' | 'freshness' | 'rate' | 'summary' | 'gate'> {
  const lives = evidence.log ? [...evidence.log] : [];
  const wanted: readonly Store[] = rules.store ? [rules.store] : stores;
  const sets: CoverageReport['sets'] = [];
  const findings: CoverageIssue[] = [];
  const freshness: Staleness[] = [];
  for (const resolution of resolutions) {
    const tracks = wanted.map((store) => timelineOf(store, resolution, lives, evidence, rules));
    // a server that keeps no sets of a length at all is not missing them
    if (resolution === 'hour' && !tracks.some((track) => isKept(track, rules))) continue;
    for (const track of tracks) {
      const cells = cellsOf(track, rules);
      const staleness = stalenessOf(track, evidence, rules);
      freshness.push(staleness);
      findings.push(...issuesOf(track, cells, staleness, evidence, rules));
      for (const { start, end, state, size, sources, detail } of cells) {
        const { store } = track;
        const window = windowText({ start, end });
        sets.push({ store, resolution, window, state, size, evidence: [...sources], detail });
      }
    }
  }
  const summary = countStates(sets.map(({ state }) => state));
  const sorted = findings.sort(bySeverity);
  // without a log, an empty set looks like a missing one
  const counted: readonly FindingKind[] =
    evidence.log === null && failOn.includes('empty') ? [...failOn, 'missing'] : failOn;
  return {
    sets,
    findings: sorted.map((finding) => ({
      ...finding,
      window: finding.window && windowText(finding.window),
    })),
    freshness: freshness.map(({ store, resolution, lastSave, age, cadence, stale }) => ({
      store,
      resolution,
      lastSave: lastSave === null ? null : momentText(lastSave),
      ageSeconds: age === null ? null : Math.round(age / 1000),
      cadenceSeconds: cadence === null ? null : Math.round(cadence / 1000),
      stale,
    })),
    rate: evidence.log ? rateOf(evidence.log.tally, rules.now) : [],
    summary,
    gate: { failOn: [...failOn], passed: passed(sorted, summary, counted) },
  };
}

function isKept(track: StoreTimeline, { retention }: CoverageOptions): boolean {
  return track.sets.size > 0 || retention[track.resolution] !== null;
}

/** null: nothing that was found lets one judge. */
function passed(
  findings: readonly CoverageIssue[],
  summary: Readonly<Record<State, number>>,
  failOn: readonly FindingKind[],
): boolean | null {
  if (findings.some(({ kind }) => failOn.includes(kind))) return false;
  if (failOn.length === 0) return true;
  const { unknown: _, unsettled: __, 'before-retention': ___, ...judged } = summary;
  return Object.values(judged).some((count) => count > 0) ? true : null;
}

function countStates(states: readonly State[]): Record<State, number> {
  const counts = Object.fromEntries(stateNames.map((state) => [state, 0])) as Record<State, number>; // one entry for each
  for (const state of states) counts[state]++;
  return counts;
}

const hour = 3_600_000;
/** So many hours of the rate of events are told. */
const ratedHours = 48;

/** Events by hour, hours without any included, up to now. */
function rateOf({ hours }: Tally, now: number): CoverageReport['rate'] {
  const [first] = hours.sorted();
  if (!first) return [];
  const last = Math.floor(now / hour);
  const from = Math.max(first[0], last - ratedHours + 1);
  const rate: CoverageReport['rate'] = [];
  for (let at = from; at <= last; at++) {
    rate.push({ hour: momentText(at * hour), events: hours.counts.get(at) ?? 0 });
  }
  return rate;
}

function windowText({ start, end }: { start: number; end: number }) {
  return { start: momentText(start), end: momentText(end) };
}
