import { minute } from '../time.ts';

/** A time zone in which tables show timestamps; data and windows stay UTC. */
export interface TimeZone {
  /** As a head names it: `Europe/Berlin`. */
  readonly name: string;
  /** An RFC 3339 time in this zone with the digits it had: `2022-06-03T19:07:54.33+02:00`. */
  readonly convert: (time: string) => string;
}

/** Zones change their offset at multiples of this, in milliseconds. */
const step = 15 * minute;

/**
 * The time zone of a name, `local` for that of this machine.
 *
 * @throws RangeError where there is no such zone
 */
export function timeZone(name: string): TimeZone {
  const isLocal = name.toLowerCase() === 'local';
  const parts = new Intl.DateTimeFormat('en-US', {
    ...(isLocal ? {} : { timeZone: name }),
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets = new Map<number, number>();
  /** Milliseconds that clocks are ahead of UTC; Intl is slow, so each quarter of an hour is asked once. */
  const offsetAt = (ms: number) => {
    const start = Math.floor(ms / step) * step;
    const known = offsets.get(start);
    if (known !== undefined) return known;
    const at = Object.fromEntries(
      parts.formatToParts(start).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = at;
    const offset = Date.UTC(year, month - 1, day, hour, minute) - start;
    offsets.set(start, offset);
    return offset;
  };
  return {
    name: isLocal ? parts.resolvedOptions().timeZone : name,
    convert: (time) => {
      const ms = Date.parse(time);
      const [, digits = ''] = /\d\d:\d\d:\d\d(\.\d+)?/.exec(time) ?? [];
      if (Number.isNaN(ms)) return time;
      const offset = offsetAt(ms);
      return `${new Date(ms + offset).toISOString().slice(0, 19)}${digits}${offsetText(offset)}`;
    },
  };
}

/** `+02:00`, and `Z` for none. */
function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.round(Math.abs(offset) / minute);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
