import { type Approx, approx } from './approx.ts';
import type { Comparison } from './comparison.ts';
import type { Day } from './day.ts';
import { propertyOf, type Question } from './questions.ts';
import { isIdle } from './rows.ts';
import type { SideSum } from './sides.ts';

/** What is under one key, as sums of rows and with what rounding can have done to them. */
interface Sums {
  readonly key: string;
  readonly expected: SideSum;
  readonly actual: SideSum;
  readonly here: Approx;
  readonly there: Approx;
}

/**
 * What was aggregated here against the server's answer, key by key. A key that one side lacks is a
 * missing value where it has a cost that can be told from 0.
 *
 * @param half half of the last decimal of the rows that were added up
 */
export function compareSides(
  day: Day,
  question: Question,
  keyOf: (property: string, key: string) => readonly string[],
  half: number,
  comparison: Comparison,
): void {
  const property =
    propertyOf(question, question.startsWith('assets') ? 'assets' : 'allocations') ?? '';
  const lack = day.lack(question);
  if (lack !== null && day.answerTo(question) !== 'empty') {
    comparison.unknown(`by ${property}: ${lack}`);
    return;
  }
  const answered = day.precisions.get(question)?.half ?? half;
  const odd: Sums[] = [];
  for (const sums of day.sides.get(question) ?? []) {
    const { expected, actual } = sums;
    const here = approx(expected.value, expected.rows * half);
    const there = approx(actual.value, actual.rows * answered);
    const resolution = comparison.resolutionOf(here, there);
    const isSame = Math.abs(there.value - here.value) <= resolution;
    // most keys are alike, and need no place among the findings
    if (isSame && expected.rows > 0 && actual.rows === 1) comparison.compared(resolution);
    else odd.push({ ...sums, here, there });
  }
  odd.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, expected, actual, here, there } of odd) {
    if (actual.rows > 1) {
      comparison.unknown(`by ${property}: the answer has the key ${key} ${actual.rows} times`);
      continue;
    }
    if (expected.rows > 0 && actual.rows > 0) {
      comparison.compare(keyOf(property, key), here, there);
      continue;
    }
    if (expected.rows === 0 && isIdle(key)) continue;
    const side = expected.rows > 0 ? here : there;
    if (Math.abs(side.value) <= side.error) continue;
    const where = expected.rows > 0 ? "not in the server's answer" : 'only in the answer';
    comparison.missingOf(
      keyOf(property, key),
      side.value,
      (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
    );
  }
}
