import type { Finding } from '../../diagnosis/schema.ts';
import type { TrendFinding } from '../../diagnosis/trend.ts';
import { day } from '../../time.ts';
import { moneyText } from '../findings/amounts.ts';
import { plural, windowText } from '../format.ts';
import type { TrendResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { startText, type TrendDays, trendDays } from './cells.ts';

/** Since when there is a finding: `since 2026-11-16, ongoing`, `2026-11-16 to 2026-11-20, ended`. */
export function spanText({ first, last, state, windows }: Finding): string {
  const [window = { start: first, end: last }] = windows;
  const from = firstText(first, window);
  if (state === 'ended') {
    const end = windows.at(-1) ?? window;
    const to = windowText(end);
    return from === to ? `${from}, ended` : `${from} to ${to}, ended`;
  }
  return state === 'ongoing'
    ? `since ${from}, ongoing`
    : `since ${from} or earlier: no stored day before it is without the finding`;
}

function firstText(first: string, { start, end }: { start: string; end: string }): string {
  const length = Date.parse(end) - Date.parse(start);
  return windowText({ start: first, end: new Date(Date.parse(first) + length).toISOString() });
}

/** Amounts of a finding: `latest +0.66, total +6.60 on 10 days`. */
export function amountsText({ days }: TrendFinding, step: number): string {
  const found = days.filter(({ amount }) => amount !== 0);
  const unit = step >= day ? 'day' : 'window';
  const known = found.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  const on = `on ${plural(found.length, unit)}`;
  if (known.length === 0) return `amount not known, ${on}`;
  const latest = found.at(-1)?.amount ?? null;
  const total = known.reduce((sum, amount) => sum + amount, 0);
  return [
    latest === null ? 'latest amount not known' : `latest ${moneyText(latest, true)}`,
    `total ${known.length < found.length ? 'at least ' : ''}${moneyText(total, true)} ${on}`,
  ].join(', ');
}

/** `88 of 90 days stored, 2026-08-28 to 2026-11-25 (UTC)`. */
export function storedText(result: Pick<TrendResult, 'trend' | 'range' | 'server'>): string {
  const days = trendDays(result);
  const { starts, step, isStored } = days;
  const stored = starts.filter(isStored).length;
  const unit = step >= day ? 'day' : 'window';
  const count =
    stored === starts.length
      ? `${plural(stored, unit)} stored`
      : `${stored} of ${plural(starts.length, unit)} stored`;
  const server = result.server === null ? '' : `${sanitize(result.server)}: `;
  return starts.length === 0
    ? `${server}no day is stored`
    : `${server}${count}, ${rangeText(days)}`;
}

function rangeText({ starts, step }: TrendDays): string {
  const [first = 0] = starts;
  const last = starts.at(-1) ?? first;
  const text = startText(first, step);
  return first === last ? `${text} (UTC)` : `${text} to ${startText(last, step)} (UTC)`;
}
