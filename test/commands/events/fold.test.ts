import { describe, expect, test } from 'vitest';
import { groupsSchema, ratesSchema } from '../../../src/events/groups-schema.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { reply, replyData, serve } from '../../support/server.ts';

const window = { start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' };
const entry = (kind: string, time: string, size?: number) => ({
  kind,
  time,
  metadata: size === undefined ? { window } : { window, size },
});

const data = {
  allocation: [],
  asset: [
    entry('AssetSetAggregated', '2026-03-02T02:00:03.5Z', 4),
    entry('AssetSetSaved', '2026-03-02T01:00:00Z', 9),
    entry('AssetSetSaved', '2026-03-02T02:00:00Z', 12),
    entry('AssetSetTotaled', '2026-03-02T02:00:02.25Z'),
    entry('AssetSetReconcileError', '2026-03-02T03:00:00Z'),
  ],
  counters: { AssetSetSaved: 10 },
};

describe('events --group-by', () => {
  test('window: the life of each set', async () => {
    await using server = await serve({ '/model/etl/log': replyData(data) });
    const { stdout } = await ran(['events', '--url', server.url, '--group-by', 'window', '--json']);
    expect(groupsSchema.parse(JSON.parse(stdout)).groups).toEqual([
      {
        store: 'asset',
        window,
        size: 12,
        saved: 2,
        loaded: 0,
        lastSaved: '2026-03-02T02:00:00Z',
        totaledAfter: 2.25,
        aggregatedAfter: 3.5,
        reconciledAfter: null,
        errors: 1,
        deleted: null,
      },
    ]);
  });

  test('hour and kind: how many events', async () => {
    await using server = await serve({ '/model/etl/log': replyData(data) });
    const by = async (what: string) =>
      (await ran(['events', '--url', server.url, '--group-by', what, '-o', 'csv'])).stdout;
    expect(await by('hour')).toBe(
      'hour,count\n2026-03-02T01:00:00Z,1\n2026-03-02T02:00:00Z,3\n2026-03-02T03:00:00Z,1\n',
    );
    expect(await by('kind')).toContain(
      'AssetSetSaved,asset,2,2026-03-02T01:00:00Z,2026-03-02T02:00:00Z\n',
    );
  });
});

describe('events --counters', () => {
  test('--interval looks twice and shows the rates', async () => {
    let saved = 100;
    await using server = await serve({
      '/model/etl/log': (request, response) => {
        const counters = { AssetSetSaved: saved, AssetSetLoaded: saved === 100 ? 50 : 3 };
        saved += 30;
        void replyData({ counters })(request, response);
      },
    });
    const argv = ['events', '--counters', '--interval', '30m', '--url', server.url, '-o', 'json'];
    const { stdout } = await ran(argv);
    const report = ratesSchema.parse(JSON.parse(stdout));
    expect(report.seconds).toBe(1800);
    expect(report.rates).toEqual([
      { kind: 'AssetSetLoaded', before: 50, after: 3, delta: 3, perHour: 6, restarted: true },
      { kind: 'AssetSetSaved', before: 100, after: 130, delta: 30, perHour: 60, restarted: false },
    ]);
  });

  test('--from a saved run shows what moved since', async () => {
    using temporary = folder();
    const path = temporary.write(
      'then.json',
      JSON.stringify({ code: 200, data: { counters: { AssetSetSaved: 4 } } }),
    );
    await using server = await serve({
      '/model/etl/log': reply(JSON.stringify({ code: 200, data })),
    });
    const argv = ['events', '--counters', '--from', path, '--url', server.url, '-o', 'json'];
    const { stdout, stderr } = await ran(argv, testDeps());
    expect(ratesSchema.parse(JSON.parse(stdout)).rates[0]).toMatchObject({ before: 4, after: 10 });
    expect(stderr).toContain('was written at');
  });
});
