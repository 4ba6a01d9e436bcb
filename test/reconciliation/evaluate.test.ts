import { describe, expect, test } from 'vitest';
import { DayEvidence } from '../../src/reconciliation/day-evidence.ts';
import {
  evaluateReconciliation,
  type ReconciliationContext,
} from '../../src/reconciliation/evaluate.ts';
import { newestRun, reconciledDays } from '../../src/reconciliation/newest.ts';
import { reconciliationReport } from '../../src/reconciliation/report.ts';
import { reconciliationSchema } from '../../src/reconciliation/schema.ts';
import { day, formatTime, hour } from '../../src/time.ts';

const now = Date.UTC(2026, 10, 26);
const aws = { provider: 'AWS', coverage: '', connection: '' };
const context: ReconciliationContext = {
  now,
  unsupported: null,
  billing: { integrations: [aws], providers: null, failure: null },
};

interface Cluster {
  readonly name: string;
  readonly provider: string;
  readonly nodes: number;
  /** How far the bill has come. */
  readonly progress: 'whole' | 'half' | 'none';
  /** Whether the bill is exactly the list price, so that adjustments are 0. */
  readonly atListPrice: boolean;
}

/** The evidence of a day that ended `age` days before now. */
function dayOf(age: number, clusters: readonly Cluster[]): DayEvidence {
  const start = now - (age + 1) * day;
  const evidence = new DayEvidence({ start, end: start + day });
  evidence.bills = new Map();
  for (const { name, provider, nodes, progress, atListPrice } of clusters) {
    const group = evidence.addCluster(name, provider);
    for (let i = 0; i < nodes; i++) {
      const list = 1 + i / 8;
      const billed = atListPrice ? list : list * 0.7;
      const hasBill = progress === 'whole' || (progress === 'half' && i % 2 === 0);
      if (hasBill) evidence.bills.set(`${name}-${i}`, billed);
      const cost = hasBill ? billed : list;
      group.nodes.set(`${name}-${i}`, { name: `n${i}`, cost, adjustment: cost - list });
    }
  }
  return evidence;
}

const one: Cluster = {
  name: 'one',
  provider: 'AWS',
  nodes: 4,
  progress: 'whole',
  atListPrice: false,
};

const statesOf = (days: readonly DayEvidence[], given: Partial<ReconciliationContext> = {}) =>
  evaluateReconciliation(days, { ...context, ...given }).days.map(({ state }) => state);

describe('evidence decides', () => {
  test('a product that reconciles nothing is never reconciled, and says so', () => {
    const unsupported = 'OpenCost does not reconcile';
    const { days } = evaluateReconciliation([dayOf(9, [one])], { ...context, unsupported });
    expect(days[0]?.state).toBe('never');
    expect(days[0]?.evidence[0]).toEqual({ fact: unsupported, source: 'product' });
  });

  test.each([[[]], [null]])(
    'no integration (%j) and no trace of one is never, not late',
    (given) => {
      const none = { ...one, progress: 'none' as const };
      const billing = { integrations: given, providers: null, failure: null };
      expect(statesOf([dayOf(9, [none]), dayOf(8, [none])], { billing })).toEqual([
        'never',
        'never',
      ]);
    },
  );

  test('a failed request for the integrations leaves the state unknown', () => {
    const billing = { integrations: null, providers: null, failure: '503' };
    const given = [dayOf(9, [{ ...one, progress: 'none' }])];
    expect(evaluateReconciliation(given, { ...context, billing })).toMatchObject({
      days: [],
      unavailable: [{ cluster: 'one', reason: '503' }],
    });
  });

  test('an integration of another cloud bills nothing here', () => {
    const none = { ...one, provider: 'GCP', progress: 'none' as const };
    expect(statesOf([dayOf(9, [none])])).toEqual(['never']);
  });

  test('a day without a bill between days with one is late, even where the server hides its integrations', () => {
    const billing = { integrations: null, providers: null, failure: null };
    const days = [dayOf(9, [one]), dayOf(8, [{ ...one, progress: 'none' }])];
    expect(statesOf(days, { billing })).toEqual(['reconciled', 'late']);
  });

  test('nodes adjusted to the bill and allocations that are not: partial', () => {
    const evidence = dayOf(9, [one]);
    evidence.allocations.set('one/n0', { reconciled: 0.7, unreconciled: 0.7 });
    const { days } = evaluateReconciliation([evidence], context);
    expect(days[0]?.state).toBe('partial');
    expect(days[0]?.evidence.map(({ fact }) => fact)).toContain(
      'the allocations of 0 of 1 adjusted nodes are adjusted',
    );
  });

  test('a bill that was corrected after it was applied: partial', () => {
    const evidence = dayOf(9, [one]);
    for (const [id, cost] of evidence.bills ?? []) evidence.bills?.set(id, cost * 0.99);
    expect(statesOf([evidence])).toEqual(['partial']);
  });

  test('a cost that is null is unknown, not 0', () => {
    const evidence = dayOf(9, [one]);
    for (const group of evidence.groups.values()) {
      group.nodes.set('one-0', { name: 'n0', cost: Number.NaN, adjustment: 0 });
    }
    const { unavailable } = evaluateReconciliation([evidence], context);
    expect(unavailable[0]?.reason).toBe('the cost of a node is null');
  });

  test('pending until 72 hours after the end of the day', () => {
    const evidence = dayOf(2, [{ ...one, progress: 'none' }]);
    const at = (time: number) =>
      evaluateReconciliation([evidence], { ...context, now: time }).days[0];
    expect(at(evidence.day.end + 72 * hour - 1)).toMatchObject({
      state: 'pending',
      until: formatTime(evidence.day.end + 72 * hour),
    });
    expect(at(evidence.day.end + 72 * hour)).toMatchObject({ state: 'late', until: null });
  });

  test('half of the node cost: the share says how much', () => {
    const half = dayOf(9, [{ ...one, progress: 'half', atListPrice: true }]);
    const { days } = evaluateReconciliation([half], context);
    expect(days[0]?.state).toBe('partial');
    expect(days[0]?.billed.share).toBeCloseTo((1 + 1.25) / (1 + 1.125 + 1.25 + 1.375), 9);
  });
});

test('the newest reconciled days are consecutive and reconciled in every cluster', () => {
  const two: Cluster = { ...one, name: 'two', provider: 'GCP' };
  const days = [
    dayOf(7, [one, two]),
    dayOf(6, [one, two]),
    dayOf(5, [one, two]),
    dayOf(4, [one, { ...two, progress: 'half' }]),
    dayOf(3, [one, two]),
  ];
  const starts = reconciledDays(evaluateReconciliation(days, context));
  const newest = (count: number) => {
    const start = newestRun(starts, count);
    return start === null ? null : formatTime(start).slice(0, 10);
  };
  expect([newest(1), newest(2), newest(3), newest(4)]).toEqual([
    '2026-11-22',
    '2026-11-19',
    '2026-11-18',
    null,
  ]);
});

describe('the gate', () => {
  const late = dayOf(9, [{ ...one, progress: 'none' }]);
  const unknown = dayOf(8, [one]);
  unknown.billsFailure = '502';
  const source = { server: null, query: { window: '7d' } };
  const gateOf = (days: readonly DayEvidence[]) =>
    reconciliationReport(evaluateReconciliation(days, context), source, ['late']).gate?.passed;

  test('fails on its states, and is undecided where an unknown day could have one', () => {
    expect(gateOf([dayOf(7, [one])])).toBe(true);
    expect(gateOf([dayOf(7, [one]), unknown])).toBe(null);
    expect(gateOf([late, unknown])).toBe(false);
  });

  test('the report keeps to its schema', () => {
    const evaluation = evaluateReconciliation([late, unknown], context);
    const report = reconciliationReport(evaluation, source, null);
    expect(reconciliationSchema.parse(report)).toEqual(report);
    expect(report.summary).toMatchObject({ late: 1, unavailable: 1 });
  });
});
