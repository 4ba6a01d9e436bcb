import { minute } from '../../time.ts';
import type { Day } from '../day.ts';
import type { Item } from '../ledger.ts';
import { sumOf, totalOf } from '../node-costs.ts';
import { claimOverAllocation, claimOveruse } from './claims.ts';
import { estimateOf, nameOf, nodeObject } from './nodes.ts';

/** A node whose record ends before its workloads do, or begins after them. */
export function partlyRecorded(day: Day, node: string, items: readonly Item[]): void {
  const records = day.assets(node);
  const use = day.use(node);
  const [first] = items;
  const found = first && 'expected' in first.found ? first.found : null;
  const recorded = sumOf(records, ({ minutes }) => minutes) || (found?.actual ?? 0);
  const expected = use ? Math.round((use.end - use.start) / minute) : (found?.expected ?? 0);
  const missing = expected - recorded;
  const billed = missing > 0 && isBilledInFull(day, node, recorded / expected);
  const cost = billed && use ? totalOf(use.costs) : sumOf(records, (record) => record.cost);
  const perMinute = billed ? cost / expected : -cost / recorded;
  const amount = recorded > 0 && missing > 0 && cost > 0 ? perMinute * missing : null;
  const finding = day.add({
    code: 'node-partly-recorded',
    variant: billed ? 'billed' : null,
    object: nodeObject(day, node, { minutes: Math.round(recorded), expected }),
    confidence: 'likely',
    wrong: billed ? ['allocations', 'idle'] : ['assets', 'idle'],
    amount,
    basis: amount === null ? 'unknown' : 'estimated',
    effect: billed
      ? { workloads: amount, idle: amount === null ? null : -amount, assets: 0 }
      : { workloads: 0, idle: amount, assets: amount },
    values: { node: nameOf(node).name, minutes: Math.round(recorded), expected },
    facts: [
      ...records.map((record) => ({
        fact: `recorded from ${timeText(record.start)} to ${timeText(record.end)}`,
        source: '/assets',
      })),
      ...(use
        ? [
            {
              fact: `pods ran from ${timeText(use.start)} to ${timeText(use.end)}`,
              source: '/allocation',
            },
          ]
        : []),
    ],
  });
  for (const item of items) item.propose(finding);
  claimOverAllocation(day, node, finding);
  claimOveruse(day, node, finding);
}

/**
 * Whether a bill raised the cost of a partly recorded node to that of the whole time. Its workloads
 * were then adjusted by the same rate, though they have all their hours.
 *
 * @param recorded part of the time that the record covers
 */
function isBilledInFull(day: Day, node: string, recorded: number): boolean {
  const records = day.assets(node);
  const use = day.use(node);
  const isAdjusted = use !== undefined && totalOf(use.adjustments) !== 0;
  if (!isAdjusted || sumOf(records, ({ adjustment }) => adjustment) <= 0) return false;
  const whole = estimateOf(day, node);
  // nearer to the cost of the whole time than to that of the recorded part
  const cost = sumOf(records, (record) => record.cost);
  return whole === null || cost > (whole.cost * (1 + recorded)) / 2;
}

function timeText(ms: number): string {
  return Number.isFinite(ms)
    ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
    : 'an unknown time';
}
