import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultNames, faults } from '../../../src/demo/faults.ts';
import { hash } from '../../../src/demo/random.ts';
import { dayOf } from '../../../src/demo/time.ts';
import { productVariantNames, productVariants } from '../../../src/demo/variants.ts';
import { day } from '../../../src/time.ts';
import { findings } from '../support/identities.ts';
import { noon, stoppedClock } from '../support/in-process.ts';
import { answersOver, roundingOf, serve } from '../support/over-http.ts';

/** Without assets there is nothing to compare. */
const audited = productVariantNames.filter((name) => productVariants[name].hasAssets);

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 20);

describe.each(audited)('as %s', (variant) => {
  // Between 1.100 and 1.105 only the number format differs.
  const worlds = variant === 'kubecost-1.100' ? Math.ceil(runs / 5) : runs;

  test(`${worlds} healthy worlds satisfy every identity as printed`, {
    timeout: 300_000 + worlds * 1000,
  }, async () => {
    for (let index = 0; index < worlds; index++) {
      const h = hash(index, variant.length);
      const clusters = 1 + (h % 3);
      const nodes = clusters + (hash(h, 1) % 5);
      const size = { seed: h % 100_000, clusters, nodes, pods: nodes + (hash(h, 2) % 40), days: 6 };
      const now = noon + (h % 1440) * 60_000 + (h % 300) * day;
      await using server = await serve({ ...size, as: variant }, stoppedClock(now));
      const answers = await answersOver(server, variant, dayOf(now) - (h % 5) * day);
      if (answers.allocations.length === 0 && h % 5 === 0) continue; // a few minutes after midnight
      expect(findings(answers, roundingOf(variant)), JSON.stringify(size)).toEqual([]);
    }
  });

  test('what is broken in the stores shows in the answers', async () => {
    for (const name of ['price-drift', 'lost-disk', 'double-count', 'nan'] as const) {
      await using server = await serve({ as: variant, faults: [name] }, stoppedClock());
      const answers = await answersOver(server, variant, dayOf(noon) - 3 * day);
      const audits = new Set(findings(answers, roundingOf(variant)).map(({ audit }) => audit));
      expect([...audits].sort(), name).toEqual([...faults[name].detectedBy.audits].sort());
    }
  });
});

test('docs/audits.md names every fault and every audit that detects it', () => {
  const page = readFileSync('docs/audits.md', 'utf8');
  const section = page.slice(page.indexOf('## Which audits detect what'));
  for (const name of faultNames) {
    const row = section.split('\n').find((line) => line.includes(`\`${name}\``));
    expect(row, name).toBeDefined();
    for (const audit of faults[name].detectedBy.audits) {
      expect(row, name).toContain(audit.replace(/^Audit/, ''));
    }
  }
});
