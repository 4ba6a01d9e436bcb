import { describe, expect, test } from 'vitest';
import { type CoverageReport, coverageSchema } from '../../../src/events/coverage/schema.ts';
import { ran } from '../../support/deps.ts';
import { recording } from '../../support/recordings.ts';

interface Replayed {
  readonly code: number;
  readonly report: CoverageReport;
  readonly table: string;
}

/** `events coverage` on a recording of the fixtures, as JSON and as a table. */
async function replayed(name: string, ...argv: string[]): Promise<Replayed> {
  using directory = recording(`coverage/${name}`);
  const command = ['events', 'coverage', '--from', directory.path, ...argv];
  const { code, stdout } = await ran([...command, '-o', 'json']);
  const table = await ran(command);
  expect(table.code).toBe(code);
  return { code, report: coverageSchema.parse(JSON.parse(stdout)), table: table.stdout };
}

/** `missing asset day 2026-11-17`, worst first. */
function found({ findings }: CoverageReport): string[] {
  return findings.map(({ kind, store, resolution, window }) =>
    [kind, store, resolution ?? '-', window?.start.slice(0, 10) ?? '-'].join(' '),
  );
}

describe('coverage of recorded servers', () => {
  test('a removed utcOffset is named, and no day is missing', async () => {
    const { code, report } = await replayed('utc-offset-removed');
    expect(found(report)).toEqual([]);
    expect(report.notes.join()).toContain('utcOffset changed from +01:00 to 00:00 on 2026-11-18');
    expect(code).toBe(0);
  });

  test('an event of the year 2262 is named and left out', async () => {
    const { code, report, table } = await replayed('future-event');
    expect(found(report)).toEqual([]);
    expect(report.now).toMatch(/^2026-11-26T04:42/);
    expect(table).toContain('AssetSetReconciled at');
    expect(table).toContain('2262-04-11');
    expect(code).toBe(0);
  });

  test('/etl/status alone is enough to find a missing day', async () => {
    const { code, report } = await replayed('status-only');
    expect(found(report)).toEqual(['missing asset day 2026-11-17']);
    expect(report.freshness.every(({ basis, stale }) => basis === 'run' && !stale)).toBe(true);
    expect(code).toBe(1);
  });

  test('an error in one directory and a hole in another are both found', async () => {
    const { code, report } = await replayed('two-directories');
    expect(found(report)).toEqual(['error asset day 2026-11-15', 'missing asset day 2026-11-12']);
    expect(report.findings[0]?.detail).toContain('cluster-one');
    expect(report.findings[0]?.detail).toContain('failed to query: 503');
    expect(report.findings[1]?.detail).toContain('cluster-two');
    expect(code).toBe(1);
  });

  test('gauges are read whatever legal blanks are between their tokens', async () => {
    const { code, report } = await replayed('metrics-blanks');
    expect(found(report)).toEqual(['error asset day -']);
    expect(report.findings[0]?.sets).toBe(2);
    expect(code).toBe(1);
  });

  test('sets that are only loaded are stale, and no save is claimed', async () => {
    const { code, report, table } = await replayed('crash-loop');
    expect(report.freshness.every(({ stale }) => stale)).toBe(true);
    expect(report.freshness.every(({ lastSave }) => lastSave === null)).toBe(true);
    expect(table).toContain('last loaded');
    expect(table).not.toMatch(/last save(?! unknown)/);
    expect(code).toBe(1);
  });

  test('an hourly store that is switched off is not stale', async () => {
    const { code, report } = await replayed('hourly-store-off');
    expect(found(report)).toEqual([]);
    expect(report.sets.filter(({ resolution }) => resolution === 'hour')).toEqual([]);
    expect(report.notes.join()).toContain('no hourly sets are kept');
    expect(code).toBe(0);
  });

  test('errors without a window are found, with their text', async () => {
    const { code, report, table } = await replayed('error-without-window');
    expect(found(report)).toEqual(['error asset - -']);
    expect(table.replace(/\s+/g, ' ')).toContain('vector cannot contain metrics');
    expect(code).toBe(1);
  });

  test('a day that was last saved before its end is incomplete', async () => {
    const { code, report, table } = await replayed('day-never-finished');
    expect(found(report)).toEqual([
      'incomplete allocation day 2026-11-23',
      'incomplete asset day 2026-11-23',
    ]);
    const day = report.sets.find(({ window }) => window.start.startsWith('2026-11-23'));
    expect(day).toMatchObject({
      state: 'incomplete',
      evidence: ['log', 'status'],
      detail: 'last saved 2026-11-23 06:52, the set ended 2026-11-24 00:00',
    });
    expect(table).toContain('last saved 2026-11-23 06:52');
    expect(code).toBe(1);
  });

  test('rows left over on OpenCost are no data, and rows that end early are incomplete', async () => {
    const { code, report } = await replayed(
      'opencost-leftovers',
      '--window',
      '2026-11-18,2026-11-26',
    );
    for (const store of ['allocation', 'asset']) {
      const days = report.sets.filter((set) => set.store === store);
      const states = days.map(({ window, state }) => `${window.start.slice(8, 10)} ${state}`);
      expect(states).toEqual([
        '18 complete',
        '19 complete',
        '20 empty',
        '21 complete',
        '22 complete',
        '23 complete',
        '24 complete',
        '25 incomplete',
      ]);
      expect(days.at(-1)?.detail).toContain('end at 2026-11-25 22:00');
    }
    expect(code).toBe(1);
    // without a window, the days that were recorded count
    const all = await replayed('opencost-leftovers');
    const states = all.report.sets.filter(({ store }) => store === 'asset');
    expect(states.map(({ state }) => state).join()).toContain('complete,complete,empty,complete');
    expect(all.code).toBe(1);
  });

  test('lists with a plural name are read', async () => {
    const path = new URL('../../fixtures/coverage/plural-lists.json', import.meta.url).pathname;
    const { stdout, stderr } = await ran(['events', '--from', path, '--errors', '-o', 'ndjson']);
    expect(JSON.parse(stdout)).toMatchObject({ store: 'asset', kind: 'AssetSetComputeError' });
    expect(stderr).not.toContain('no events match');
    const coverage = await ran(['events', 'coverage', '--from', path, '-o', 'json']);
    const report = coverageSchema.parse(JSON.parse(coverage.stdout));
    expect(found(report)).toContain('error asset day 2026-11-24');
  });

  test("the documentation's own example has a table", async () => {
    const path = new URL('../../fixtures/etl-log.json', import.meta.url).pathname;
    for (const format of ['table', 'wide']) {
      const { code, stdout } = await ran(['events', 'coverage', '--from', path, '-o', format]);
      expect(stdout).toContain('allocation sets by hour (UTC)');
      expect(code).toBe(0);
    }
  });
});

test('wide shows for every set what each source reports', async () => {
  const { table } = await replayed('day-never-finished', '-o', 'wide');
  const line = table.split('\n').find((text) => /^2026-11-23 +asset/.test(text));
  expect(line).toContain('log: last saved 2026-11-23 06:52, the set ended 2026-11-24 00:00');
  expect(line).toContain('status: file last written 2026-11-24 00:00');
});
