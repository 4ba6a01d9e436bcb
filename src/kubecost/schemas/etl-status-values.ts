import { lengthOf, type Resolution, resolutions } from '../../events/coverage/state.ts';
import { parseTime } from '../../events/time.ts';
import { hour, minute, second } from '../../time.ts';

/** Milliseconds since 1970 of an RFC 3339 time; null for anything else. */
export function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? parseTime(value) : null;
  return time && time.seconds * 1000 + time.nanos / 1e6;
}

/** Resolution of `hourly`, `1d`, `24h0m0s` or nanoseconds of a Go duration; null for others. */
export function resolutionOf(value: unknown): Resolution | null {
  if (typeof value === 'string') {
    if (/^(hourly|hour|1h)$/i.test(value)) return 'hour';
    if (/^(daily|day|1d)$/i.test(value)) return 'day';
  }
  const duration = durationOf(value);
  return resolutions.find((resolution) => lengthOf[resolution] === duration) ?? null;
}

const units = new Map([
  ['h', hour],
  ['m', minute],
  ['s', second],
  ['ms', 1],
]);

/** Milliseconds of a Go duration, as text (`1h0m0s`) or in nanoseconds; null for anything else. */
export function durationOf(value: unknown): number | null {
  if (typeof value === 'number') return value > 0 && Number.isFinite(value) ? value / 1e6 : null;
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(value)) return null;
  let sum = 0;
  for (const [, amount, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    sum += Number(amount) * (units.get(unit) ?? 0);
  }
  return sum > 0 ? sum : null;
}

/** Bytes of a number or a text such as `29.4KiB`; null for anything else. */
export function bytesOf(size: unknown): number | null {
  if (typeof size === 'number') return Number.isFinite(size) ? size : null;
  const parts = typeof size === 'string' ? /^([\d.]+)\s*([KMGT]?)i?B?$/i.exec(size) : null;
  if (!parts) return null;
  const power = 'KMGT'.indexOf((parts[2] ?? '').toUpperCase() || '-') + 1;
  return Number(parts[1]) * 1024 ** power;
}

/** Name of a field in camel case: 1.7x capitalises the fields of `/etl/status`, as Go does without tags. */
export function fieldName(key: string | number): string {
  const name = String(key);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A JSON object, whose keys are text. */
export type Fields = Readonly<Record<string, unknown>>;

/** Value of a field by its name in camel case, also where the object capitalises it. */
export function field(fields: Fields, name: string): unknown {
  return fields[name] ?? fields[name.charAt(0).toUpperCase() + name.slice(1)];
}

/** Value as an object; null for anything else. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null; // a JSON object has string keys
}
