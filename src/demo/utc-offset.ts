import { UsageError } from '../errors.ts';
import { day } from '../time.ts';
import type { FaultPlan } from './fault-plan.ts';
import { amountOf, type Fault } from './faults.ts';
import { isoDate, offsetText } from './time.ts';

/**
 * Local time of the stores: days start at its midnight (`UTC_OFFSET` of a real server). The simulation
 * runs in local time; requests and responses are converted. All times in milliseconds since 1970.
 */
export interface LocalTime {
  /** Offset from UTC now. */
  readonly offset: number;
  /** Whether local time is UTC and always was. */
  readonly isUtc: boolean;
  /** Local time of a UTC time. */
  fromUtc(at: number): number;
  toUtc(local: number): number;
}

/**
 * Local time with the faults `utc-offset` and `utc-offset-changed`: up to the end of the day of the change
 * the offset is another one. That day has no set, so no set is in both.
 *
 * @param days midnights of the first and the last day of the stores
 * @throws UsageError for a change that no server shows
 */
export function localTime(
  faults: readonly Fault[],
  plan: FaultPlan,
  days: { readonly oldest: number; readonly today: number },
): LocalTime {
  const offset = amountOf(faults, 'utc-offset') ?? 0;
  const before = amountOf(faults, 'utc-offset-changed');
  const changeDay = plan.dayOf('utc-offset-changed');
  if (before === null) {
    return {
      offset,
      isUtc: offset === 0,
      fromUtc: (at) => at + offset,
      toUtc: (local) => local - offset,
    };
  }
  if (changeDay === null) {
    throw new UsageError('utc-offset-changed: the offset changes on one day, not on all');
  }
  checkChange(changeDay, days);
  if ((before - offset) % day === 0) {
    throw new UsageError(
      `utc-offset-changed: the offset is ${offsetText(offset)} before and after`,
      'name another offset before the change, or another one after it, such as utc-offset=+02:00',
    );
  }
  const until = changeDay + day;
  return {
    offset,
    isUtc: false,
    fromUtc: (at) => (at + offset >= until ? at + offset : Math.min(at + before, until)),
    toUtc: (local) => local - (local < until ? before : offset),
  };
}

/** Days that all hourly sets are younger than, in every time zone. */
const hourlyDays = 4;

function checkChange(
  changeDay: number,
  { oldest, today }: { readonly oldest: number; readonly today: number },
): void {
  const [first, last] = [oldest + day, today - hourlyDays * day];
  if (changeDay >= first && changeDay <= last) return;
  throw new UsageError(
    `utc-offset-changed: ${isoDate(changeDay)} is ${changeDay < first ? 'before the second day of the stores' : 'within the hourly sets'}`,
    first <= last
      ? `name a day from ${isoDate(first)} to ${isoDate(last)}, or raise --days`
      : 'raise --days',
  );
}
