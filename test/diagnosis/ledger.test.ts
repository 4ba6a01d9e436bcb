import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Audit } from '../../src/audits/schema.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { type Draft, draft, objectOf } from '../../src/diagnosis/draft.ts';
import { Item } from '../../src/diagnosis/ledger.ts';
import { fuzzed } from '../audits/local/support/worlds.ts';
import { failed } from '../support/audits.ts';
import { context, evidence, window } from '../support/evidence.ts';

const amount = fc.double({ min: -1000, max: 1000, noNaN: true });
const parts = fc.dictionary(
  fc.constantFrom('nodes', 'volumes', 'network', 'load-balancers'),
  amount,
);
const someone = draft({ code: 'unexplained', object: objectOf('slice', 'x') }, 'error');

/** A difference that its audit splits into parts. */
function itemOf(
  split: Readonly<Record<string, number>>,
  rest: number,
  resolution: number,
  errors = new Map<Draft, number>(),
): Item {
  const delta = Object.values(split).reduce((sum, part) => sum + part, rest);
  const causes = Object.entries(split).map(([code, of]) => ({ code, amount: of, detail: code }));
  const audit = failed([[['c1'], 100, 100 + delta]], { resolution });
  const [difference] = audit.differences;
  if (!difference) throw new Error('no difference');
  return new Item(audit, { ...difference, delta, causes }, errors);
}

describe('claims', () => {
  test('claims and remainder add up to the difference, whatever is claimed', () => {
    const claim = fc.record({
      part: fc.constantFrom(null, 'nodes', 'volumes', 'network', 'nowhere'),
      amount: fc.option(amount),
    });
    fc.assert(
      fc.property(parts, amount, fc.array(claim, { maxLength: 6 }), (split, rest, proposals) => {
        const item = itemOf(split, rest, 0.0001);
        for (const one of proposals) item.propose(someone, one.amount, one.part);
        const { claims, left } = item.settle();
        const claimed = claims.reduce((sum, one) => sum + (one.amount ?? 0), 0);
        const remainder = [...left.values()].reduce((sum, one) => sum + one, 0);
        expect(claimed + remainder).toBeCloseTo(item.delta ?? Number.NaN, 6);
      }),
      fuzzed(500),
    );
  });

  test('what is claimed of one part is never more than there is of it', () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 5 }), (of, wanted) => {
        const item = itemOf({ volumes: of }, 0, 0);
        for (const one of wanted) item.propose(someone, one, 'volumes');
        const claimed = item.settle().claims.reduce((sum, one) => sum + (one.amount ?? 0), 0);
        expect(Math.abs(claimed)).toBeLessThanOrEqual(Math.abs(of) + 1e-9);
      }),
      fuzzed(500),
    );
  });

  test('a finding is no more exact than the least exact difference that it accounts for', () => {
    const errors = new Map<Draft, number>();
    const exact = itemOf({ nodes: 1 }, 0, 0.0001, errors);
    exact.propose(someone, 1.02, 'nodes');
    expect(exact.errorOf(exact.settle().claims)).toBeCloseTo(0.0002, 9);
    const other = itemOf({ 'over-allocation': 1.02 }, 0, 0.03, errors);
    other.propose(someone);
    const { claims, left } = exact.settle();
    expect(exact.errorOf(claims)).toBeCloseTo(0.0301, 9);
    expect(claims[0]?.amount).toBe(1.02);
    expect(left.get('nodes')).toBeCloseTo(-0.02, 9);
  });

  test('amounts of both signs that add up to a part are claimed in full', () => {
    const item = itemOf({ volumes: 0.36 }, 0, 0.0001);
    item.propose(someone, 0.66, 'volumes');
    item.propose(someone, -0.3, 'volumes');
    expect(item.settle().claims.map((one) => one.amount)).toEqual([0.66, -0.3]);
  });
});

test('random differences: every one is accounted for, once, in full', () => {
  const types = fc.constantFrom<Audit['type'][]>(
    'AuditClusterEquality',
    'AuditAllocationReconciliation',
    'AuditAllocationTotalStore',
    'AuditAssetTotalStore',
    'AuditAllocationAggStore',
    'AuditAssetAggStore',
    'AuditAssetReconciliation',
  );
  const difference = fc.record({
    type: types,
    kind: fc.constantFrom('node', 'cluster', 'c1'),
    name: fc.constantFrom('c1', 'c1/n1', 'n2', ''),
    delta: amount,
  });
  fc.assert(
    fc.property(fc.array(difference, { minLength: 1, maxLength: 12 }), (found) => {
      const audits = found.map(({ type, kind, name, delta }) =>
        failed([[type === 'AuditClusterEquality' ? ['c1'] : [kind, name], 100, 100 + delta]], {
          type,
          window: window(),
          resolution: 0.0001,
        }),
      );
      const { findings } = diagnose(audits, context({ evidence: [evidence()] }));
      for (const { window: of, type, differences } of audits) {
        for (const { key, delta } of differences) {
          // amounts below the resolution are no differences on a real server
          if (Math.abs(delta ?? 0) < 0.001) continue;
          const explained = findings
            .flatMap(({ explains }) => explains)
            .filter(
              (one) =>
                one.type === type && one.window.start === of.start && one.key.join() === key.join(),
            );
          expect(explained.length).toBeGreaterThan(0);
        }
      }
      const total = audits
        .flatMap(({ differences }) => differences)
        .reduce((sum, { delta }) => sum + (delta ?? 0), 0);
      const claimed = findings
        .flatMap(({ explains }) => explains)
        .reduce((sum, one) => sum + (one.amount ?? 0), 0);
      expect(claimed).toBeCloseTo(total, 2);
    }),
    fuzzed(200),
  );
});
