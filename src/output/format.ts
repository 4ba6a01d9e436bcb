import { day, hour, minute } from '../time.ts';
import { sanitize } from './sanitize.ts';

interface WindowText {
  readonly start: string;
  readonly end: string;
}

/** Text of a window in UTC: `2023-01-14`, `2023-01-14 10:00-11:00`, or both ends. */
export function windowText({ start, end }: WindowText): string {
  const from = Date.parse(start);
  const to = Date.parse(end);
  if (Number.isNaN(from) || Number.isNaN(to)) return sanitize(`${start} to ${end}`);
  const starts = minuteText(from);
  const ends = minuteText(to);
  const wholeDays = from % day === 0 && to % day === 0;
  if (wholeDays && to - from === day) return starts.slice(0, 10);
  if (wholeDays) return `${starts.slice(0, 10)} to ${ends.slice(0, 10)}`;
  const sameDay = to - from <= day && starts.slice(0, 10) === minuteText(to - 1).slice(0, 10);
  if (sameDay && from % hour === 0) return `${starts}-${ends.slice(11)}`;
  return `${starts} to ${ends}`;
}

function minuteText(ms: number): string {
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, ms % minute === 0 ? 16 : 19)}`;
}

/** Text of a time: `2023-01-17 21:13:44`, or with `exact` as the server wrote it. */
export function timeText(time: string, exact: boolean): string {
  if (exact || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*Z$/.test(time)) return sanitize(time);
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}

/** Text of a whole number: `8,348`. Loading Intl takes longer than everything else here. */
export function countText(count: number | string): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Decimals that show two significant digits of the smallest of these amounts; 2 to 9. */
export function decimalsFor(amounts: readonly (number | null)[]): number {
  const sizes = amounts
    .filter((amount) => amount !== null && amount !== 0)
    .map((a) => Math.abs(a ?? 0));
  const smallest = Math.min(...sizes, 1);
  return Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(smallest))));
}

/** Text of an amount: `1,234.50`; `not a number` where the server had none. */
export function amountText(amount: number | null, decimals: number, signed = false): string {
  if (amount === null) return 'not a number';
  const [whole = '', fraction = ''] = Math.abs(amount).toFixed(decimals).split('.');
  const isZero = /^0*$/.test(whole + fraction);
  const sign = isZero ? '' : amount < 0 ? '-' : signed ? '+' : '';
  return `${sign}${countText(whole)}.${fraction}`;
}

/** Text of a ratio as a signed percentage: `+2.28 %`; a dash for null. */
export function percentText(ratio: number | null): string {
  if (ratio === null) return '-';
  const percent = ratio * 100;
  const digits =
    Math.abs(percent) >= 0.01 || percent === 0 ? percent.toFixed(2) : percent.toExponential(1);
  return `${percent > 0 ? '+' : ''}${digits} %`;
}

/** `1 audit`, `3 audits`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text of a key: its parts joined with slashes. */
export function keyText(key: readonly string[]): string {
  return key.map((part) => sanitize(part) || '(empty)').join(' / ');
}

/** Text of a duration in its two largest units: `45s`, `12m`, `3h 20m`, `2d 4h`. */
export function durationText(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const at = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[at] ?? ['s', 1];
  const whole = Math.floor(seconds / size);
  const next = units[at + 1];
  const rest = next && unit !== 'm' ? Math.floor((seconds - whole * size) / next[1]) : 0;
  return next && rest > 0 ? `${whole}${unit} ${rest}${next[0]}` : `${whole}${unit}`;
}

/** Spaces that no line breaks at: between date and time, and between a number and `%`. */
const joints = /(?<=\d{4}-\d\d-\d\d) (?=\d\d:\d\d)|(?<=\d) (?=%)/g;

/** Words in lines of at most `width` characters; a longer word gets a line of its own. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const joined of text.replace(joints, '\0').split(' ')) {
    const word = joined.replaceAll('\0', ' ');
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
