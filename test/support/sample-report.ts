import type { Audit } from '../../src/audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../src/audits/types.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { audit, failed, january, reportOf } from './audits.ts';

/** A month of audits with something of everything in it. */
export function sampleReport(days = 14): AuditReport {
  const audits = Array.from({ length: days }, (_, i) =>
    auditTypeNames.map((type) => sampleAudit(i + 1, type)),
  ).flat();
  return {
    ...reportOf(audits),
    message: 'Running audit over window: [2023-01-01T00:00:00Z, 2023-01-15T00:00:00Z)',
  };
}

function sampleAudit(date: number, type: AuditType): Audit {
  const window = january(date);
  const at = { window, type, resolution: 0.000012 };
  if (type === 'AuditAssetAggStore') {
    return audit({ ...at, status: 'NotRun', lastRun: null });
  }
  if (type === 'AuditAssetReconciliation') {
    return audit({ ...at, status: 'Skipped', description: 'no cloud bill covers this window' });
  }
  if (type === 'AuditClusterEquality' && date % 4 === 2) {
    const lost = failed([[['cluster-one'], 9.423476639423004, 9.63847636882186 + date / 10]], at);
    const [difference] = lost.differences;
    if (difference && date === 6) {
      difference.causes = [
        { code: 'lost-disk', amount: 0.21, detail: 'pvc-0a1b: a volume without a disk asset' },
        { code: 'unexplained', amount: null, detail: 'the rest' },
      ];
    }
    if (difference && date === 10) difference.accepted = 'the old disk (until 2030-12-31)';
    return lost;
  }
  if (type === 'AuditAllocationReconciliation' && date === 9) {
    return failed(
      [
        [['cluster-one/gke-pool-1-7f9c', 'CPU'], 12.5, 11.2],
        [['cluster-one/gke-pool-1-7f9c', 'RAM'], 3.25, null],
        [['cluster-one/gke-pool-2-a81b', 'GPU'], 0, 0.004],
      ],
      at,
    );
  }
  if (type === 'AuditAllocationTotalStore' && date === 4) {
    const missing = [
      { key: ['node', 'cluster-one/node-3'], description: 'no asset for this node' },
    ];
    return audit({ ...at, status: 'Warning', missing });
  }
  return audit(at);
}
