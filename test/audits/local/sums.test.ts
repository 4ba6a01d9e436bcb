import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluated } from '../../support/evaluated-window.ts';
import { Exact } from '../../support/exact-amount.ts';

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 10);

const type = 'AuditAllocationAggStore';

/** What rows with these costs, in this order, are found to add up to. */
async function sumOf(costs: readonly number[]): Promise<number | null | undefined> {
  const rows = costs.map((cost, i) => rowOf(`c/n/ns/pod-${i}/main`, cost));
  const audits = await evaluated(
    (request) => {
      if (request === 'allocations') return listOf(rows);
      // far off, so that the sum is told
      return request === 'allocations by namespace' ? listOf([rowOf('ns', -1e15)]) : listOf([]);
    },
    { types: [type] },
  );
  return audits.get(type)?.differences.find(({ key }) => key[0] === 'namespace')?.expected;
}

/** Units of 0.00001. */
const amounts = fc.array(
  fc.oneof(fc.nat(9), fc.nat(99_999), fc.integer({ min: 1e12, max: 9e15 })),
  { minLength: 1, maxLength: 60 },
);

test('huge and tiny amounts add up to the same in any order, and to what is right', async () => {
  await fc.assert(
    fc.asyncProperty(amounts, async (parts) => {
      const costs = parts.map((part) => Exact.of(part, 5).number());
      const right = Exact.sum(parts.map((part) => Exact.of(part, 5))).number();
      const sum = await sumOf(costs);
      // each amount is off by half of its last bit before it is added
      const most = costs.reduce((bits, cost) => bits + cost * 2 ** -53, right * 2 ** -52);
      expect(Math.abs((sum ?? Number.NaN) - right)).toBeLessThanOrEqual(most);
      const up = costs.toSorted((a, b) => a - b);
      for (const order of [costs.toReversed(), up, up.toReversed()]) {
        expect(await sumOf(order)).toBe(sum);
      }
    }),
    { numRuns: runs, seed: 20260309 },
  );
});

test('a thousand small costs beside a huge one are not lost', async () => {
  const small = Array.from({ length: 1000 }, () => 0.00049);
  const huge = 12_345_678_901;
  for (const costs of [
    [huge, ...small],
    [...small, huge],
  ]) {
    expect(await sumOf(costs)).toBe(huge + 0.49);
  }
});

function rowOf(name: string, totalCost: number): string {
  const costs = ['cpu', 'gpu', 'ram', 'pv', 'network', 'loadBalancer', 'shared', 'external'];
  const hours = ['cpuCoreHours', 'gpuHours', 'ramByteHours', 'pvByteHours'];
  const fields = [...costs.map((cost) => `${cost}Cost`), ...hours];
  const zeros = Object.fromEntries(fields.map((field) => [field, 0]));
  const properties = { cluster: 'c', node: 'n', namespace: 'ns' };
  return `${JSON.stringify(name)}:${JSON.stringify({ ...zeros, properties, totalCost })}`;
}

function listOf(rows: readonly string[]): string {
  return `{"code":200,"data":[{${rows.join()}}]}`;
}
