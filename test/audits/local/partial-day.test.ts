import { describe, expect, test } from 'vitest';
import {
  evaluateMissingWindows,
  unknownNeighbours,
  type WindowPresence,
} from '../../../src/audits/local/missing-windows.ts';
import { recordedSpans, usedSpans } from '../../../src/audits/local/recorded-span.ts';
import type { AllocationRow, AssetRow } from '../../../src/costs/rows.ts';
import { day, hour, minute, type Span } from '../../../src/time.ts';
import { allocation, auditWindow, node, span } from '../../support/rows.ts';

const at = (hours: number) => span.start + hours * hour;

/** A node of cluster c1 and the workload on it. */
function machine(
  name: string,
  own: Partial<Span>,
  { cost = 1, use = own }: { cost?: number; use?: Partial<Span> } = {},
): { asset: AssetRow; use: AllocationRow } {
  return {
    asset: node({ name, ...own, cpuCost: cost, cpuCoreHours: 24 }),
    use: allocation({ node: name, pod: name, ...use, cpuCost: cost / 2, cpuCoreHours: 12 }),
  };
}

/** From when to when c1 was recorded, in hours of the day. */
function recorded(...machines: readonly ReturnType<typeof machine>[]): [number, number] | null {
  const { input } = auditWindow('CheckMissingWindow', {
    assets: machines.map(({ asset }) => asset),
    allocations: machines.map(({ use }) => use),
  });
  const own = recordedSpans(input, span).get('c1');
  return own ? [(own.start - span.start) / hour, (own.end - span.start) / hour] : null;
}

const until14 = { end: at(14) };

describe('a cluster was recorded', () => {
  test('for the whole day where its rows reach both ends within 15 minutes', () => {
    expect(recorded(machine('n1', {}))).toEqual([0, 24]);
    const nearly = { start: span.start + 14 * minute, end: span.end - 14 * minute };
    expect(recorded(machine('n1', nearly))).toEqual([0, 24]);
  });

  test('until its nodes and their workloads end, and from when they begin', () => {
    expect(recorded(machine('n1', until14), machine('n2', until14))).toEqual([0, 14]);
    expect(recorded(machine('n1', { start: at(8) }))).toEqual([8, 24]);
    expect(recorded(machine('n1', { start: at(8), end: at(14) }))).toEqual([8, 14]);
  });

  test('until several nodes that cost most of it end at once', () => {
    const most = [machine('n1', until14, { cost: 5 }), machine('n2', until14, { cost: 5 })];
    expect(recorded(...most, machine('n3', {}, { cost: 2 }))).toEqual([0, 14]);
    expect(recorded(...most, machine('n3', {}, { cost: 5 }))).toEqual([0, 24]);
  });

  test('for the whole day where a single node leaves, whatever it costs, or nodes leave one by one', () => {
    expect(recorded(machine('n1', until14, { cost: 100 }), machine('n2', {}))).toEqual([0, 24]);
    const others = [machine('n1', until14, { cost: 5 }), machine('n2', { end: at(16) })];
    expect(recorded(...others, machine('n3', {}))).toEqual([0, 24]);
  });

  test('for the whole day where the workloads run on: that is for CheckNodeRecord', () => {
    expect(recorded(machine('n1', until14, { use: {} }))).toEqual([0, 24]);
    expect(recorded(machine('n1', {}, { use: until14 }))).toEqual([0, 24]);
  });

  test('for the whole day where others take over', () => {
    expect(recorded(machine('n1', until14), machine('n2', { start: at(14) }))).toEqual([0, 24]);
  });

  test('until its nodes end where all of them are free', () => {
    const free = [machine('n1', until14, { cost: 0 }), machine('n2', until14, { cost: 0 })];
    expect(recorded(...free)).toEqual([0, 14]);
    expect(recorded(...free, machine('n3', {}, { cost: 0 }))).toEqual([0, 24]);
  });
});

describe('a cluster had workloads', () => {
  function used(...machines: readonly ReturnType<typeof machine>[]): [number, number] | null {
    const { input } = auditWindow('CheckMissingWindow', {
      assets: machines.map(({ asset }) => asset),
      allocations: machines.map(({ use }) => use),
    });
    const own = usedSpans(input, span).get('c1');
    return own ? [(own.start - span.start) / hour, (own.end - span.start) / hour] : null;
  }
  const stopped = (name: string) => machine(name, {}, { use: until14 });

  test('until those of all its nodes end at once, or from when they begin', () => {
    expect(used(stopped('n1'), stopped('n2'))).toEqual([0, 14]);
    const late = { use: { start: at(8) } };
    expect(used(machine('n1', {}, late), machine('n2', {}, late))).toEqual([8, 24]);
  });

  test('for the whole day where one node has some, where they end one by one, and on a single node', () => {
    expect(used(stopped('n1'), stopped('n2'), machine('n3', {}))).toEqual([0, 24]);
    expect(used(stopped('n1'), machine('n2', {}, { use: { end: at(16) } }))).toEqual([0, 24]);
    expect(used(stopped('n1'))).toEqual([0, 24]);
  });
});

describe('CheckMissingWindow of a cluster that was recorded in part', () => {
  /** Presence of the nth day. */
  function presence(
    n: number,
    hours: readonly [number, number] | null,
    used: readonly [number, number] | null = null,
  ): WindowPresence {
    const start = span.start + n * day;
    const spanOf = (own: readonly [number, number] | null) =>
      own && { start: start + own[0] * hour, end: start + own[1] * hour };
    return {
      span: { start, end: start + day },
      ...{ skipReason: null, unknown: [], empty: [], neighbours: unknownNeighbours },
      clusters: [
        {
          ...{ cluster: 'c1', assets: 9, nodes: 8, hasAssets: true },
          ...{
            workloads: 5,
            allocations: 7,
            usesNodes: true,
            recorded: spanOf(hours),
            used: spanOf(used),
          },
        },
      ],
    };
  }
  const statuses = (...days: readonly WindowPresence[]) =>
    evaluateMissingWindows(days, () => '').map(({ status }) => status);
  const whole = [0, 24] as const;

  test('fails between days that are whole, and says from when to when', () => {
    const days = [presence(0, whole), presence(1, [0, 14]), presence(2, whole)];
    const audits = evaluateMissingWindows(days, () => '');
    expect(audits.map(({ status }) => status)).toEqual(['Passed', 'Failed', 'Passed']);
    expect(audits[1]?.differences).toMatchObject([
      {
        key: [expect.stringContaining('2026-03-08'), 'c1'],
        expected: 1440,
        actual: 840,
        causes: [{ code: 'partial-day', detail: expect.stringContaining('2026-03-08T14:00:00Z') }],
      },
    ]);
  });

  test('warns where only its workloads stop or start, between days that have them throughout', () => {
    const before = presence(0, whole, whole);
    const stopped = presence(1, whole, [0, 11]);
    const after = presence(2, whole, whole);
    const audits = evaluateMissingWindows([before, stopped, after], () => '');
    expect(audits.map(({ status }) => status)).toEqual(['Passed', 'Warning', 'Passed']);
    expect(audits[1]?.differences).toMatchObject([
      {
        key: [expect.stringContaining('2026-03-08'), 'c1'],
        expected: 1440,
        actual: 660,
        causes: [{ code: 'workloads-stopped', detail: expect.stringContaining('T11:00:00Z') }],
      },
    ]);
    // stopped every day, new, at the end of the window, or unknown as in a day of an older version
    for (const other of [presence(0, whole, [0, 11]), presence(0, null), presence(0, whole)]) {
      expect(statuses(other, stopped, after)[1]).toBe('Passed');
    }
    expect(statuses(before, stopped)[1]).toBe('Passed');
    expect(statuses({ ...before, skipReason: 'not settled yet' }, stopped, after)[1]).toBe(
      'Passed',
    );
  });

  test('passes where a day around it is not whole either, or does not have the cluster', () => {
    const stopped = [8, 18] as const;
    expect(statuses(presence(0, stopped), presence(1, stopped), presence(2, stopped))[1]).toBe(
      'Passed',
    );
    expect(statuses(presence(0, null), presence(1, [8, 24]), presence(2, whole))[1]).toBe('Passed');
    expect(statuses(presence(0, whole), presence(1, [0, 18]), presence(2, null))[1]).toBe('Passed');
  });

  test('is skipped where it is not known what is around it', () => {
    expect(statuses(presence(0, whole), presence(1, [0, 14]))).toEqual(['Passed', 'Skipped']);
    const apart = statuses(presence(0, whole), presence(1, [0, 14]), presence(3, whole));
    expect(apart[1]).toBe('Skipped');
    const unread = { ...presence(2, whole), unknown: ['assets failed'] };
    expect(statuses(presence(0, whole), presence(1, [0, 14]), unread)[1]).toBe('Skipped');
  });

  test('takes what was requested outside the run', () => {
    const last = presence(1, [0, 14]);
    const known = { ...unknownNeighbours, wholeAfter: ['c1'] };
    expect(statuses(presence(0, whole), { ...last, neighbours: known })[1]).toBe('Failed');
    const none = { ...unknownNeighbours, wholeAfter: [] };
    expect(statuses(presence(0, whole), { ...last, neighbours: none })[1]).toBe('Passed');
  });
});

// kubecost/kubecost#2062: the upload of one cluster failed for a day
describe('CheckMissingWindow of a cluster that neither store has', () => {
  /** The nth day, with clusters that were recorded in these hours. */
  function dayWith(n: number, clusters: Record<string, readonly [number, number]>): WindowPresence {
    const start = span.start + n * day;
    return {
      span: { start, end: start + day },
      ...{ skipReason: null, unknown: [], empty: [], neighbours: unknownNeighbours },
      clusters: Object.entries(clusters).map(([cluster, [from, to]]) => ({
        ...{ cluster, assets: 9, nodes: 8, hasAssets: true },
        ...{ workloads: 5, allocations: 7, usesNodes: true },
        recorded: { start: start + from * hour, end: start + to * hour },
        used: { start: start + from * hour, end: start + to * hour },
      })),
    };
  }
  const whole = [0, 24] as const;
  const both = { c1: whole, c2: whole };
  const alone = { c1: whole };
  const run = (...days: readonly WindowPresence[]) => evaluateMissingWindows(days, () => '');
  const statuses = (...days: readonly WindowPresence[]) => run(...days).map((one) => one.status);

  test('fails on each day between days that have it whole', () => {
    const days = [dayWith(0, both), dayWith(1, alone), dayWith(2, alone), dayWith(3, both)];
    const audits = run(...days);
    expect(audits.map(({ status }) => status)).toEqual(['Passed', 'Failed', 'Failed', 'Passed']);
    expect(audits[1]?.differences).toMatchObject([
      { key: [expect.stringContaining('2026-03-08'), 'c2'], expected: 1440, actual: 0 },
    ]);
  });

  test('passes where it is new, gone, or was stopped and started', () => {
    expect(statuses(dayWith(0, alone), dayWith(1, both))).toEqual(['Passed', 'Passed']);
    expect(statuses(dayWith(0, both), dayWith(1, alone))).toEqual(['Passed', 'Passed']);
    const stopped = dayWith(0, { c1: whole, c2: [0, 18] });
    const started = dayWith(2, { c1: whole, c2: [7, 24] });
    expect(statuses(stopped, dayWith(1, alone), dayWith(2, both))[1]).toBe('Passed');
    expect(statuses(dayWith(0, both), dayWith(1, alone), started)[1]).toBe('Passed');
  });

  test('is not concluded across days that are not there or could not be read', () => {
    expect(statuses(dayWith(0, both), dayWith(1, alone), dayWith(3, both))[1]).toBe('Passed');
    const unread = { ...dayWith(2, both), unknown: ['assets failed'] };
    expect(statuses(dayWith(0, both), dayWith(1, alone), unread)[1]).toBe('Passed');
  });
});
