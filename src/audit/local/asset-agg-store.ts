import type { LocalAudit } from './audit.ts';
import { assetProperties } from './keys.ts';
import { noAssetAggregates } from './products.ts';
import type { Question, Scope } from './questions.ts';
import { compareSides } from './side-comparison.ts';

/** The assets aggregated here against what the server's aggregate store answers. */
export const assetAggStore: LocalAudit = {
  settling: 'stores',
  bad: 'Failed',
  impossible: noAssetAggregates,
  needs: () => ['assets'],
  wants: questions,
  judge(day, comparison) {
    const { half } = day.assets.precision;
    for (const question of questions(day.scope)) {
      compareSides(day, question, (...key) => key, half, comparison);
    }
  },
};

function questions({ cluster }: Scope): Question[] {
  return assetProperties.map(
    (property) => `assets by ${cluster === null ? property : `cluster,${property}`}` as const,
  );
}
