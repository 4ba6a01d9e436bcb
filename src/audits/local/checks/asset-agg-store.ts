import { type AuditScope, type CostRequest, propertyIn } from '../../../costs/requests.ts';
import type { LocalAudit } from '../audit.ts';
import { compareAggregate } from '../keyed-comparison.ts';
import { noAssetAggregates } from '../unsupported.ts';

/** The assets aggregated here against the server's asset aggregate store. */
export const assetAggStore: LocalAudit = {
  settling: 'stores',
  unsupportedReason: noAssetAggregates,
  requires: () => ['assets'],
  optional: aggregates,
  comparesStores: true,
  evaluate(input, comparison) {
    for (const request of aggregates(input.scope)) {
      compareAggregate(input, { request, keyOf: (...key) => key }, comparison);
    }
  },
};

function aggregates({ assetProperties, cluster }: AuditScope): CostRequest[] {
  return assetProperties.map((property) => `assets by ${propertyIn(cluster, property)}` as const);
}
