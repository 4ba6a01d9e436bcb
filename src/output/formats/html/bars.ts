import { type Markup, markup } from './markup.ts';

// SVG, because its lengths are attributes: the page's policy forbids style attributes
const width = 120;

/** Two bars on one scale: expected above actual. */
export function sidesBar(expected: number | null, actual: number | null): Markup | null {
  const max = Math.max(Math.abs(expected ?? 0), Math.abs(actual ?? 0));
  if (max === 0) return null;
  const length = (amount: number | null) => round((Math.abs(amount ?? 0) / max) * width);
  return markup`<svg class="bars" viewBox="0 0 ${width} 14" width="${width}" height="14" preserveAspectRatio="none" aria-hidden="true"><rect class="expected" width="${length(expected)}" height="6"/><rect class="actual" y="8" width="${length(actual)}" height="6"/></svg>`;
}

/** A bar from the middle: left for less than expected, right for more. */
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
