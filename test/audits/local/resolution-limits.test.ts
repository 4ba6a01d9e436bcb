import { describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import type { AuditType } from '../../../src/audits/types.ts';
import { evaluated, type Place, raised } from '../../support/evaluated-window.ts';
import { Exact } from '../../support/exact-amount.ts';
import { ExactDay, type ExactNode } from '../../support/exact-day.ts';

/** Half of the last decimal of allocations and of assets. */
const [a, s] = [0.5e-5, 0.5e-6];
const cents = (amount: number) => Exact.of(amount, 2);

/** Some nodes with the same pods, all of whose amounts print without a loss. */
function plainDay(nodes: number, podsOnEach: number): ExactDay {
  const made = Array.from(
    { length: nodes },
    (_, n): ExactNode => ({
      name: `node-${n}`,
      cpuCost: cents(200 * podsOnEach),
      ramCost: cents(100 * podsOnEach),
      discount: Exact.zero,
      adjustment: Exact.zero,
      cpuCoreHours: Exact.of(96),
      ramByteHours: Exact.of(400_000_000_000n),
    }),
  );
  const one = { namespace: 'a', cpuCost: cents(100), ramCost: cents(50), pvCost: cents(10) };
  const pods = made.flatMap((node) =>
    Array.from({ length: podsOnEach }, (_, p) => ({ ...one, node, name: `${node.name}-${p}` })),
  );
  return new ExactDay(made, pods);
}

interface Fault extends Place {
  readonly type: AuditType;
  /** What docs/audits.md says rounding can make of it, without the 1e-9 for sums. */
  readonly rounding: (nodes: number, pods: number) => number;
  readonly expected: (nodes: number, pods: number) => number;
  /** Another comparison of the same audit is that many times as coarse. */
  readonly coarser?: (nodes: number) => number;
}

/** Of each pod: its cost, what its node has beside it, the node's total. */
const [perPod, idlePerPod, nodePerPod] = [1.6, 1.5, 3];
const whole = (nodes: number, pods: number) => nodes * pods * (perPod + idlePerPod);

const faults: readonly Fault[] = [
  {
    type: 'AuditAllocationAggStore',
    request: 'allocations by namespace',
    key: 'a',
    decimals: 5,
    rounding: (nodes, pods) => (nodes * pods + 1) * a,
    expected: (nodes, pods) => nodes * pods * perPod,
    // each component is printed as a cost and an adjustment
    coarser: () => 2,
  },
  {
    type: 'AuditAllocationTotalStore',
    request: 'idle',
    key: 'node-0/__idle__',
    decimals: 5,
    // the node's total, cost and adjustment of CPU and RAM of each pod, the idle row
    rounding: (_nodes, pods) => s + 4 * pods * a + a,
    expected: (_nodes, pods) => pods * idlePerPod,
    // the cluster's idle is the sum of its nodes'
    coarser: (nodes) => nodes,
  },
  {
    type: 'AuditAssetAggStore',
    request: 'assets by provider',
    key: 'AWS',
    decimals: 6,
    rounding: (nodes) => (nodes + 1 + 1) * s,
    expected: whole,
  },
  {
    type: 'AuditAssetTotalStore',
    request: 'assets by cluster',
    key: 'cluster-one',
    decimals: 6,
    rounding: (nodes) => (nodes + 1 + 1) * s,
    expected: whole,
  },
  {
    type: 'AuditAssetTotalStore',
    request: 'topline',
    key: '',
    decimals: 6,
    rounding: (nodes) => (nodes + 1 + 1) * s,
    expected: whole,
  },
  {
    type: 'AuditAssetReconciliation',
    request: 'bills',
    key: 'node-0',
    field: 'amortizedNetCost.cost',
    decimals: 8,
    rounding: () => s,
    expected: (_nodes, pods) => pods * nodePerPod,
  },
  {
    type: 'AuditClusterEquality',
    request: 'clusters',
    key: 'cluster-one',
    decimals: 5,
    rounding: (nodes) => (nodes + 1) * s + (nodes + 1) * a,
    expected: whole,
  },
  {
    type: 'CheckAllocationSum',
    request: 'allocations',
    key: 'node-0-0/main',
    decimals: 5,
    // eight costs, six adjustments, the total
    rounding: () => 15 * a,
    expected: () => perPod,
  },
];

async function verdict(
  day: ExactDay,
  fault: Place & { readonly type: AuditType },
  by: number,
): Promise<Audit> {
  const printing = { allocations: 5, assets: 6 } as const;
  const audits = await evaluated((request) => {
    const text = day.response(request, printing);
    return request === fault.request ? raised(text, fault, by * 10 ** -fault.decimals) : text;
  });
  const audit = audits.get(fault.type);
  if (!audit) throw new Error(`no ${fault.type}`);
  return audit;
}

const sizes = [
  [1, 1],
  [1, 40],
  [3, 7],
  [12, 2],
] as const;

describe.each(faults)('$type, $request', (fault) => {
  test.each(sizes)(
    '%i nodes with %i pods each: its resolution is the limit',
    async (nodes, pods) => {
      const day = plainDay(nodes, pods);
      const resolution = fault.rounding(nodes, pods) + 1e-9 * fault.expected(nodes, pods);
      const unit = 10 ** -fault.decimals;
      const healthy = await verdict(day, fault, 0);
      expect(healthy).toMatchObject({ status: 'Passed', differences: [] });
      const coarsest = resolution * (fault.coarser?.(nodes) ?? 1);
      const rounding = fault.rounding(nodes, pods) * (fault.coarser?.(nodes) ?? 1);
      expect(healthy.resolution).toBeGreaterThanOrEqual(rounding * (1 - 1e-6));
      expect(healthy.resolution).toBeLessThanOrEqual(
        coarsest * (1 + 1e-6) + 1e-9 * whole(nodes, pods),
      );
      const below = Math.floor(resolution / unit - 1e-3);
      const above = Math.floor(resolution / unit + 1e-3) + 1;
      for (const sign of [1, -1]) {
        expect(await verdict(day, fault, sign * below)).toMatchObject({ differences: [] });
        const found = await verdict(day, fault, sign * above);
        expect(found.status).toBe('Failed');
        expect(found.differences.length).toBeGreaterThan(0);
      }
    },
  );
});

test('a number that is printed in full has no rounding error; it does not tighten that of others', async () => {
  const plain = plainDay(1, 2);
  const [pod] = plain.pods;
  if (!pod) throw new Error('no pod');
  const third = { ...pod, name: 'third', cpuCost: Exact.of(1).over(Exact.of(3)) };
  const day = new ExactDay(plain.nodes, [...plain.pods, third]);
  const place = { type: 'CheckSummary', request: 'summary', decimals: 7 } as const;
  // the row itself prints 0.98333 of 0.98333333: 0.33 of the last decimal less than the summary
  const full = { ...place, key: 'third/main' };
  for (const [raisedBy, status] of [
    [10, 'Passed'],
    [25, 'Failed'],
    [-70, 'Passed'],
    [-95, 'Failed'],
  ] as const) {
    expect((await verdict(day, full, raisedBy)).status).toBe(status);
  }
  // 1.60000 is no float in full, as far as its digits show, and a difference shows more of them
  const short = { ...place, key: 'node-0-0/main', decimals: 5 };
  expect((await verdict(day, short, 1)).status).toBe('Passed');
  expect((await verdict(day, short, 2)).status).toBe('Failed');
});
