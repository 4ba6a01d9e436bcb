import type { LocalAudit } from './audit.ts';
import { clusterEqualityByType } from './cluster-equality-by-type.ts';
import { clusterEqualityWhole } from './cluster-equality-whole.ts';
import { noHourly } from './products.ts';

/** Allocations with idle and tenancy cost the same as the assets of their cluster. */
export const clusterEquality: LocalAudit = {
  settling: 'bills',
  bad: 'Failed',
  impossible: noHourly,
  needs: ({ product }) =>
    product === 'opencost' ? ['allocations', 'assets'] : ['assets', 'clusters', 'idle'],
  judge(day, comparison) {
    if (day.scope.product === 'opencost') clusterEqualityByType(day, comparison);
    else clusterEqualityWhole(day, comparison);
  },
};
