import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditType } from '../../../src/audits/types.ts';
import { evaluated, type Place, raised } from '../../support/evaluated-window.ts';
import { Exact } from '../../support/exact-amount.ts';
import { ExactDay, type ExactNode, nodeTotal, type Printing } from '../../support/exact-day.ts';

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 10);
const options = { numRuns: runs, seed: 20260307 };

/**
 * How far the exact amounts are from what is printed, in millionths of the last decimal: at random,
 * or all of them just below the half that would round up, or just above it.
 */
const offsets = fc.constantFrom('random', 'all lost', 'all gained');

const printings: fc.Arbitrary<Printing> = fc.record({
  allocations: fc.constantFrom<Printing['allocations'][]>(5, 6, 'float'),
  assets: fc.constantFrom<Printing['assets'][]>(6, 'float'),
});

/** An amount of some `units` of a last decimal, and what rounding takes off or adds to it. */
function amount(decimals: number, units: number, offset: string, random: number): Exact {
  const off = offset === 'random' ? random : offset === 'all lost' ? 499_999 : -499_999;
  return Exact.of(BigInt(units) * 1_000_000n + BigInt(off), decimals + 6);
}

const days = fc
  .record({
    offset: offsets,
    decimals: fc.constantFrom(5, 6),
    nodes: fc.array(
      fc.record({
        idleCpu: fc.oneof(fc.constant(null), fc.nat(2_000_000)),
        idleRam: fc.oneof(fc.constant(null), fc.nat(2_000_000)),
        discount: fc.nat(400_000),
        adjusted: fc.integer({ min: -300_000, max: 300_000 }),
        cores: fc.integer({ min: 1, max: 96 }),
        gigabytes: fc.integer({ min: 1, max: 512 }),
        off: fc.integer({ min: -499_999, max: 499_999 }),
        pods: fc.array(
          fc.record({
            cpu: fc.oneof(fc.nat(3), fc.nat(500_000)),
            ram: fc.oneof(fc.nat(3), fc.nat(500_000)),
            volume: fc.oneof(fc.constant(0), fc.nat(100_000)),
            namespace: fc.constantFrom('a', 'b', 'c'),
            off: fc.integer({ min: -499_999, max: 499_999 }),
          }),
          { minLength: 1, maxLength: 30 },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ offset, decimals, nodes }) => {
    const made = nodes.map((given, n) => {
      // one more than the offset can take away: no amount is below 0
      const of = (units: number, off: number) => amount(decimals, units + 1, offset, off);
      const used = given.pods.map((pod) => ({
        cpuCost: of(pod.cpu, pod.off),
        ramCost: of(pod.ram, pod.off),
        pvCost: pod.volume === 0 ? Exact.zero : of(pod.volume, pod.off),
        namespace: pod.namespace,
      }));
      const discount = amount(6, given.discount, offset, given.off);
      const paid = Exact.one.minus(discount);
      const idle = (units: number | null) =>
        units === null ? Exact.zero : amount(6, units + 1, offset, given.off);
      const cpuCost = Exact.sum(used.map((pod) => pod.cpuCost))
        .plus(idle(given.idleCpu))
        .over(paid);
      const ramCost = Exact.sum(used.map((pod) => pod.ramCost))
        .plus(idle(given.idleRam))
        .over(paid);
      const node: ExactNode = {
        name: `node-${n}`,
        cpuCost,
        ramCost,
        discount,
        adjustment: cpuCost
          .plus(ramCost)
          .times(paid)
          .times(amount(6, given.adjusted, offset, given.off)),
        cpuCoreHours: Exact.of(given.cores * 24),
        ramByteHours: Exact.of(BigInt(given.gigabytes) * 24n * 1_073_741_824n),
      };
      return { node, pods: used.map((pod, p) => ({ ...pod, node, name: `pod-${n}-${p}` })) };
    });
    return new ExactDay(
      made.map(({ node }) => node),
      made.flatMap(({ pods }) => pods),
    );
  });

test('equal amounts are never a difference, however their printed forms are rounded', {
  timeout: 300_000 + runs * 100,
}, async () => {
  await fc.assert(
    fc.asyncProperty(days, printings, fc.boolean(), async (day, printing, clampsIdle) => {
      const audits = await evaluated((request) => day.response(request, printing), { clampsIdle });
      for (const { type, status, differences, missing, description } of audits.values()) {
        expect({ type, status, differences, missing, description }).toEqual({
          type,
          status: 'Passed',
          differences: [],
          missing: [],
          description: expect.any(String),
        });
      }
    }),
    options,
  );
});

const places: readonly (Place & { readonly type: AuditType })[] = [
  {
    type: 'AuditAllocationAggStore',
    request: 'allocations by cluster',
    key: 'cluster-one',
    decimals: 5,
  },
  { type: 'AuditAllocationTotalStore', request: 'idle', key: 'node-0/__idle__', decimals: 5 },
  { type: 'AuditAssetAggStore', request: 'assets by type', key: 'Node', decimals: 6 },
  { type: 'AuditAssetTotalStore', request: 'assets by cluster', key: 'cluster-one', decimals: 6 },
  { type: 'AuditAssetTotalStore', request: 'topline', key: '', decimals: 6 },
  {
    type: 'AuditAssetReconciliation',
    request: 'bills',
    key: 'node-0',
    field: 'amortizedNetCost.cost',
    decimals: 12,
  },
  { type: 'AuditClusterEquality', request: 'clusters', key: 'cluster-one', decimals: 5 },
  {
    type: 'AuditAllocationReconciliation',
    request: 'allocations',
    key: 'main',
    field: 'cpuCost',
    decimals: 5,
  },
  { type: 'CheckAllocationSum', request: 'allocations', key: 'main', decimals: 5 },
  { type: 'CheckAssetSum', request: 'assets', key: 'node-0', decimals: 6 },
  { type: 'CheckSummary', request: 'summary', key: 'main', decimals: 12 },
  { type: 'CheckSummary', request: 'summary', key: 'main', field: 'ramCost', decimals: 12 },
  {
    type: 'AuditAllocationAggStore',
    request: 'allocations by cluster',
    key: 'cluster-one',
    field: 'cpuCost',
    decimals: 5,
  },
];

test('a difference of twice the resolution is found, whatever rounding does against it', {
  timeout: 300_000 + runs * 100,
}, async () => {
  const sign = fc.constantFrom(1, -1);
  await fc.assert(
    fc.asyncProperty(days, fc.constantFrom(...places), sign, async (day, place, direction) => {
      const printing = { allocations: 5, assets: 6 } as const;
      const asked = { types: [place.type] };
      const healthy = await evaluated((request) => day.response(request, printing), asked);
      const resolution = healthy.get(place.type)?.resolution ?? Number.NaN;
      const by = direction * (2 * resolution + 1.1 * 10 ** -place.decimals);
      const found = await evaluated((request) => {
        const text = day.response(request, printing);
        return request === place.request ? raised(text, place, by) : text;
      }, asked);
      expect(found.get(place.type)?.differences.length).toBeGreaterThan(0);
    }),
    options,
  );
});

/** Half of the last decimal that is printed. */
const half = (decimals: number) => 0.5 * 10 ** -decimals;

/**
 * The largest change of what a node's hours should cost when every printed number is off by half of
 * its last decimal, in the worst of all directions.
 */
function worstProduct(day: ExactDay, node: ExactNode, resource: 'cpu' | 'ram', decimals: number) {
  const [costName, hoursName] =
    resource === 'cpu'
      ? (['cpuCost', 'cpuCoreHours'] as const)
      : (['ramCost', 'ramByteHours'] as const);
  const pods = day.pods.filter((pod) => pod.node === node);
  const paid = 1 - node.discount.number();
  const hours = node[hoursName].number();
  const used = Exact.sum(pods.map((pod) => pod[costName])).number();
  const usedHours = (used * hours) / (node[costName].number() * paid);
  const price = (signs: readonly number[]) => {
    const [cost = 0, discount = 0, total = 0, adjustment = 0, all = 0, some = 0] = signs;
    const asset = half(6);
    const sum = nodeTotal(node).number() + total * asset;
    const rate = sum / (sum - node.adjustment.number() - adjustment * asset);
    const adjusted = (node[costName].number() + cost * asset) * (paid - discount * asset) * rate;
    return (adjusted / (hours + all * asset)) * (usedHours + some * pods.length * half(decimals));
  };
  const right = price([]);
  let worst = 0;
  for (let bits = 0; bits < 64; bits++) {
    const signs = Array.from({ length: 6 }, (_, i) => ((bits >> i) & 1 ? 1 : -1));
    worst = Math.max(worst, Math.abs(price(signs) - right));
  }
  return worst + 2 * pods.length * half(decimals) + 1e-9 * Math.abs(right);
}

/** One node's rate is a quotient of two numbers that have one in common: interval arithmetic counts it twice. */
const maxTooCoarse = 3;
/** A number whose sixth decimal is 0 looks as if five were printed. */
const maxTooCoarseOfSix = 10 * maxTooCoarse;

test('the resolution of prices is what rounding can do to them, and not much more', {
  timeout: 300_000 + runs * 100,
}, async () => {
  const type = 'AuditAllocationReconciliation';
  const decimals = fc.constantFrom<(5 | 6)[]>(5, 6);
  await fc.assert(
    fc.asyncProperty(days, decimals, async (day, allocations) => {
      // of a node whose own price is lost in rounding no more can be said
      fc.pre(day.nodes.every((node) => nodeTotal(node).minus(node.adjustment).number() > 1e-3));
      const audits = await evaluated(
        (request) => day.response(request, { allocations, assets: 6 }),
        {
          types: [type],
        },
      );
      const worst = Math.max(
        ...day.nodes.flatMap((node) =>
          (['cpu', 'ram'] as const).map((resource) =>
            worstProduct(day, node, resource, allocations),
          ),
        ),
      );
      const resolution = audits.get(type)?.resolution ?? Number.NaN;
      expect(resolution).toBeGreaterThanOrEqual(worst * (1 - 1e-3));
      expect(resolution).toBeLessThanOrEqual(
        worst * (allocations === 5 ? maxTooCoarse : maxTooCoarseOfSix),
      );
    }),
    options,
  );
});
