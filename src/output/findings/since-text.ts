import type { Finding } from '../../diagnosis/schema.ts';
import { day } from '../../time.ts';
import { plural, windowText } from '../format.ts';
import { moneyText } from './amounts.ts';

/** Dates of a finding: `2026-11-20 to 2026-11-23, 4 days, ended, 0.66 a day`. */
export function sinceText(finding: Finding): string {
  const { windows, state, trend, amount } = finding;
  const first = windows[0] ?? { start: finding.first, end: finding.last };
  const last = windows.at(-1) ?? first;
  const count = Math.max(1, windows.length);
  const isDaily = Date.parse(first.end) - Date.parse(first.start) === day;
  const span = windowText({ start: first.start, end: last.end });
  const range = count > 1 && isDaily ? `${windowText(first)} to ${windowText(last)}` : span;
  const length =
    count === 1 ? (isDaily ? 'one day' : 'one window') : plural(count, isDaily ? 'day' : 'window');
  const states = {
    ended: 'ended',
    ongoing: 'ongoing',
    'since-at-least': 'may have begun earlier: run a longer window',
  } as const;
  const daily =
    count > 1 && trend === 'constant' && amount.perDay !== null
      ? `${moneyText(Math.abs(amount.perDay))} a day`
      : count > 1 && trend !== 'new'
        ? trend
        : '';
  return [range, length, states[state], daily].filter((part) => part !== '').join(', ');
}
