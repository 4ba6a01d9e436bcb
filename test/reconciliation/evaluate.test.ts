import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DayEvidence } from '../../src/reconciliation/day-evidence.ts';
import {
  evaluateReconciliation,
  newestReconciled,
  type ReconciliationContext,
} from '../../src/reconciliation/evaluate.ts';
import {
  type ReconciliationReport,
  reconciliationSchema,
} from '../../src/reconciliation/schema.ts';
import { billDeadline, type ReconciliationState } from '../../src/reconciliation/states.ts';
import { day, formatTime, hour } from '../../src/time.ts';

const now = Date.UTC(2026, 10, 26);
const context: ReconciliationContext = {
  now,
  unsupported: null,
  integrations: 1,
  errors: new Map(),
};

/** How far the bill of a cluster has come on a day. */
type Progress = 'whole' | 'half' | 'none' | 'not-applied';

interface Cluster {
  readonly name: string;
  readonly provider: string;
  readonly nodes: number;
  readonly progress: Progress;
  /** The bill is exactly the list price, so that adjustments are 0. */
  readonly atListPrice: boolean;
}

/** The stores of a day `age` days before now, built from what is true of each cluster. */
function dayOf(age: number, clusters: readonly Cluster[]): DayEvidence {
  const start = now - (age + 1) * day;
  const evidence = new DayEvidence({ start, end: start + day });
  evidence.bills = new Map();
  for (const { name, provider, nodes, progress, atListPrice } of clusters) {
    const group = { cluster: name, provider, nodes: new Map() };
    for (let i = 0; i < nodes; i++) {
      const id = `${name}-${i}`;
      const list = 1 + i / 8;
      const billed = atListPrice ? list : list * 0.7;
      const hasBill =
        progress === 'whole' || progress === 'not-applied' || (progress === 'half' && i % 2 === 0);
      if (hasBill) evidence.bills.set(id, billed);
      const isApplied = hasBill && progress !== 'not-applied';
      group.nodes.set(id, {
        cost: isApplied ? billed : list,
        adjustment: isApplied ? billed - list : 0,
      });
    }
    evidence.groups.set(`${name}\n${provider}`, group);
  }
  return evidence;
}

/** The state that a cluster's day must have, from what is true of it. */
function truth({ progress, atListPrice }: Cluster, age: number): ReconciliationState {
  if (progress === 'whole') return 'reconciled';
  if (progress === 'half') return 'partial';
  // a bill at list price is applied by itself
  if (progress === 'not-applied' && atListPrice) return 'reconciled';
  return age * day < billDeadline ? 'pending' : 'late';
}

const cluster = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  provider: fc.constantFrom('AWS', 'GCP', 'Azure'),
  nodes: fc.integer({ min: 2, max: 6 }),
  progress: fc.constantFrom<Progress>('whole', 'half', 'none', 'not-applied'),
  atListPrice: fc.boolean(),
});

const runs = Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 300);

test('no state contradicts what is true of a cluster and day', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(cluster, { selector: ({ name }) => name, minLength: 1 }), {
        minLength: 1,
        maxLength: 9,
      }),
      (days) => {
        const evidence = days.map((clusters, age) => dayOf(age, clusters));
        const states = evaluateReconciliation(evidence, context);
        expect(states).toHaveLength(days.flat().length);
        for (const { window, cluster: name, state, until } of states) {
          const age = Math.round((now - Date.parse(window.end)) / day);
          const one = days[age]?.find((known) => known.name === name);
          if (!one) throw new Error(`${name} of ${window.start} was invented`);
          expect([name, age, state]).toEqual([name, age, truth(one, age)]);
          expect(until === null).toBe(state !== 'pending');
        }
      },
    ),
    { numRuns: runs },
  );
});

const one: Cluster = {
  name: 'one',
  provider: 'AWS',
  nodes: 4,
  progress: 'whole',
  atListPrice: false,
};

describe('evidence decides', () => {
  test('a product that reconciles nothing is never reconciled, and says so', () => {
    const [state] = evaluateReconciliation([dayOf(9, [one])], {
      ...context,
      unsupported: 'OpenCost does not reconcile',
    });
    expect(state?.state).toBe('never');
    expect(state?.evidence[0]).toEqual({ fact: 'OpenCost does not reconcile', source: 'product' });
  });

  test.each([0, null])(
    'no integration (%s) and no trace of one is never, not late',
    (integrations) => {
      const days = [
        dayOf(9, [{ ...one, progress: 'none' }]),
        dayOf(8, [{ ...one, progress: 'none' }]),
      ];
      const states = evaluateReconciliation(days, { ...context, integrations });
      expect(states.map(({ state }) => state)).toEqual(['never', 'never']);
    },
  );

  test('a day without a bill between days with one is late, even where the server hides its integrations', () => {
    const days = [dayOf(9, [one]), dayOf(8, [{ ...one, progress: 'none' }])];
    const states = evaluateReconciliation(days, { ...context, integrations: null });
    expect(states.map(({ state }) => state)).toEqual(['reconciled', 'late']);
  });

  test('nodes adjusted to the bill and allocations that are not: partial', () => {
    const evidence = dayOf(9, [one]);
    evidence.allocations.set('one', { reconciled: 4, unreconciled: 4 });
    const [state] = evaluateReconciliation([evidence], context);
    expect(state?.state).toBe('partial');
    expect(state?.evidence.map(({ fact }) => fact)).toContain(
      'allocations are the same with and without reconciliation',
    );
  });

  test('pending until 72 hours after the end of the day', () => {
    const evidence = dayOf(2, [{ ...one, progress: 'none' }]);
    const at = (time: number) => evaluateReconciliation([evidence], { ...context, now: time })[0];
    expect(at(evidence.day.end + 72 * hour - 1)).toMatchObject({
      state: 'pending',
      until: formatTime(evidence.day.end + 72 * hour),
    });
    expect(at(evidence.day.end + 72 * hour)).toMatchObject({ state: 'late', until: null });
  });

  test('half of the node cost: the share says how much', () => {
    const [state] = evaluateReconciliation(
      [dayOf(9, [{ ...one, progress: 'half', atListPrice: true }])],
      context,
    );
    expect(state?.state).toBe('partial');
    expect(state?.billed.share).toBeCloseTo((1 + 1.25) / (1 + 1.125 + 1.25 + 1.375), 9);
  });
});

test('the newest reconciled days are reconciled in every cluster', () => {
  const two: Cluster = { ...one, name: 'two', provider: 'GCP' };
  const days = [
    dayOf(5, [one, two]),
    dayOf(4, [one, { ...two, progress: 'half' }]),
    dayOf(3, [one, two]),
  ];
  const states = evaluateReconciliation(days, context);
  const starts = (count: number) =>
    newestReconciled(states, count).map((start) => start.slice(0, 10));
  expect(starts(1)).toEqual(['2026-11-22']);
  expect(starts(7)).toEqual(['2026-11-20', '2026-11-22']);
});

test('what is evaluated keeps to the schema', () => {
  const report: ReconciliationReport = {
    schemaVersion: 1,
    server: null,
    query: { window: '7d' },
    days: evaluateReconciliation([dayOf(2, [{ ...one, progress: 'none' }])], context),
    summary: { reconciled: 0, partial: 0, pending: 1, late: 0, never: 0 },
    gate: null,
  };
  expect(reconciliationSchema.parse(report)).toEqual(report);
});
