import { expect, test } from 'vitest';
import { allocation, auditOf, node } from '../../../support/rows.ts';

const priced = { cpuCost: 8, ramCost: 2, cpuCoreHours: 96, ramByteHours: 1e11 };
const used = { cpuCost: 4, ramCost: 1, cpuCoreHours: 48, ramByteHours: 5e10 };
const assets = [node({ name: 'n1', ...priced })];
const allocations = [allocation(used)];
/** Rows of `aggregate=cluster,node` with idle by node. */
const grouped = (given: Parameters<typeof allocation>[0]) =>
  allocation({ namespace: '', pod: '', container: '', ...given });
const use = grouped({ name: 'c1/n1', ...used });

function audited(idle: ReturnType<typeof allocation>[]) {
  return auditOf('AuditAllocationTotalStore', { assets, allocations, idle: [use, ...idle] });
}

test("the server's idle is what the node costs beyond its allocations", () => {
  const idle = grouped({ name: 'c1/n1/__idle__', cpuCost: 4, ramCost: 1 });
  expect(audited([idle])).toMatchObject({ status: 'Passed', differences: [], missing: [] });
});

test('another idle is a difference of the node and of its cluster', () => {
  const idle = grouped({ name: 'c1/n1/__idle__', cpuCost: 3, ramCost: 1 });
  expect(audited([idle])).toMatchObject({
    status: 'Failed',
    differences: [
      { key: ['node', 'c1/n1'], expected: 5, actual: 4 },
      { key: ['cluster', 'c1'], expected: 5, actual: 4 },
    ],
  });
});

test('an idle that was expected and is not there is missing', () => {
  expect(audited([])).toMatchObject({ status: 'Warning', missing: [{ key: ['node', 'c1/n1'] }] });
});

test('idle of a node without an asset is missing', () => {
  const idle = grouped({ name: 'c1/n1/__idle__', cpuCost: 4, ramCost: 1 });
  const ghost = grouped({ name: 'c1/n9/__idle__', node: 'n9', cpuCost: 7 });
  expect(audited([idle, ghost])).toMatchObject({
    status: 'Warning',
    missing: [{ key: ['node', 'c1/n9'] }],
  });
});
