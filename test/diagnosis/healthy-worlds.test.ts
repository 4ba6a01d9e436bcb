import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvidenceCollector } from '../../src/audits/local/evidence/evidence-collector.ts';
import { SummaryCollector } from '../../src/audits/local/evidence/summary-collector.ts';
import { completeResponse } from '../../src/costs/responses.ts';
import { auditStores } from '../../src/demo/audits/engine.ts';
import { feed } from '../../src/demo/audits/local-engine.ts';
import type { SetSpec } from '../../src/demo/build/spec.ts';
import type { Kubecost } from '../../src/demo/kubecost.ts';
import { dayOf } from '../../src/demo/time.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { productLine } from '../../src/diagnosis/product-line.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { day, hour } from '../../src/time.ts';
import { auditSet } from '../audits/local/support/stores.ts';
import { fuzzed, worlds } from '../audits/local/support/worlds.ts';
import { kubecostOf, stoppedClock } from '../demo/support/in-process.ts';

const { numRuns, ...runs } = fuzzed(300);

/**
 * Findings about days of the stores, with all evidence at hand: a run collects it only of windows
 * with differences, so that no detector may raise a finding from the evidence of a healthy one.
 */
function diagnosed(kubecost: Kubecost, sets: readonly SetSpec[], now: number) {
  const { stores, variant } = kubecost;
  const summaries = sets.map(({ window }) => new SummaryCollector(window, null));
  const read = sets.map((set, i) => {
    const audits = auditSet(kubecost, set, { now, includeUnsettled: true });
    const collector = new EvidenceCollector(set.window, null, new Set());
    const answers = auditStores(stores, set);
    for (const request of ['allocations', 'assets'] as const) {
      for (const of of [collector, summaries[i]]) feed(request, of?.sink(request) ?? {}, answers);
    }
    const facts = (['allocations', 'assets'] as const).map((request) => ({
      request,
      path: `/${request}`,
      state: completeResponse('rows').content,
      reason: null,
    }));
    return { audits, evidence: collector.evidence(facts) };
  });
  const evidence = read.map((one) => one.evidence);
  const diagnosis = diagnose(
    read.flatMap(({ audits }) => audits),
    {
      product: productLine({
        name: variant.reconciles ? 'kubecost' : 'opencost',
        version: variant.version,
      }),
      now,
      retention: 97 * hour,
      connection: [],
      evidence,
      summaries: summaries.map(({ summary }) => summary),
      errors: [],
    },
  );
  return { ...diagnosis, evidence };
}

const aboveInfo = ({ severity }: Finding) => severity !== 'info';

describe('a healthy world', () => {
  test(`has no finding above info, whatever is known of it, for ${numRuns} worlds`, {
    timeout: 300_000 + numRuns * 200,
  }, () => {
    const seen = { days: 0, volumes: 0, 'load balancers': 0 };
    const asked = fc.record({ world: worlds(), back: fc.nat(3), length: fc.constantFrom(1, 1, 3) });
    fc.assert(
      fc.property(asked, ({ world, back, length }) => {
        const { now } = world;
        const { kubecost } = kubecostOf(world, stoppedClock(now));
        const last = dayOf(kubecost.pipeline.builtUntil(now) - 1) - back * day;
        const sets = Array.from({ length }, (_, i) =>
          kubecost.pipeline.set('day', last - (length - 1 - i) * day, now),
        ).filter((set) => set !== null);
        const { findings, audits, evidence } = diagnosed(kubecost, sets, now);
        seen.days += sets.length;
        for (const { volumes, balanced } of evidence) {
          if ((volumes ?? []).length > 0) seen.volumes++;
          if ((balanced ?? []).length > 0) seen['load balancers']++;
        }
        expect(findings.filter(aboveInfo).map(({ id, title }) => `${id}: ${title}`)).toEqual([]);
        expect(audits.filter(({ status }) => status === 'Failed')).toEqual([]);
      }),
      { numRuns, ...runs },
    );
    expect(seen.days).toBeGreaterThanOrEqual(numRuns);
    expect(seen.volumes).toBeGreaterThan(numRuns / 4);
    expect(seen['load balancers']).toBeGreaterThan(numRuns / 4);
  });

  test('with a fault has one, so that the search can find something', () => {
    const now = Date.UTC(2026, 2, 14, 12, 20);
    const faults = ['lost-node=2026-03-10'];
    const { kubecost } = kubecostOf({ as: 'kubecost-2', faults }, stoppedClock(now));
    const set = kubecost.pipeline.set('day', Date.UTC(2026, 2, 10), now);
    const { findings } = diagnosed(kubecost, set === null ? [] : [set], now);
    expect(findings.filter(aboveInfo).map(({ code }) => code)).toEqual(['node-without-asset']);
  });
});
