import type { StoredDay } from '../../../src/store/schema.ts';
import { day, windowOf } from '../../../src/time.ts';

export const firstDay = Date.UTC(2026, 10, 1);

/** A settled day with one audit. */
export function storedDay(index: number, changes: Partial<StoredDay> = {}): StoredDay {
  const start = firstDay + index * day;
  const window = windowOf({ start, end: start + day });
  return {
    schemaVersion: 1,
    kind: 'AuditSet',
    server: {
      product: 'kubecost',
      clusterId: 'c1',
      address: 'http://localhost:9090',
      version: '2.4.3',
    },
    connection: [],
    options: {
      ...{ types: [], step: '1d', cluster: null, aggregate: [], tolerance: null },
      costMetric: 'amortizedNetCost',
    },
    window,
    kcEtl: '0.2.0',
    auditsVersion: 1,
    storedAt: '2026-11-26T00:00:00Z',
    settled: true,
    totals: { allocations: 10, assets: 12 },
    audits: [
      {
        ...{ window, type: 'AuditClusterEquality', status: 'Passed', description: '' },
        ...{ lastRun: '2026-11-26T00:00:00Z', resolution: 0.001, differences: [], missing: [] },
      },
    ],
    presence: {
      ...{ skipReason: null, unknown: [], empty: [], clusters: [] },
      neighbours: { before: null, after: null, wholeBefore: null, wholeAfter: null },
    },
    ...{ clusters: [], nodes: [], evidence: null, errors: [] },
    ...changes,
  };
}
