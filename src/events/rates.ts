import { formatTime, hour } from '../time.ts';
import type { RatesReport } from './groups-schema.ts';

/** Counters at one time, in milliseconds since 1970. */
export interface CountersAt {
  readonly time: number;
  readonly counters: ReadonlyMap<string, number>;
}

/** Rates of the counters between two times; a counter that went back was reset by a restart. */
export function ratesOf(before: CountersAt, after: CountersAt): Omit<RatesReport, 'server'> {
  const span = after.time - before.time;
  const kinds = [...new Set([...before.counters.keys(), ...after.counters.keys()])].sort();
  return {
    schemaVersion: 1,
    from: formatTime(before.time),
    to: formatTime(after.time),
    seconds: Math.round(span / 1000),
    rates: kinds.map((kind) => {
      const [was, is] = [before.counters.get(kind) ?? 0, after.counters.get(kind) ?? 0];
      const restarted = is < was;
      const delta = restarted ? is : is - was;
      const perHour = span > 0 ? Math.round((delta / span) * hour * 100) / 100 : 0;
      return { kind, before: was, after: is, delta, perHour, restarted };
    }),
  };
}
