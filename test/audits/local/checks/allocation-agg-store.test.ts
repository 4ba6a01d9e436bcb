import { expect, test } from 'vitest';
import type { AllocationRow } from '../../../../src/costs/rows.ts';
import { allocation, auditOf } from '../../../support/rows.ts';

/** The status of one aggregate, given what the server answers for it. */
function audited(
  property: string,
  allocations: readonly AllocationRow[],
  answer: Readonly<Record<string, number>>,
) {
  const aggregates = { [`allocations by ${property}`]: answer };
  return auditOf(
    'AuditAllocationAggStore',
    { allocations, aggregates },
    { properties: [property] },
  );
}

function withProperties(properties: unknown, given: Parameters<typeof allocation>[0] = {}) {
  return { ...allocation({ cpuCost: 2, ...given }), properties: () => properties };
}

test.each(['label:app.kubernetes.io/name', 'label:app-kubernetes-io/name'])(
  '%s is found under the name that Prometheus gives it',
  (property) => {
    const row = withProperties({ labels: { app_kubernetes_io_name: 'web' } });
    expect(audited(property, [row], { web: 2 })).toMatchObject({ status: 'Passed', missing: [] });
    expect(audited(property, [row], { web: 3 }).status).toBe('Failed');
  },
);

test('the services of an unmounted load balancer do not make it the cost of a service', () => {
  const balancer = withProperties(
    { services: ['web'] },
    { node: '', pod: '__unmounted__', container: '__unmounted__' },
  );
  const rows = [withProperties({ services: ['web'] }), balancer];
  expect(audited('service', rows, { web: 2, __unmounted__: 2 })).toMatchObject({
    status: 'Passed',
    missing: [],
  });
});

test('rows without a value are one key, whatever the server calls it', () => {
  const rows = [withProperties({}), withProperties({ services: ['web'] })];
  for (const name of ['', '__unallocated__', '__undefined__']) {
    const passed = audited('service', rows, { web: 2, [name]: 2 });
    expect(passed).toMatchObject({ status: 'Passed', missing: [] });
    expect(audited('service', rows, { web: 2, [name]: 3 })).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['service', '__unallocated__'], expected: 2, actual: 3 }],
    });
  }
});

test('a row that has neither a cost nor the key that the server has it under leaves every key Skipped', () => {
  const rows = [
    allocation({ namespace: 'a', cpuCost: 2 }),
    allocation({ namespace: 'b', cpuCost: 1 }),
    allocation({ namespace: '', cpuCost: Number.NaN }),
  ];
  expect(audited('namespace', rows, { a: 2, b: 1.5 })).toMatchObject({
    status: 'Skipped',
    differences: [],
    description: expect.stringContaining("has the key ''"),
  });
  // where the server has the key, the row belongs to no other
  expect(audited('namespace', rows, { a: 2, b: 1.5, '': 1 })).toMatchObject({
    status: 'Failed',
    differences: [{ key: ['namespace', 'b'] }],
  });
});
