import { type Markup, markup } from './markup.ts';

// drawn as SVG, whose lengths are attributes: the page's policy allows no style in an element
const width = 120;

/** Two bars on one scale: what was expected above what was found. */
export function sidesBar(expected: number | null, actual: number | null): Markup | null {
  const most = Math.max(Math.abs(expected ?? 0), Math.abs(actual ?? 0));
  if (most === 0) return null;
  const length = (amount: number | null) => round((Math.abs(amount ?? 0) / most) * width);
  return markup`<svg class="bars" viewBox="0 0 ${width} 14" width="${width}" height="14" preserveAspectRatio="none" aria-hidden="true"><rect class="expected" width="${length(expected)}" height="6"/><rect class="actual" y="8" width="${length(actual)}" height="6"/></svg>`;
}

/** A bar from the middle: to the left for less than expected, to the right for more. */
export function deltaBar(delta: number | null, largest: number): Markup | null {
  if (delta === null || largest === 0) return null;
  const middle = width / 2;
  const length = Math.max(1, round((Math.abs(delta) / largest) * middle));
  const start = delta < 0 ? middle - length : middle;
  const look = delta < 0 ? 'less' : 'more';
  return markup`<svg class="bars" viewBox="0 0 ${width} 14" width="${width}" height="14" preserveAspectRatio="none" aria-hidden="true"><rect class="middle" x="${middle - 0.5}" width="1" height="14"/><rect class="${look}" x="${round(start)}" y="3" width="${length}" height="8"/></svg>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
