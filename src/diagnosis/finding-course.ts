import type { Day } from './day.ts';
import { isEvaluated, type Occurrence } from './episodes.ts';
import type { Finding } from './schema.ts';

export function stateOf(
  occurrences: readonly Occurrence[],
  days: readonly Day[],
): Finding['state'] {
  const evaluated = evaluatedDays(occurrences, days);
  if (occurrences.some(({ day }) => day === evaluated[0])) return 'since-at-least';
  return occurrences.some(({ day }) => day === evaluated.at(-1)) ? 'ongoing' : 'ended';
}

/** Amounts that differ by less are the same. */
const constantRatio = 1.1;

export function trendOf(
  amounts: readonly (number | null)[],
  occurrences: readonly Occurrence[],
  days: readonly Day[],
): Finding['trend'] {
  const sizes = amounts.flatMap((amount) => (amount === null ? [] : [Math.abs(amount)]));
  const evaluated = evaluatedDays(occurrences, days);
  if (amounts.length === 1) {
    return evaluated.length > 1 && occurrences[0]?.day === evaluated.at(-1) ? 'new' : 'constant';
  }
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  if (sizes.length === 0 || high <= low * constantRatio) return 'constant';
  const steps = sizes.slice(1).map((size, i) => size - (sizes[i] ?? size));
  if (steps.every((step) => step >= 0)) return 'growing';
  return steps.every((step) => step <= 0) ? 'shrinking' : 'varying';
}

function evaluatedDays(occurrences: readonly Occurrence[], days: readonly Day[]): Day[] {
  return days.filter((day) => isEvaluated(day) || occurrences.some((one) => one.day === day));
}
