import { approx } from '../../costs/approximation.ts';
import { type CostRequest, propertyOf } from '../../costs/requests.ts';
import { isIdle } from '../../costs/rows.ts';
import type { AuditWindow } from './audit-window.ts';
import type { Comparison } from './comparison.ts';
import { Sides } from './sides.ts';

/**
 * What was aggregated here against the server's answer, key by key. A key that one side lacks is a
 * missing value where it has a cost that can be told from 0.
 *
 * @param half half of the last decimal of the rows that were added up
 */
export function compareSides(
  day: AuditWindow,
  question: CostRequest,
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
  const sides = day.sides.get(question) ?? new Sides();
  const here = (id: number) =>
    approx(sides.value('expected', id), sides.rows('expected', id) * half);
  const there = (id: number) =>
    approx(sides.value('actual', id), sides.rows('actual', id) * answered);
  const odd: { readonly key: string; readonly id: number }[] = [];
  for (let id = 0; id < sides.size; id++) {
    const [ours, theirs] = [sides.rows('expected', id), sides.rows('actual', id)];
    const resolution = comparison.resolutionOf(here(id), there(id));
    const delta = sides.value('actual', id) - sides.value('expected', id);
    // most keys are alike, and need no place among the findings
    if (ours > 0 && theirs === 1 && Math.abs(delta) <= resolution) comparison.compared(resolution);
    else if (ours + theirs > 0) odd.push({ key: sides.key(id), id });
  }
  odd.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, id } of odd) {
    const [ours, theirs] = [sides.rows('expected', id), sides.rows('actual', id)];
    if (theirs > 1) {
      comparison.unknown(`by ${property}: the answer has the key ${key} ${theirs} times`);
      continue;
    }
    if (ours > 0 && theirs > 0) {
      comparison.compare(keyOf(property, key), here(id), there(id));
      continue;
    }
    if (ours === 0 && isIdle(key)) continue;
    const side = ours > 0 ? here(id) : there(id);
    if (Math.abs(side.value) <= side.error) continue;
    const where = ours > 0 ? "not in the server's answer" : 'only in the answer';
    comparison.missingOf(
      keyOf(property, key),
      side.value,
      (amount) => `${where}, with a cost of ${amount.toFixed(5)}`,
    );
  }
}
