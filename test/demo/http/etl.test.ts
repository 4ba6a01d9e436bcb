import { describe, expect, test } from 'vitest';
import { eventKinds } from '../../../src/events/kinds.ts';
import { noon, stoppedClock } from '../support/in-process.ts';
import { serve, type TestOptions } from '../support/over-http.ts';

interface Log {
  allocation: Entry[];
  asset: Entry[];
  counters: Record<string, number>;
}
interface Entry {
  kind: string;
  metadata: { size?: number; window: { start: string; end: string } };
  time: string;
}

const log = async (server: Awaited<ReturnType<typeof serve>>, query = '') =>
  (await server.data(`/etl/log${query}`)) as Log; // the documented shape, which is looked at below

async function logOf(options: TestOptions = {}, query = '', now = noon): Promise<Log> {
  await using server = await serve(options, stoppedClock(now));
  return await log(server, query);
}

describe('GET /etl/log', () => {
  test('has the shape of a real one', async () => {
    const { allocation, asset, counters } = await logOf();
    const known = eventKinds.map(({ kind }) => kind);
    for (const [entries, begin] of [
      [allocation, 'AllocationSet'],
      [asset, 'AssetSet'],
    ] as const) {
      expect(entries.length).toBeGreaterThan(100);
      for (const { kind, metadata, time } of entries) {
        expect(kind.startsWith(begin)).toBe(true);
        expect(known).toContain(kind);
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
        expect(metadata.window.start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/);
        const sized = /Saved|Loaded|Aggregated|Reconciled/.test(kind);
        expect(typeof metadata.size).toBe(sized ? 'number' : 'undefined');
      }
    }
    const counted: Record<string, number> = {};
    for (const { kind } of [...allocation, ...asset]) counted[kind] = (counted[kind] ?? 0) + 1;
    expect(counters).toEqual(counted);
    expect(counters['AssetSetTotaled']).toBe(
      (counters['AssetSetLoaded'] ?? 0) +
        (counters['AssetSetSaved'] ?? 0) +
        (counters['AssetSetReconciled'] ?? 0),
    );
  });

  test('saves every hour and the day so far, up to now', async () => {
    const { allocation } = await logOf();
    const saved = allocation.filter(({ kind }) => kind === 'AllocationSetSaved');
    const last = saved.filter(({ metadata }) => metadata.window.start === '2026-03-14T11:00:00Z');
    expect(last).toHaveLength(1);
    expect(last[0]?.metadata.window.end).toBe('2026-03-14T12:00:00Z');
    expect(
      saved.filter(
        ({ metadata }) =>
          metadata.window.start === '2026-03-14T00:00:00Z' &&
          metadata.window.end === '2026-03-15T00:00:00Z',
      ),
    ).toHaveLength(12);
  });

  test('sizes are those of the sets', async () => {
    await using server = await serve({}, stoppedClock());
    const { allocation, asset } = await log(server);
    const window = 'window=2026-03-08T00:00:00Z,2026-03-09T00:00:00Z';
    const size = (entries: Entry[], kind: string) =>
      entries.find((e) => e.kind === kind && e.metadata.window.start === '2026-03-08T00:00:00Z')
        ?.metadata.size;
    const count = async (path: string) =>
      Object.keys(((await server.data(path)) as object[])[0] ?? {}).length;
    expect(size(allocation, 'AllocationSetLoaded')).toBe(
      await count(`/allocation?${window}&idle=false&shareTenancyCosts=false`),
    );
    expect(size(asset, 'AssetSetLoaded')).toBe(await count(`/assets?${window}`));
    expect(size(asset, 'AssetSetAggregated')).toBe(await count(`/assets?${window}&aggregate=type`));
  });

  test('kind is the beginning of a kind; window is when it happened', async () => {
    const assets = await logOf({}, '?kind=AssetSet');
    expect(assets.allocation).toEqual([]);
    expect(Object.keys(assets.counters).every((kind) => kind.startsWith('AssetSet'))).toBe(true);
    const { allocation } = await logOf(
      {},
      '?kind=AllocationSetSaved&window=2026-03-14T09:00:00Z,2026-03-14T10:00:00Z',
    );
    expect(allocation.map(({ metadata }) => metadata.window.start).sort()).toEqual([
      '2026-03-14T00:00:00Z',
      '2026-03-14T08:00:00Z',
    ]);
    await using server = await serve();
    const bad = await fetch(`${server.url}/model/etl/log?window=7x`);
    expect(bad.status).toBe(400);
  });

  test('a day is reconciled once its bill has come', async () => {
    const { allocation } = await logOf();
    const days = allocation
      .filter(({ kind }) => kind === 'AllocationSetReconciled')
      .map(({ metadata }) => metadata.window.start.slice(0, 10));
    expect(days).toContain('2026-03-12');
    expect(days).not.toContain('2026-03-14');
    expect(new Set(days).size).toBe(days.length);
  });

  test('what stopped, failed or is missing is to be seen', async () => {
    const stopped = await logOf({ faults: ['stopped=7h'] });
    const hours = stopped.asset
      .filter(({ kind }) => kind === 'AssetSetSaved')
      .map(({ metadata }) => metadata.window.end)
      .filter((end) => end < '2026-03-15');
    expect(hours.sort().at(-1)).toBe('2026-03-14T05:00:00Z');

    const kinds = async (fault: string, day: string) =>
      (await logOf({ faults: [fault] })).allocation
        .filter(({ metadata }) => metadata.window.start === `${day}T00:00:00Z`)
        .map(({ kind }) => kind);
    expect(await kinds('compute-error', '2026-03-11')).toEqual(['AllocationSetComputeError']);
    expect(await kinds('reconcile-error', '2026-03-11')).toContain('AllocationSetReconcileError');
    expect(await kinds('gap', '2026-03-11')).toEqual([]);
    const empty = (await logOf({ faults: ['empty'] })).allocation.find(
      ({ metadata }) => metadata.window.start === '2026-03-11T00:00:00Z',
    );
    expect(empty?.metadata.size).toBe(0);
  });

  test('time passes: --speed makes an hour pass in a second', async () => {
    const clock = stoppedClock();
    await using server = await serve({ speed: 3600 }, clock);
    const before = await log(server);
    clock.time += 3000;
    const after = await log(server);
    expect((after.counters['AssetSetSaved'] ?? 0) - (before.counters['AssetSetSaved'] ?? 0)).toBe(
      6,
    );
    clock.time += 48_000;
    expect((await log(server)).counters['AssetSetReconciled']).toBeGreaterThan(
      before.counters['AssetSetReconciled'] ?? 0,
    );
  });
});

describe('GET /etl/status and /metrics', () => {
  test('count the sets and name what is wrong with them', async () => {
    await using server = await serve(
      { faults: ['compute-error', 'empty=2026-03-09', 'gap=2026-03-10'] },
      stoppedClock(),
    );
    const status = (await server.data('/etl/status')) as {
      allocation: {
        daily: { backup: { files: { name: string; errors: string[]; warnings: string[] }[] } };
      };
    };
    const { files } = status.allocation.daily.backup;
    expect(files).toHaveLength(14);
    expect(files.filter(({ errors }) => errors.length > 0)).toHaveLength(1);
    expect(files.filter(({ warnings }) => warnings.length > 0)).toHaveLength(1);
    const metrics = await (await fetch(`${server.url}/model/metrics`)).text();
    expect(metrics).toContain(
      'kubecost_allocation_data_status{resolution="daily",status="error"} 1\n',
    );
    expect(metrics).toContain(
      'kubecost_allocation_data_status{resolution="daily",status="empty"} 1\n',
    );
    expect(metrics).toContain(
      'kubecost_allocation_data_status{resolution="daily",status="success"} 12\n',
    );
    expect(metrics).toMatch(/kubecost_etl_events_total\{etl="asset",event="AssetSetSaved"\} \d+\n/);
  });
});

test('GET /cloudCost/status: an integration for each account, with the days that it covers', async () => {
  await using server = await serve({}, stoppedClock());
  const entries = (await server.data('/cloudCost/status')) as Record<string, unknown>[];
  expect(entries.map(({ provider }) => provider)).toEqual(['AWS', 'GCP', 'Azure']);
  for (const { coverage, active, connectionStatus } of entries) {
    expect(coverage).toBe('[2026-02-28T00:00:00+0000, 2026-03-13T00:00:00+0000)');
    expect({ active, connectionStatus }).toEqual({
      active: true,
      connectionStatus: 'Connection Successful',
    });
  }
});
