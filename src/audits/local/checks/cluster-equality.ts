import type { LocalAudit } from '../audit.ts';
import { noHourly } from '../unsupported.ts';
import { clusterEqualityByType } from './cluster-equality-by-type.ts';
import { clusterEqualityTotal } from './cluster-equality-total.ts';

/** Allocations with idle and tenancy against the assets of their cluster. */
export const clusterEquality: LocalAudit = {
  settling: 'bills',
  unsupportedReason: noHourly,
  requires: ({ product }) =>
    product === 'opencost' ? ['allocations', 'assets'] : ['assets', 'clusters', 'idle'],
  comparesStores: true,
  evaluate(input, comparison) {
    if (input.scope.product === 'opencost') clusterEqualityByType(input, comparison);
    else clusterEqualityTotal(input, comparison);
  },
};
