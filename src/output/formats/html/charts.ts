import type { TrendFinding } from '../../../diagnosis/trend.ts';
import { moneyText } from '../../findings/amounts.ts';
import { windowText } from '../../format.ts';
import {
  type AmountCell,
  amountCells,
  type StatusCell,
  startText,
  type TrendDays,
} from '../../trend/cells.ts';
import { largestOf } from '../../trend/marks.ts';
import { type Markup, markup } from './markup.ts';

// SVG, because its lengths are attributes: the page's policy forbids style attributes
const barWidth = 10;
const barGap = 3;
const chartHeight = 44;
const shareWidth = 160;

/** Amount of a finding on each day, above the line: shown too high; a dot where no day is stored. */
export function dailyChart(finding: TrendFinding, days: TrendDays): Markup | null {
  const cells = amountCells(finding, days);
  const max = largestOf(cells);
  const [first] = days.starts;
  const last = days.starts.at(-1);
  if (max === 0 || first === undefined || last === undefined) return null;
  const width = cells.length * (barWidth + barGap);
  const bars = cells.map((cell, i) => bar(cell, i * (barWidth + barGap), max));
  const texts = finding.days.flatMap(({ window, amount }) =>
    amount === 0
      ? []
      : [`${windowText(window)} ${amount === null ? 'unknown' : moneyText(amount, true)}`],
  );
  const dates = [...new Set([first, last])].map((start) => startText(start, days.step));
  const missing = cells.filter(({ state }) => state === 'not stored').length;
  const gap = missing === 0 ? '' : `, ${missing} not stored`;
  return markup`<figure><svg class="daily" role="img" aria-label="Amount per window: ${texts.join(', ')}${gap}" viewBox="0 0 ${width} ${chartHeight}" width="${width}" height="${chartHeight}">${bars}</svg><figcaption>${dates.join(' to ')}, at most ${moneyText(max)}${gap}</figcaption></figure>`;
}

function bar(cell: AmountCell, x: number, max: number): Markup {
  const half = chartHeight / 2;
  if (cell.state === 'not stored') {
    return markup`<circle class="absent" cx="${x + barWidth / 2}" cy="${half}" r="1.5"/>`;
  }
  const amount = cell.state === 'amount' ? (cell.amount ?? 0) : 0;
  const height = amount === 0 ? 1 : Math.max(2, round((Math.abs(amount) / max) * (half - 2)));
  const look = amount === 0 ? 'middle' : amount < 0 ? 'less' : 'more';
  const top = amount > 0 ? half - height : half;
  return markup`<rect class="${look}" x="${x}" y="${top}" width="${barWidth}" height="${height}"/>`;
}

/** The status of an audit on each day, as a strip. */
export function statusStrip(cells: readonly StatusCell[]): Markup {
  const width = cells.length * (barWidth + 1);
  const bars = cells.map((cell, i) =>
    cell === 'not stored'
      ? markup`<circle class="absent" cx="${i * (barWidth + 1) + barWidth / 2}" cy="7" r="1.5"/>`
      : markup`<rect class="${cell}" x="${i * (barWidth + 1)}" width="${barWidth}" height="14"/>`,
  );
  return markup`<svg class="strip" aria-hidden="true" viewBox="0 0 ${width} 14" width="${width}" height="14">${bars}</svg>`;
}

/** A bar for a share of the spend, 0 to 1. */
export function shareBar(share: number): Markup {
  const width = round(Math.min(1, Math.abs(share)) * shareWidth);
  return markup`<svg class="share" aria-hidden="true" viewBox="0 0 ${shareWidth} 10" width="${shareWidth}" height="10"><rect class="whole" width="${shareWidth}" height="10"/><rect class="part" width="${Math.max(1, width)}" height="10"/></svg>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
