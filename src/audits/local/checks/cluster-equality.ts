import type { LocalAudit } from '../audit.ts';
import { noHourly } from '../unsupported.ts';
import { clusterEqualityByType } from './cluster-equality-by-type.ts';
import { clusterEqualityTotal } from './cluster-equality-total.ts';

/** Allocations with idle and tenancy cost the same as the assets of their cluster. */
export const clusterEquality: LocalAudit = {
  settling: 'bills',
  differenceStatus: 'Failed',
  unsupportedReason: noHourly,
  requires: ({ product }) =>
    product === 'opencost' ? ['allocations', 'assets'] : ['assets', 'clusters', 'idle'],
  evaluate(day, comparison) {
    if (day.scope.product === 'opencost') clusterEqualityByType(day, comparison);
    else clusterEqualityTotal(day, comparison);
  },
};
