import { describe, expect, test } from 'vitest';
import type { DayEvidence, RepairTarget, ServerEvidence } from '../../src/repair/evidence.ts';
import { minimumOf, planStep } from '../../src/repair/plan.ts';
import { countSampleHours } from '../../src/repair/samples.ts';
import { type RepairMetric, repairMetrics } from '../../src/repair/stores.ts';
import { targetsOf } from '../../src/repair/targets.ts';
import { day as dayLength, hour } from '../../src/time.ts';

const start = Date.UTC(2026, 10, 24);
const day = { start, end: start + dayLength };
const full = Array<number>(24).fill(60);
const none = { rows: 0, cost: 0 };

const server: ServerEvidence = {
  now: start + 2 * dayLength,
  unsupported: null,
  retention: 97 * hour,
  isBilled: true,
};

function samplesOf(nodes: Readonly<Record<string, readonly number[]>>) {
  const map = new Map(Object.entries(nodes));
  return new Map<RepairMetric, typeof map>(repairMetrics.map((metric) => [metric, map]));
}

function evidence(given: Partial<DayEvidence> = {}): DayEvidence {
  return {
    day,
    samples: { value: samplesOf({ 'one/n1': full }) },
    expected: { value: [{ key: 'one/n1', ...day }] },
    elsewhere: [],
    stored: new Map([['asset', { value: { rows: 10, cost: 5 } }]]),
    repairing: new Set(),
    ...given,
  };
}

const target: RepairTarget = { day, store: 'asset', reason: 'missing', excess: none };
const planned = (one: DayEvidence, given: Partial<ServerEvidence> = {}) =>
  planStep(target, 1, one, { ...server, ...given });

describe('samples decide', () => {
  const hours = (counts: readonly number[], expected = [{ key: 'one/n1', ...day }]) =>
    countSampleHours(day, expected, samplesOf({ 'one/n1': counts }), ['node_total_hourly_cost']);

  test.each([
    ['every hour', full, 24],
    ['the first hour is half', [30, ...full.slice(1)], 23],
    ['the last hour is half', [...full.slice(1), 30], 23],
    ['one scrape is lost', [59, ...full.slice(1)], 24],
    ['an hour in the middle is lost', full.map((count, at) => (at === 12 ? 0 : count)), 23],
  ])('%s', (_name, counts, present) => {
    expect(hours(counts)).toMatchObject({ hours: 24, present });
  });

  test('a node is expected in its whole hours only', () => {
    const counts = full.map((_, at) => (at < 6 ? 0 : at === 6 ? 20 : 60));
    const late = { key: 'one/n1', start: start + 6.7 * hour, end: day.end };
    expect(hours(counts, [late]).present).toBe(24);
    expect(hours(counts).present).toBe(17);
  });

  test('a node of another cluster is not missing here: its data is built elsewhere', () => {
    const expected = { value: [{ key: 'two/n1', ...day }] };
    expect(planned(evidence({ expected })).reason).toContain('no samples of cluster two');
    const other = { value: [{ key: 'one/n2', ...day }] };
    expect(planned(evidence({ expected: other })).reason).toContain('0 of 24 hours');
  });
});

describe('refused without a guess', () => {
  test.each<[string, Partial<DayEvidence>, RegExp]>([
    ['samples that failed', { samples: { failure: '502' } }, /could not be read: 502/],
    ['nodes that failed', { expected: { failure: '502' } }, /days around it could not be read/],
    ['no nodes to compare with', { expected: { value: [] } }, /cannot be checked/],
    ['a set that failed', { stored: new Map([['asset', { failure: '502' }]]) }, /stored set/],
    ['a repair that is running', { repairing: new Set(['asset']) }, /already/],
  ])('%s', (_name, given, reason) => {
    expect(planned(evidence(given))).toMatchObject({ state: 'refused' });
    expect(planned(evidence(given)).reason).toMatch(reason);
  });

  test('the deadline is 6 hours before Prometheus drops the first sample', () => {
    const last = start + 91 * hour;
    expect(planned(evidence(), { now: last }).state).toBe('planned');
    expect(planned(evidence(), { now: last + 1 }).state).toBe('refused');
    expect(planned(evidence(), { now: last + 1, retention: null }).state).toBe('planned');
  });

  test('a product without a repair has no deadline', () => {
    const step = planned(evidence(), { unsupported: 'OpenCost has no repair' });
    expect(step).toMatchObject({
      state: 'refused',
      deadline: null,
      reason: 'OpenCost has no repair',
    });
  });

  test('cloud costs need a billing integration, and no samples', () => {
    const cloud = (isBilled: boolean | null) =>
      planStep({ ...target, store: 'cloudCost' }, 1, evidence({ samples: null }), {
        ...server,
        isBilled,
      });
    expect(cloud(false).reason).toContain('no billing integration');
    expect([cloud(true).state, cloud(null).state]).toEqual(['planned', 'planned']);
  });
});

test('a set may shrink by what findings say that it has too much, and by 2 %', () => {
  expect(minimumOf({ rows: 100, cost: 50 }, none)).toEqual({ rows: 98, cost: 49 });
  expect(minimumOf({ rows: 100, cost: 50 }, { rows: 10, cost: 9 })).toEqual({ rows: 88, cost: 40 });
  expect(minimumOf({ rows: 1, cost: 1 }, { rows: 5, cost: 5 })).toEqual({ rows: 1, cost: 0 });
});

test('targets: one per day and store, allocations after assets', () => {
  const reason = { excessCost: 1, excessRows: 2 };
  const targets = targetsOf([
    { window: day, stores: ['asset'], reason: 'a', ...reason },
    {
      window: { start: start + hour, end: day.end },
      stores: ['allocation'],
      reason: 'b',
      ...reason,
    },
  ]);
  expect(targets.map(({ store, reason: why, excess }) => [store, why, excess])).toEqual([
    ['asset', 'a', { rows: 2, cost: 1 }],
    ['allocation', 'a; b', { rows: 4, cost: 2 }],
  ]);
});
