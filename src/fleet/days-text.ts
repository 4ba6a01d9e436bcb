import { day, formatTime } from '../time.ts';

/** Runs of days that are named; the others are counted. */
const maxRuns = 3;

/** Days as text: `2026-03-02, 2026-03-05 to 2026-03-07 and 4 more`. @param starts oldest first */
export function daysText(starts: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const at of starts) {
    const run = runs.at(-1);
    if (run && run.last + day === at) run.last = at;
    else runs.push({ first: at, last: at });
  }
  const texts = runs.slice(0, maxRuns).map(({ first, last }) => {
    const from = formatTime(first).slice(0, 10);
    return first === last ? from : `${from} to ${formatTime(last).slice(0, 10)}`;
  });
  const left = runs
    .slice(maxRuns)
    .reduce((sum, { first, last }) => sum + (last - first) / day + 1, 0);
  return `${texts.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
