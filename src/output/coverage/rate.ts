import type { CoverageReport } from '../../events/coverage/schema.ts';
import { countText } from '../format.ts';

const bars = { unicode: ' ▁▂▃▄▅▆▇█', ascii: ' .:-=+*#@' } as const;

/** Events per hour as a row of bars, the newest at the end; an hour without events is blank. */
export function ratePlot(
  rate: CoverageReport['rate'],
  { columns, unicode }: { readonly columns: number; readonly unicode: boolean },
): string[] {
  const shown = rate.slice(-Math.max(1, columns - 2));
  if (shown.length === 0) return [];
  const most = shown.reduce((max, { events }) => Math.max(max, events), 0);
  const full = fullBar(shown.map(({ events }) => events));
  const scale = unicode ? bars.unicode : bars.ascii;
  const plot = shown.map(({ events }) => {
    if (events === 0) return scale[0];
    const share = Math.min(1, events / full);
    return scale[Math.max(1, Math.round(share * (scale.length - 1)))];
  });
  return [
    `events per hour, last ${shown.length}h, at most ${countText(most)}`,
    `[${plot.join('')}]`,
  ];
}

/** A start, when every set is loaded at once, must not flatten all other hours. */
function fullBar(counts: readonly number[]): number {
  const sorted = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return Math.min(sorted.at(-1) ?? 1, 2 * median);
}
