import { expect, test } from 'vitest';
import type { SummaryRow } from '../../../../src/costs/rows.ts';
import { allocation, auditOf } from '../../../support/rows.ts';

const web = allocation({ pod: 'web', cpuCost: 2 });
const job = allocation({ pod: 'job', cpuCost: 1 });

function summaryRow({ name }: { name: string }, totalCost: number): SummaryRow {
  return { name, totalCost, printed: totalCost, costs: null };
}

const audited = (...summary: SummaryRow[]) =>
  auditOf('CheckSummary', { allocations: [web, job], summary });

test('rows that are the same in both responses pass', () => {
  expect(audited(summaryRow(web, 2), summaryRow(job, 1))).toMatchObject({
    status: 'Passed',
    differences: [],
    missing: [],
  });
});

test('a total that differs is a difference of its row', () => {
  expect(audited(summaryRow(web, 2.5), summaryRow(job, 1))).toMatchObject({
    status: 'Failed',
    differences: [{ expected: 2, actual: 2.5, delta: 0.5 }],
  });
});

test('a row whose total is not known is Skipped, and named by CheckNullCost alone', () => {
  expect(audited(summaryRow(web, Number.NaN), summaryRow(job, 1))).toMatchObject({
    status: 'Skipped',
    description: 'the total of a row is not known: see CheckNullCost',
    differences: [],
  });
});

test('a row that one response lacks is missing, with its cost', () => {
  const other = allocation({ pod: 'other' });
  const { status, missing } = audited(summaryRow(web, 2), summaryRow(other, 3));
  expect(status).toBe('Warning');
  expect(missing.map(({ description }) => description).sort()).toEqual([
    'not in the summary, with a cost of 1.00000',
    'only in the summary, with a cost of 3.00000',
  ]);
});

test('a row that one response lacks and that costs nothing is no finding', () => {
  const free = allocation({ pod: 'free' });
  expect(audited(summaryRow(web, 2), summaryRow(job, 1), summaryRow(free, 0)).status).toBe(
    'Passed',
  );
});
