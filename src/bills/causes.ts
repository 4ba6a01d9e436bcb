import type { Span } from '../time.ts';
import type { BillCause, BillDay } from './bill-day.ts';
import type { BillMetric } from './bill-line.ts';
import type { Billed } from './bill-sums.ts';
import type { AssetGroup } from './billed-asset.ts';

export interface Compared {
  readonly day: Span;
  readonly group: AssetGroup;
  readonly billed: Billed;
  readonly metric: BillMetric;
  readonly isEstimate: boolean;
  readonly expected: number;
  /** Asset minus bill. */
  readonly delta: number;
  readonly limit: number;
}

/** Below this the hours of a day count as equal: sampling at both ends, and the start of a machine. */
const hoursLimit = 0.25;

/** The causes of a difference that the bill itself shows, the largest amount first. */
export function causesOf(compared: Compared): BillCause[] {
  const { group, billed, expected, delta, limit, isEstimate } = compared;
  const whole = [ambiguous, doubled]
    .map((cause) => cause(compared))
    .find((cause) => cause !== null);
  if (whole) return [whole];
  const causes: BillCause[] = [];
  let rest = delta;
  const hours = hoursCause(compared);
  if (hours) {
    causes.push(hours);
    rest -= hours.amount;
  }
  if (Math.abs(rest) > limit && billed.extra !== 0 && Math.abs(rest + billed.extra) <= limit) {
    causes.push({
      code: 'other-charges',
      amount: -billed.extra,
      detail: `${billed.extra.toFixed(2)} of the bill are licences, monitoring or other charges on the same resource`,
    });
    rest += billed.extra;
  }
  if (Math.abs(rest) > limit) {
    const ratio = expected === 0 ? null : (expected + rest) / expected;
    const isUnreconciled = !isEstimate && group.adjustment === 0;
    causes.push({
      code: isUnreconciled ? 'not-reconciled' : isEstimate ? 'list-price' : 'price',
      amount: rest,
      detail:
        (isUnreconciled ? 'the asset has no adjustment to the bill; ' : '') +
        (ratio === null
          ? 'the bill has lines of cost 0'
          : `the asset is priced at ${ratio.toPrecision(4)} times the bill`),
    });
  }
  return causes.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
}

function ambiguous({ group, delta }: Compared): BillCause | null {
  if (group.names < 2) return null;
  const detail = `${group.names} assets have this provider ID`;
  return { code: 'ambiguous', amount: delta, detail };
}

function doubled({ group, expected, delta, limit, isEstimate }: Compared): BillCause | null {
  // an estimate misses up to 5 minutes of a disk or balancer at either end of the day
  const allowed = isEstimate ? limit / 2 : limit / 10;
  if (group.totalCost === 0 || Math.abs(expected - 2 * group.totalCost) > allowed) return null;
  const detail = 'the bill has exactly twice the cost: was the same file given twice?';
  return { code: 'double', amount: delta, detail };
}

function hoursCause({ group, billed }: Compared): BillCause | null {
  if (billed.hours === null || group.type !== 'Node' || group.minutes === 0) return null;
  const recorded = group.minutes / 60;
  const more = recorded - billed.hours;
  if (Math.abs(more) <= hoursLimit) return null;
  return {
    code: 'hours',
    amount: (group.totalCost / recorded) * more,
    detail: `recorded for ${recorded.toFixed(1)} h, billed for ${billed.hours.toFixed(1)} h`,
  };
}

/** Differences of one asset that cancel over two neighbouring days: the bill's days are other days. */
export function markDayShifts(days: readonly BillDay[]): void {
  for (const [i, { day, differences, resolutions }] of days.entries()) {
    const next = days[i + 1];
    if (!next || next.day.start !== day.end) continue;
    const later = new Map(
      next.differences.map((difference) => [difference.key.join('\t'), difference]),
    );
    for (const first of differences) {
      const second = later.get(first.key.join('\t'));
      if (!second) continue;
      const [a, b] = [first.actual - first.expected, second.actual - second.expected];
      if (Math.sign(a) === Math.sign(b) || Math.abs(a + b) > (resolutions?.[1] ?? 0)) continue;
      for (const [one, amount] of [
        [first, a],
        [second, b],
      ] as const) {
        one.causes.splice(0, one.causes.length, {
          code: 'day-shift',
          amount,
          detail: 'it cancels with the neighbouring day: the bill may be in another time zone',
        });
      }
    }
  }
}
