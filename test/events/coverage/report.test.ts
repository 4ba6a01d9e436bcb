import { describe, expect, test } from 'vitest';
import type { CoverageOptions, Evidence } from '../../../src/events/coverage/evidence.ts';
import { coverageOf } from '../../../src/events/coverage/report.ts';
import type { FindingKind } from '../../../src/events/coverage/state.ts';
import type { StoreFile } from '../../../src/events/coverage/store-files.ts';
import { SetHistories } from '../../../src/events/set-histories.ts';
import { directoryOf, metricsOf } from './support/evidence.ts';

const day = 86_400_000;
const now = Date.parse('2026-03-10T12:00:00Z');
const options: CoverageOptions = {
  now,
  settle: 6 * 3_600_000,
  retention: { day: null, hour: null },
  window: null,
  store: 'asset',
};
const nothing: Evidence = {
  log: null,
  status: null,
  metrics: null,
  presence: null,
  failed: new Set(),
};

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const start = (date: string) => Date.parse(`${date}T00:00:00Z`);

/** `Saved 2026-03-05` an hour after its end, or at a time of its own. */
function log(entries: readonly string[], counters: Record<string, number> = {}): SetHistories {
  const histories = new SetHistories();
  for (const entry of entries) {
    const [step = '', date = '', at, size] = entry.split(' ');
    histories.addEvent({
      store: 'asset',
      kind: `AssetSet${step}`,
      time: at && at !== '-' ? `${at}:00Z` : iso(start(date) + day + 3_600_000),
      window: { start: iso(start(date)), end: iso(start(date) + day) },
      size: size ? Number(size) : 7,
      metadata: {},
    });
  }
  histories.setCounters(new Map(Object.entries(counters)));
  return histories;
}

function states(
  evidence: Partial<Evidence>,
  own: Partial<CoverageOptions> = {},
  failOn?: FindingKind[],
) {
  const report = coverageOf(
    { ...nothing, ...evidence },
    { ...options, ...own },
    failOn ?? ['missing', 'error'],
  );
  const cells = report.sets.map(({ window, state }) => `${window.start.slice(5, 10)} ${state}`);
  return { report, cells };
}

const whole = { AssetSetSaved: 0, AssetSetLoaded: 1 };
const window = { start: start('2026-03-05'), end: start('2026-03-09') };

describe('what is not known', () => {
  test('is unknown before the first event of a log that was cut', () => {
    const evidence = { log: log(['Saved 2026-03-07', 'Saved 2026-03-08'], { AssetSetSaved: 900 }) };
    expect(states(evidence, { window }).cells).toEqual([
      '03-05 unknown',
      '03-06 unknown',
      '03-07 complete',
      '03-08 complete',
    ]);
  });

  test('is before retention where the log is whole', () => {
    const evidence = { log: log(['Loaded 2026-03-06 2026-03-09T00:00'], { AssetSetLoaded: 1 }) };
    expect(states(evidence, { window }).cells).toEqual([
      '03-05 before-retention',
      '03-06 complete',
      '03-07 missing',
      '03-08 missing',
    ]);
  });

  test('passes no gate', () => {
    const evidence = { log: log([], {}) };
    const { cells, report } = states(evidence, { window });
    expect(new Set(cells.map((cell) => cell.slice(6)))).toEqual(new Set(['unknown']));
    expect(report.gate.passed).toBeNull();
  });
});

describe('a set', () => {
  const around = ['Loaded 2026-03-05 2026-03-06T00:00', 'Loaded 2026-03-08 2026-03-09T01:00'];

  test.each([
    [['Saved 2026-03-07', 'ComputeError 2026-03-07 2026-03-08T09:00'], 'error'],
    [['ComputeError 2026-03-07', 'Saved 2026-03-07 2026-03-08T09:00'], 'complete'],
    [['Saved 2026-03-07', 'ReconcileError 2026-03-07 2026-03-08T09:00'], 'error'],
    [
      ['ReconcileError 2026-03-07', 'Reconciled 2026-03-07 2026-03-09T09:00', 'Saved 2026-03-07'],
      'complete',
    ],
    [['Saved 2026-03-07 - 0'], 'empty'],
    [['Saved 2026-03-07 - 0', 'Saved 2026-03-07 2026-03-08T09:00 5'], 'complete'],
    [['Saved 2026-03-07', 'DeletedEvent 2026-03-07 2026-03-08T09:00'], 'missing'],
    [['Totaled 2026-03-07'], 'unknown'],
  ])('with %j is %s', (entries, expected) => {
    const { cells } = states({ log: log([...around, ...entries], whole) }, { window });
    expect(cells[2]).toBe(`03-07 ${expected}`);
  });

  test('lacks a step only where most others have it', () => {
    const saves = ['Saved 2026-03-05', 'Saved 2026-03-06', 'Saved 2026-03-07', 'Saved 2026-03-08'];
    const totals = saves.slice(0, 3).map((entry) => entry.replace('Saved', 'Totaled'));
    const with3 = states({ log: log([...saves, ...totals], whole) }, { window });
    expect(with3.cells[3]).toBe('03-08 incomplete');
    expect(with3.report.gate.passed).toBe(true);
    const with1 = states({ log: log([...saves, ...totals.slice(0, 1)], whole) }, { window });
    expect(with1.cells[3]).toBe('03-08 complete');
  });
});

describe('other sources', () => {
  const file = (date: string, more: Partial<StoreFile> = {}): StoreFile => ({
    store: 'asset',
    start: start(date),
    end: start(date) + day,
    directory: 'assets/1d',
    size: 100,
    modified: null,
    repairing: false,
    errors: [],
    warnings: [],
    ...more,
  });
  const status = (files: readonly StoreFile[]) => ({
    pipelines: [],
    directories: [directoryOf('assets/1d', files)],
    remarks: [],
  });

  test('files tell what a log that was cut does not', () => {
    const cut = log(['Saved 2026-03-08'], { AssetSetSaved: 900 });
    const files = status([
      file('2026-03-05', { errors: ['query timed out'] }),
      file('2026-03-07', { repairing: true }),
      file('2026-03-08'),
    ]);
    const { cells, report } = states({ log: cut, status: files }, { window });
    expect(cells).toEqual(['03-05 error', '03-06 missing', '03-07 incomplete', '03-08 complete']);
    expect(report.sets.map(({ evidence }) => evidence.join(' '))).toEqual([
      'status',
      'status',
      'status',
      'log status',
    ]);
    expect(report.findings[0]?.detail).toBe('query timed out');
  });

  test('a set that was saved and has no file any more is missing', () => {
    const saved = log(['Saved 2026-03-06', 'Saved 2026-03-07', 'Saved 2026-03-08'], whole);
    const files = status([file('2026-03-06'), file('2026-03-08')]);
    const { cells } = states({ log: saved, status: files }, { window });
    expect(cells).toContain('03-07 missing');
  });

  test('a gauge that counts more errors than can be named is a finding of its own', () => {
    const saved = log(['Saved 2026-03-08', 'Saved 2026-03-09'], whole);
    const gauges = metricsOf({ status: 'error', count: 1 });
    const { report } = states({ log: saved, metrics: gauges });
    expect(report.findings).toMatchObject([{ kind: 'error', window: null, sets: 1 }]);
    expect(report.gate.passed).toBe(false);
    const explained = log(['Saved 2026-03-08', 'ComputeError 2026-03-09'], whole);
    expect(states({ log: explained, metrics: gauges }).report.findings).toHaveLength(1);
  });
});
