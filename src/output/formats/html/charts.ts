import type { Audit } from '../../../audits/schema.ts';
import type { Finding } from '../../../diagnosis/schema.ts';
import { moneyText } from '../../findings/amounts.ts';
import { windowText } from '../../format.ts';
import { type Markup, markup } from './markup.ts';

// SVG, because its lengths are attributes: the page's policy forbids style attributes
const barWidth = 10;
const barGap = 3;
const chartHeight = 44;
const shareWidth = 160;

/** Amount of a finding in each window of the report, above the line: shown too high. */
export function dailyChart({ windows }: Finding, all: readonly Audit['window'][]): Markup | null {
  const amounts = new Map(windows.map(({ start, amount }) => [Date.parse(start), amount]));
  const shown = [
    ...new Map([...all, ...windows].map((one) => [Date.parse(one.start), one])).values(),
  ];
  shown.sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const max = Math.max(0, ...windows.map(({ amount }) => Math.abs(amount ?? 0)));
  const [first] = shown;
  const last = shown.at(-1);
  if (max === 0 || !first || !last) return null;
  const half = chartHeight / 2;
  const width = shown.length * (barWidth + barGap);
  const bars = shown.map(({ start }, i) => {
    const amount = amounts.get(Date.parse(start)) ?? 0;
    const height = amount === 0 ? 1 : Math.max(2, round((Math.abs(amount) / max) * (half - 2)));
    const look = amount === 0 ? 'middle' : amount < 0 ? 'less' : 'more';
    const top = amount > 0 ? half - height : half;
    return markup`<rect class="${look}" x="${i * (barWidth + barGap)}" y="${top}" width="${barWidth}" height="${height}"/>`;
  });
  const texts = windows.map(
    (window) =>
      `${windowText(window)} ${window.amount === null ? 'unknown' : moneyText(window.amount, true)}`,
  );
  const range = first === last ? windowText(first) : `${windowText(first)} to ${windowText(last)}`;
  return markup`<figure><svg class="daily" role="img" aria-label="Amount per window: ${texts.join(', ')}" viewBox="0 0 ${width} ${chartHeight}" width="${width}" height="${chartHeight}">${bars}</svg><figcaption>${range}, at most ${moneyText(max)}</figcaption></figure>`;
}

/** A bar for a share of the spend, 0 to 1. */
export function shareBar(share: number): Markup {
  const width = round(Math.min(1, Math.abs(share)) * shareWidth);
  return markup`<svg class="share" aria-hidden="true" viewBox="0 0 ${shareWidth} 10" width="${shareWidth}" height="10"><rect class="whole" width="${shareWidth}" height="10"/><rect class="part" width="${Math.max(1, width)}" height="10"/></svg>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
