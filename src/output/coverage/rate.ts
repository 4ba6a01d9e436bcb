import type { CoverageReport } from '../../events/coverage/schema.ts';
import { countText } from '../format.ts';

const bars = { unicode: ' ▁▂▃▄▅▆▇█', ascii: ' .:-=+*#@' } as const;

/** Events per hour as a row of bars, the newest last; an hour without events is blank. */
export function ratePlot(
  rate: CoverageReport['rate'],
  { columns, unicode }: { readonly columns: number; readonly unicode: boolean },
): string[] {
  const shown = rate.slice(-Math.max(1, columns - 2));
  if (shown.length === 0) return [];
  const max = shown.reduce((largest, { events }) => Math.max(largest, events), 0);
  const full = fullBar(shown.map(({ events }) => events));
  const scale = unicode ? bars.unicode : bars.ascii;
  const plot = shown.map(({ events }) => {
    if (events === 0) return scale[0];
    const share = Math.min(1, events / full);
    return scale[Math.max(1, Math.round(share * (scale.length - 1)))];
  });
  return [
    `events per hour, last ${shown.length}h, maximum ${countText(max)}`,
    `[${plot.join('')}]`,
  ];
}

/** Count of a full bar. A start, when all sets are loaded at once, must not flatten other hours. */
function fullBar(counts: readonly number[]): number {
  const sorted = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return Math.min(sorted.at(-1) ?? 1, 2 * median);
}
