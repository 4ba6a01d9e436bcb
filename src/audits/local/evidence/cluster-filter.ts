import type { AllocationRow } from '../../../costs/rows.ts';

/** Only rows of one cluster; null: of all. */
export type ClusterFilter = string | null;

/** Whether a row belongs to a cluster; a row without the property, by the start of its name. */
export function isOfCluster(row: AllocationRow, cluster: ClusterFilter): boolean {
  return (
    cluster === null ||
    row.cluster === cluster ||
    (row.cluster === '' && row.name.startsWith(`${cluster}/`))
  );
}
