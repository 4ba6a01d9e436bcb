import { expect, test } from 'vitest';
import { allocation, auditOf, node } from '../../../support/rows.ts';

test('rows whose costs are numbers pass', () => {
  const rows = { allocations: [allocation({ cpuCost: 1 })], assets: [node({ cpuCost: 1 })] };
  expect(auditOf('CheckNullCost', rows)).toMatchObject({ status: 'Passed', missing: [] });
});

test('each cost that is null or absent is named by its row and field', () => {
  const pod = allocation({ invalidFields: [{ field: 'ramCost', what: 'null' }] });
  const machine = node({ invalidFields: [{ field: 'adjustment', what: 'missing' }] });
  const rows = { allocations: [allocation({ pod: 'whole' }), pod], assets: [machine] };
  const { status, missing, differences } = auditOf('CheckNullCost', rows);
  expect(status).toBe('Failed');
  expect([...differences, ...missing].map(({ key }) => key)).toEqual([
    [machine.name, 'adjustment'],
    [pod.name, 'ramCost'],
  ]);
});

test('fields that are no costs are for other checks', () => {
  const pod = allocation({ invalidFields: [{ field: 'cpuCoreHours', what: 'null' }] });
  const rows = { allocations: [pod], assets: [node()] };
  expect(auditOf('CheckNullCost', rows).status).toBe('Passed');
});
