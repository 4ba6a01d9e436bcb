import { describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import { copyCosts, noPrintedCosts } from '../../../src/costs/components.ts';
import {
  type AllocationRow,
  allocationCosts,
  type PrintedCosts,
  type SummaryRow,
} from '../../../src/costs/rows.ts';
import { allocation, auditOf } from '../../support/rows.ts';

type Component = (typeof allocationCosts)[number];
type Changes = Partial<Record<Component, number>>;

/** A pod with a cost and an adjustment in every component. */
const pod = allocation({
  cpuCost: 4,
  cpuCostAdjustment: -1,
  cpuCoreHours: 24,
  gpuCost: 3,
  gpuHours: 24,
  ramCost: 2,
  ramCostAdjustment: 0.5,
  ramByteHours: 1e9,
  pvCost: 1,
  pvByteHours: 1e9,
  networkCost: 0.25,
  loadBalancerCost: 0.75,
  sharedCost: 0.125,
  externalCost: 0.5,
});

/** The costs of a row as the summary prints them, with some changed. */
function summaryCosts(row: AllocationRow, changes: Changes): PrintedCosts {
  const { costs, adjustments, hours, ...rest } = copyCosts(row, noPrintedCosts());
  return {
    ...rest,
    costs: costs.map((cost, i) => {
      const name = allocationCosts[i] ?? 'cpuCost';
      return changes[name] ?? cost + (adjustments[i] ?? 0);
    }),
    adjustments: adjustments.map(() => 0),
    hours: hours.map(() => Number.NaN),
  };
}

function summaryOf(row: AllocationRow, changes: Changes = {}, total = row.totalCost): SummaryRow {
  return { name: row.name, totalCost: total, printed: 1, costs: summaryCosts(row, changes) };
}

function summaryAudit(rows: readonly AllocationRow[], summary: readonly SummaryRow[]): Audit {
  return auditOf('CheckSummary', { allocations: rows, summary });
}

function aggregateAudit(row: AllocationRow, changes: Changes, total = row.totalCost): Audit {
  const costs = copyCosts({ ...row, ...changes }, noPrintedCosts());
  const answer = [{ name: row.namespace, totalCost: total, costs }];
  return auditOf(
    'AuditAllocationAggStore',
    { allocations: [row], aggregates: { 'allocations by namespace': answer } },
    { properties: ['namespace'] },
  );
}

describe.each(allocationCosts)('%s', (component) => {
  test('that the summary has otherwise is a difference of its row', () => {
    expect(summaryAudit([pod], [summaryOf(pod)])).toMatchObject({ status: 'Passed' });
    const { status, differences } = summaryAudit([pod], [summaryOf(pod, { [component]: 9e12 })]);
    expect(status).toBe('Failed');
    expect(differences).toMatchObject([{ key: [expect.any(String), component], actual: 9e12 }]);
  });

  test('that an aggregate has otherwise is a difference of its key', () => {
    expect(aggregateAudit(pod, {})).toMatchObject({ status: 'Passed' });
    const { status, differences } = aggregateAudit(pod, { [component]: 9e12 });
    expect(status).toBe('Failed');
    expect(differences).toMatchObject([{ key: ['namespace', 'ns', component] }]);
  });
});

test('a cost that moved from one component to another is found, though the total is right', () => {
  const { differences } = aggregateAudit(pod, { cpuCost: 5, ramCost: 1 });
  expect(differences.map(({ key, delta }) => [key.at(-1), delta])).toEqual([
    ['cpuCost', 1],
    ['ramCost', -1],
  ]);
});

test('components that make the difference of the total are not listed once more', () => {
  const { differences } = aggregateAudit(pod, { cpuCost: 5 }, pod.totalCost + 1);
  expect(differences.map(({ key }) => key)).toEqual([['namespace', 'ns']]);
  const opposite = aggregateAudit(pod, { cpuCost: 9, ramCost: 1 }, pod.totalCost + 4);
  expect(opposite.differences.map(({ key }) => key.at(-1))).toEqual(['ns', 'cpuCost', 'ramCost']);
});

test('core-hours that round to 0 have a cost that rounds to 0', () => {
  const short = allocation({ cpuCoreHours: 0, ramByteHours: 1e5 });
  const summary = (cpuCost: number) => summaryAudit([short], [summaryOf(short, { cpuCost })]);
  expect(summary(2.4e-8)).toMatchObject({ status: 'Passed', differences: [] });
  expect(summary(2e-5)).toMatchObject({ status: 'Failed' });
});

test('a component that a version does not print is not compared', () => {
  const printed = ~(1 << allocationCosts.indexOf('sharedCost'));
  const costs = { ...summaryCosts(pod, { sharedCost: Number.NaN }), printed };
  expect(summaryAudit([pod], [{ ...summaryOf(pod), costs }])).toMatchObject({
    status: 'Passed',
    description: '',
  });
});

test('a component that a row lacks is said not to be compared; null in the answer is not Passed', () => {
  const odd = { ...pod, gpuCost: Number.NaN };
  const audit = summaryAudit([odd], [summaryOf(pod)]);
  expect(audit).toMatchObject({ status: 'Passed', differences: [] });
  expect(audit.description).toContain('were not compared: see CheckNullCost');
  expect(summaryAudit([pod], [summaryOf(pod, { gpuCost: Number.NaN })]).status).toBe('Skipped');
});

test('the components of very many rows are compared by node', () => {
  const rows = Array.from({ length: 33_000 }, (_, i) =>
    allocation({ cpuCost: 1, cpuCoreHours: 1, node: `n${i % 3}`, pod: `pod-${i}` }),
  );
  const summary = rows.map((row) => summaryOf(row));
  const healthy = summaryAudit(rows, summary);
  expect(healthy).toMatchObject({ status: 'Passed', differences: [] });
  expect(healthy.description).toContain('33000 rows: their cost components were compared by node');
  const [first, ...others] = rows;
  if (!first) throw new Error('there is no row');
  const wrong = [summaryOf(first, { cpuCost: 2 }), ...others.map((row) => summaryOf(row))];
  const { status, differences } = summaryAudit(rows, wrong);
  expect(status).toBe('Failed');
  expect(differences).toMatchObject([{ key: ['c1/n0', 'cpuCost'], delta: 1 }]);
});
