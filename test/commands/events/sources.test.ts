import { describe, expect, test } from 'vitest';
import { coverageSchema } from '../../../src/events/coverage/schema.ts';
import { day, formatTime, hour } from '../../../src/time.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { type Handler, reply, replyData, serve } from '../../support/server.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const today = Date.parse('2026-03-10T00:00:00Z');

/** Saves of the last days of both stores, each an hour after its end; today's at noon. */
function log(more: object[] = [], days = 5): object {
  const of = (set: string) =>
    Array.from({ length: days }, (_, i) => {
      const start = today - i * day;
      return {
        kind: `${set}Saved`,
        time: formatTime(Math.min(start + day + hour, now - hour)),
        metadata: { size: 5, window: { start: formatTime(start), end: formatTime(start + day) } },
      };
    });
  return { allocation: of('AllocationSet'), asset: [...of('AssetSet'), ...more], counters: {} };
}

const status = (lastRun: number) => ({
  assets: {
    daily: {
      lastRun: formatTime(lastRun),
      progress: 0.41,
      refreshRate: '1h0m0s',
      backup: {
        files: Array.from({ length: 5 }, (_, i) => {
          const start = today - i * day;
          const name = `/db/etl/assets/1d/${start / 1000}-${(start + day) / 1000}`;
          return { name, lastModified: formatTime(Math.min(start + day, now)) };
        }),
      },
    },
  },
});

async function coverage(routes: Record<string, Handler>, argv: string[] = [], localNow = now) {
  await using server = await serve(routes);
  const deps = testDeps({ clock: new TestClock(formatTime(localNow)) });
  const url = `${server.url}/model`;
  const command = ['events', 'coverage', '--url', url, '--retries', '0', ...argv, '-o', 'json'];
  const { code, stdout, stderr } = await ran(command, deps);
  return { code, report: stdout ? coverageSchema.parse(JSON.parse(stdout)) : null, stderr };
}

/** An answer whose Date header is the server's clock. */
const withDate =
  (handler: Handler): Handler =>
  (request, response) => {
    response.setHeader('date', new Date(now).toUTCString());
    return handler(request, response);
  };
const dated = (body: object) => withDate(replyData(body));
const dailyErrors = 'kubecost_asset_data_status{resolution="daily",status="error"}';
const failure = withDate(reply('{"code":500,"message":"boom"}', 'application/json', 500));
const metrics = (text: string) => withDate(reply(text, 'text/plain'));

describe('a source that fails', () => {
  const healthy = { '/model/etl/log': dated(log()) };

  test('and could have changed the result makes it undecided', async () => {
    expect((await coverage(healthy)).code).toBe(0);
    for (const [path, handler] of [
      ['/model/metrics', failure],
      ['/model/metrics', metrics(`${dailyErrors} `)],
      ['/model/metrics', metrics(`${dailyErrors} 1e400\n`)],
      ['/model/etl/status', failure],
    ] as const) {
      const { code, report, stderr } = await coverage({ ...healthy, [path]: handler });
      expect(code).toBe(3);
      expect(report?.gate.passed).toBeNull();
      expect(report?.sources.filter(({ failed }) => failed)).toHaveLength(1);
      expect(stderr).toContain(`gate undecided: ${path.slice('/model'.length)} failed`);
    }
  });

  test('and could not have changed it does not', async () => {
    const routes = { ...healthy, '/model/metrics': failure };
    expect((await coverage(routes, ['--fail-on', 'stale'])).code).toBe(0);
    expect((await coverage(routes, ['--fail-on', 'never'])).code).toBe(0);
  });

  test('does not hide what another source reports', async () => {
    const routes = { '/model/etl/log': failure, '/model/etl/status': dated(status(now - 3 * day)) };
    const { code, report } = await coverage(routes);
    expect(report?.findings[0]).toMatchObject({ kind: 'stale', store: 'asset' });
    expect(code).toBe(1);
  });

  test('is the error where no other source answers', async () => {
    const { code, stderr } = await coverage({ '/model/etl/log': failure });
    expect(code).toBe(3);
    expect(stderr).toContain('boom');
  });
});

describe('/etl/status alone', () => {
  test('tells a pipeline that stopped by its last run, and its progress', async () => {
    const stopped = await coverage({ '/model/etl/status': dated(status(now - 3 * day)) });
    expect(stopped.report?.findings[0]).toMatchObject({ kind: 'stale', store: 'asset' });
    expect(stopped.report?.findings[0]?.detail).toContain('progress 41 %');
    expect(stopped.code).toBe(1);
    const running = await coverage({ '/model/etl/status': dated(status(now - hour)) });
    expect(running.report?.findings).toEqual([]);
    expect(running.report?.notes.join()).toContain('progress 41 %');
  });
});

describe('the clock', () => {
  test.each([-9, 9])('is the server’s, %i h apart from the local one', async (hours) => {
    const { code, report, stderr } = await coverage(
      { '/model/etl/log': dated(log()) },
      [],
      now + hours * hour,
    );
    expect(report?.findings).toEqual([]);
    expect(report?.now).toBe(formatTime(now));
    expect(stderr).toContain(`the server's clock is 9h`);
    expect(code).toBe(0);
  });
});

describe('what fits no set', () => {
  const error = (metadata: object, time = now - 1) => ({
    kind: 'AssetSetComputeError',
    time: formatTime(time),
    metadata: { error: 'query timed out', ...metadata },
  });
  const window = (start: string, end: string) => ({ window: { start, end } });

  test.each<[string, object]>([
    ['without a window', {}],
    ['with Go’s zero time', window('0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z')],
    ['over 403 minutes', window('2026-03-09T00:00:00Z', '2026-03-09T06:43:00Z')],
    ['over two days', window('2026-03-08T00:00:00Z', '2026-03-10T00:00:00Z')],
  ])('an error %s is found, with its text', async (_, metadata) => {
    const { code, report } = await coverage({ '/model/etl/log': dated(log([error(metadata)])) });
    expect(report?.findings).toMatchObject([
      {
        kind: 'error',
        store: 'asset',
        resolution: null,
        detail: expect.stringContaining('query timed out'),
      },
    ]);
    expect(code).toBe(1);
  });

  test('an error that later saves made up for is a note', async () => {
    const old = error({}, now - 3 * day);
    const { code, report } = await coverage({ '/model/etl/log': dated(log([old])) });
    expect(report?.findings).toEqual([]);
    expect(report?.notes.join()).toContain('query timed out; sets were saved after it');
    expect(code).toBe(0);
  });

  test.each([
    ['2262-04-10T00:00:00Z', '2262-04-11T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z'],
  ])('an event at %s changes no calendar, and is named', async (time, end) => {
    const event = { kind: 'AssetSetSaved', time, metadata: window(time, end) };
    const { code, report } = await coverage({ '/model/etl/log': dated(log([event])) });
    expect(report?.findings).toEqual([]);
    expect(report?.sets.length).toBe(10);
    expect(report?.notes.join()).toContain('impossible');
    expect(code).toBe(0);
  });

  test('lists and kinds that kc-etl does not know are named', async () => {
    const data = {
      ...log([{ kind: 'AssetSetMoved', time: formatTime(now), metadata: {} }]),
      networkInsight: [{ kind: 'NetworkInsightSetSaved', time: formatTime(now), metadata: {} }],
    };
    const { report } = await coverage({ '/model/etl/log': dated(data) });
    expect(report?.notes.join()).toContain('networkInsight (1 event)');
    expect(report?.notes.join()).toContain('AssetSetMoved (1)');
  });

  test('one event of another shape is left out by name; more than a tenth refuse the log', async () => {
    const broken = { kind: 'AssetSetSaved', time: 'yesterday', metadata: {} };
    const one = await coverage({ '/model/etl/log': dated(log([broken], 10)) });
    expect(one.report?.notes.join()).toContain('left out 1 of 21 event');
    expect(one.report?.notes.join()).toContain('data.asset[10].time');
    const many = await coverage({ '/model/etl/log': dated(log([broken, broken, broken], 10)) });
    expect(many.code).toBe(3);
    expect(many.stderr).toContain('data.asset[10].time');
  });
});

test('a ReconcileError that a later save replaced is none', async () => {
  const start = today - 2 * day;
  const error = {
    kind: 'AssetSetReconcileError',
    time: formatTime(start + day),
    metadata: { window: { start: formatTime(start), end: formatTime(start + day) } },
  };
  const { report } = await coverage({ '/model/etl/log': dated(log([error])) });
  expect(report?.findings).toEqual([]);
});
