import { assetProperties } from '../../../costs/keys.ts';
import type { AuditScope, CostRequest } from '../../../costs/requests.ts';
import type { LocalAudit } from '../audit.ts';
import { compareSides } from '../side-comparison.ts';
import { noAssetAggregates } from '../unsupported.ts';

/** The assets aggregated here against what the server's aggregate store answers. */
export const assetAggStore: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  unsupportedReason: noAssetAggregates,
  requires: () => ['assets'],
  optional: questions,
  evaluate(day, comparison) {
    const { half } = day.assets.precision;
    for (const question of questions(day.scope)) {
      compareSides(day, question, (...key) => key, half, comparison);
    }
  },
};

function questions({ cluster }: AuditScope): CostRequest[] {
  return assetProperties.map(
    (property) => `assets by ${cluster === null ? property : `cluster,${property}`}` as const,
  );
}
