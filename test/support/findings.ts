import type { Finding } from '../../src/diagnosis/schema.ts';

const day = { start: '2026-11-23T00:00:00Z', end: '2026-11-24T00:00:00Z' };

/** A finding about a lost disk, with whatever a test is about. */
export function finding(differing: Partial<Finding> = {}): Finding {
  const object = {
    kind: 'volume',
    cluster: 'cluster-one',
    name: 'pvc-1',
    providerID: 'vol-07b771725d6bfed44',
    namespace: 'kubecost',
    details: { value: '0.66' },
  } as const;
  return {
    id: 'disk-without-asset:cluster-one/pvc-1',
    code: 'disk-without-asset',
    variant: null,
    severity: 'error',
    confidence: 'certain',
    title: 'Volume pvc-1 costs 0.66 in allocations and has no disk asset.',
    explanation: 'Assets are too low by the cost of the volume.',
    object,
    objects: [{ ...object, amount: -0.65754 }],
    objectCount: 1,
    wrong: ['assets'],
    amount: { total: -0.65754, perDay: -0.65754, basis: 'measured', share: 0.021 },
    effect: { workloads: 0, idle: 0, assets: -0.65754, bill: null },
    first: day.start,
    last: day.end,
    state: 'ended',
    trend: 'constant',
    windows: [{ ...day, amount: -0.65754 }],
    explains: [
      { window: day, type: 'AuditClusterEquality', key: ['cluster-one'], amount: 0.65754 },
    ],
    blocks: [],
    evidence: [{ fact: 'pvs of kubecost/indexer-4 name pvc-1', source: '/allocation' }],
    confirm: [{ text: 'Read the volume.', command: 'kubectl get pv pvc-1' }],
    actions: [
      {
        text: 'Rebuild the assets of the day.',
        request: `GET /model/etl/asset/repair?window=${day.start},${day.end}`,
        before: '2026-11-26T19:00:00Z',
      },
    ],
    references: ['opencost/opencost#2851'],
    accepted: null,
    ...differing,
  };
}
