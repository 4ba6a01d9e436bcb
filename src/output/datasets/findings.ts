import type { Finding } from '../../diagnosis/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

/** A row for each finding, worst first; amounts are totals over its windows. */
export function findingDataset(findings: readonly Finding[]): Dataset {
  return {
    title: 'Findings',
    columns: datasetColumns.findings,
    numeric: ['objects', 'amount', 'share', 'workloads', 'idle', 'assets', 'bill', 'windows'],
    rows: findings.map((finding) => [
      finding.id,
      finding.code,
      finding.severity,
      finding.confidence,
      finding.title,
      clusterOf(finding),
      finding.object?.name ?? null,
      finding.objectCount,
      finding.amount.total,
      finding.amount.basis,
      finding.amount.share,
      finding.effect.workloads,
      finding.effect.idle,
      finding.effect.assets,
      finding.effect.bill,
      finding.first,
      finding.last,
      finding.windows.length,
      finding.state,
      finding.trend,
      finding.accepted,
    ]),
  };
}

/** The cluster of all objects of a finding; null where there are several or none. */
export function clusterOf({ object, objects }: Pick<Finding, 'object' | 'objects'>): string | null {
  const clusters = new Set([object, ...objects].flatMap((one) => one?.cluster ?? []));
  const [cluster = null] = clusters;
  return clusters.size === 1 ? cluster : null;
}
