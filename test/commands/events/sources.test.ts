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

  test('does not include a front end’s page for a path that it does not know', async () => {
    const page = withDate(reply('<!doctype html><title>Kubecost</title>', 'text/html'));
    const routes = { ...healthy, '/model/metrics': page, '/model/etl/status': page };
    expect((await coverage(routes)).code).toBe(0);
    const { code, stderr } = await coverage({ '*': page });
    expect(stderr).toContain('returned a web page ("Kubecost") instead of data');
    expect(code).toBe(3);
    const login = withDate(reply('<form><input type="password"></form>', 'text/html'));
    expect((await coverage({ ...healthy, '/model/metrics': login })).code).toBe(3);
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

test('/etl/status without files is believed: a pipeline that stopped, or no settled set', async () => {
  const pipeline = (lastRun: number) =>
    dated({ assets: { daily: { lastRun: formatTime(lastRun), progress: 0.41, backup: null } } });
  const stopped = await coverage({ '/model/etl/status': pipeline(now - 3 * day) });
  expect(stopped.code).toBe(1);
  expect(stopped.report?.findings).toMatchObject([{ kind: 'stale', store: 'asset' }]);
  expect(stopped.report?.notes.join()).toContain('progress 41 %');
  const running = await coverage({ '/model/etl/status': pipeline(now - hour) });
  expect(running.code).toBe(3);
  expect(running.report?.findings).toEqual([]);
  expect(running.stderr).toContain('no settled set is known');
});

test('a store that no source names is a note', async () => {
  const assets = dated({ ...log(), allocation: [] });
  const { report } = await coverage({ '/model/etl/log': assets });
  expect(report?.notes).toEqual([
    'no source names a set of the allocation store: its state is unknown',
  ]);
  const one = await coverage({ '/model/etl/log': assets }, ['--store', 'asset']);
  expect(one.report?.notes).toEqual([]);
});

test('gauges alone are believed, and show no settled set', async () => {
  const of = (count: number) =>
    coverage({ '/model/metrics': metrics(`${dailyErrors} ${count}\n`) });
  const failed = await of(2);
  expect(failed.report?.findings).toMatchObject([{ kind: 'error', store: 'asset', sets: 2 }]);
  expect(failed.code).toBe(1);
  expect((await of(0)).code).toBe(3);
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

  test.each<[string, unknown]>([
    ['as a text', '[2026-03-09T00:00:00+0000, 2026-03-10T00:00:00+0000)'],
    [
      'with offsets without a colon',
      window('2026-03-09T01:00:00+0100', '2026-03-10T00:00:00+0000').window,
    ],
  ])('a window %s is read, as Kubecost prints it in its own log', async (_, odd) => {
    const { report } = await coverage({ '/model/etl/log': dated(log([error({ window: odd })])) });
    expect(report?.findings).toMatchObject([{ kind: 'error', resolution: 'day' }]);
    expect(Date.parse(report?.findings[0]?.window?.start ?? '')).toBe(today - day);
    expect(report?.notes).toEqual([]);
  });

  test.each<[string, object]>([
    ['an odd window', { metadata: { window: 'yesterday', error: 'query timed out' } }],
    ['an odd size', { metadata: { size: 'large', error: 'query timed out' } }],
    ['odd metadata', { metadata: 'query timed out' }],
  ])('an error event with %s is still an error', async (_, odd) => {
    const { code, report } = await coverage({
      '/model/etl/log': dated(log([{ ...error({}), ...odd }], 10)),
    });
    expect(report?.findings).toMatchObject([{ kind: 'error', window: null }]);
    expect(report?.findings[0]?.detail).toContain('query timed out');
    expect(report?.notes.join()).toContain('read 1 of 21 events in part');
    expect(code).toBe(1);
  });

  test.each<[string, object]>([
    ['error event without a time', { time: 'soon' }],
    ['event without a kind', { kind: null }],
  ])('an unreadable %s could be a finding: the gate is undecided', async (_, odd) => {
    const { code, report } = await coverage({
      '/model/etl/log': dated(log([{ ...error({}), ...odd }], 10)),
    });
    expect(report?.findings).toEqual([]);
    expect(report?.notes.join()).toContain('left out 1 of 21 events');
    expect(report?.sources.filter(({ failed }) => failed).map(({ source }) => source)).toEqual([
      'log',
    ]);
    expect(code).toBe(3);
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

  test('an event of the next hours does not move the clock', async () => {
    const time = formatTime(now + 20 * hour);
    const event = { kind: 'AssetSetReconciled', time, metadata: {} };
    const { code, report } = await coverage({ '/model/etl/log': dated(log([event])) });
    expect(report?.now).toBe(formatTime(now));
    expect(report?.findings).toEqual([]);
    expect(code).toBe(0);
  });

  test('lists and kinds that kc-etl does not know are named', async () => {
    const data = {
      ...log([{ kind: 'AssetSetMoved', time: formatTime(now), metadata: {} }]),
      networkInsight: ['Saved', 'ComputeError'].map((step) => ({
        ...{ kind: `NetworkInsightSet${step}`, time: formatTime(now), metadata: {} },
      })),
    };
    const { report } = await coverage({ '/model/etl/log': dated(data) });
    expect(report?.notes.join()).toContain('networkInsight (2 events, 1 error)');
    expect(report?.notes.join()).toContain('AssetSetMoved (1)');
  });

  test('one event of another shape is left out by name; more than a tenth refuse the log', async () => {
    const broken = { kind: 'AssetSetSaved', time: 'yesterday', metadata: {} };
    const one = await coverage({ '/model/etl/log': dated(log([broken], 10)) });
    expect(one.report?.notes.join()).toContain('left out 1 of 21 events that');
    expect(one.code).toBe(0);
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

describe('sets that are not at fault', () => {
  const event = (
    step: string,
    start: number,
    more: { time: number; size?: number; length?: number },
  ) => {
    const { time, size = 5, length = day } = more;
    const window = { start: formatTime(start), end: formatTime(start + length) };
    return { kind: `AssetSet${step}`, time: formatTime(time), metadata: { size, window } };
  };
  const coverageOfLog = async (events: object[]) =>
    coverage({ '/model/etl/log': dated(log(events)) });

  test('hours that Thanos delivers late are unsettled, not empty', async () => {
    const hours = Array.from({ length: 9 }, (_, i) => {
      const start = now - (9 - i) * hour;
      return event('Saved', start, { time: start + hour, size: i < 6 ? 5 : 0, length: hour });
    });
    const { report } = await coverageOfLog(hours);
    expect(report?.findings).toEqual([]);
    const states = report?.sets.filter(({ resolution }) => resolution === 'hour');
    expect(states?.slice(-3).map(({ state }) => state)).toEqual(Array(3).fill('unsettled'));
  });

  test('the set in which utcOffset changed is superseded, not incomplete', async () => {
    // today's sets start at 23:00 now; yesterday's old one was saved for the last time before
    const change = today - 3 * day;
    const events = [0, 1, 2, 3].map((i) => {
      const start = change - hour + i * day;
      return event('Saved', start, { time: Math.min(start + day + hour, now) });
    });
    const old = event('Saved', change - day, { time: change - hour / 2 });
    await using server = await serve({ '/model/etl/log': dated({ asset: [old, ...events] }) });
    const deps = testDeps({ clock: new TestClock(formatTime(now)) });
    const command = ['events', 'coverage', '--store', 'asset', '--url', server.url, '-o', 'json'];
    const report = coverageSchema.parse(JSON.parse((await ran(command, deps)).stdout));
    expect(report.findings).toEqual([]);
    expect(report.notes.join()).toContain('utcOffset changed from 00:00 to +01:00 on 2026-03-06');
  });

  test('old hours of a store that saves only days now are switched off, not stale', async () => {
    const start = now - 10 * day;
    const hours = Array.from({ length: 5 }, (_, i) =>
      event('Loaded', start + i * hour, { time: now - 2 * day, length: hour }),
    );
    const { code, report } = await coverageOfLog(hours);
    expect(report?.findings).toEqual([]);
    expect(report?.notes.join()).toContain('no hourly sets are kept');
    expect(code).toBe(0);
  });

  test('empty days before the first data are before retention, and pass', async () => {
    const empty = Array.from({ length: 88 }, (_, i) =>
      event('Loaded', today - (5 + i) * day, { time: now - 5 * day, size: 0 }),
    );
    const { code, report } = await coverageOfLog(empty);
    expect(report?.findings).toEqual([]);
    expect(report?.summary['before-retention']).toBe(88);
    expect(code).toBe(0);
  });

  test('empty days that only a gauge counts may be before the first data, too', async () => {
    const gauge = (status: string, count: number) =>
      `kubecost_asset_data_status{resolution="daily",status="${status}"} ${count}\n`;
    const of = async (success: number) =>
      coverage({
        '/model/etl/log': dated(log()),
        '/model/metrics': metrics(gauge('empty', 88) + gauge('success', success)),
      });
    expect((await of(5)).report?.findings).toEqual([]);
    expect((await of(50)).report?.findings).toMatchObject([{ kind: 'empty', window: null }]);
  });

  test('empty days after data are found', async () => {
    const empty = event('Saved', today - 2 * day, { time: now, size: 0 });
    const { code, report } = await coverageOfLog([empty]);
    expect(report?.findings).toMatchObject([{ kind: 'empty', store: 'asset' }]);
    expect(code).toBe(1);
  });
});

describe('a server without a log', () => {
  const row = (start: number) => ({
    start: formatTime(start),
    end: formatTime(start + day),
    minutes: 1440,
    cpuCoreHours: 24,
    totalCost: 1,
  });
  const costs =
    (isThere: (start: number) => boolean): Handler =>
    (request, response) => {
      const start = Date.parse(request.query.get('window')?.split(',')[0] ?? '');
      if (!isThere(start)) {
        response.writeHead(404, { date: new Date(now).toUTCString() }).end('404 page not found\n');
        return;
      }
      const from = Math.min(start + day, now) === now ? { end: formatTime(now) } : {};
      return dated([{ one: { ...row(start), ...from } }])(request, response);
    };
  const window = ['--window', '2026-03-05,2026-03-08'];

  test('is judged by its newest days, whatever the window', async () => {
    const routes = (isThere: (start: number) => boolean) => ({
      '/model/allocation': costs(isThere),
      '/model/assets': costs(isThere),
    });
    const { code, report } = await coverage(
      routes(() => true),
      window,
    );
    expect(report?.sets).toHaveLength(6);
    expect(report?.freshness.every(({ stale }) => !stale)).toBe(true);
    expect(code).toBe(0);
  });

  test('that has data of today only shows no settled set, and passes no gate', async () => {
    const todayOnly: Handler = (request, response) => {
      const start = Date.parse(request.query.get('window')?.split(',')[0] ?? '');
      const data = start === today ? [{ one: { ...row(start), end: formatTime(now) } }] : [{}];
      return dated(data)(request, response);
    };
    const routes = { '/model/allocation': todayOnly, '/model/assets': todayOnly };
    const { code, report } = await coverage(routes);
    expect(report?.gate.passed).toBeNull();
    expect(code).toBe(3);
  });

  test('is stale where its data ended, also for a window before that', async () => {
    const until = today - 2 * day;
    const ended: Handler = (request, response) => {
      const start = Date.parse(request.query.get('window')?.split(',')[0] ?? '');
      return dated(start < until ? [{ one: row(start) }] : [{}])(request, response);
    };
    const routes = { '/model/allocation': ended, '/model/assets': ended };
    const { code, report } = await coverage(routes, window);
    expect(report?.findings.map(({ kind }) => kind)).toEqual(['stale', 'stale']);
    expect(code).toBe(1);
  });

  test('has no data on a day whose rows cost nothing and used hardly anything', async () => {
    const day6 = Date.parse('2026-03-06T00:00:00Z');
    const of =
      (more: object): Handler =>
      (request, response) => {
        const start = Date.parse(request.query.get('window')?.split(',')[0] ?? '');
        const end = formatTime(Math.min(start + day, now));
        const data = [{ one: { ...row(start), end, ...(start === day6 ? more : {}) } }];
        return dated(data)(request, response);
      };
    const states = async (more: object) => {
      const routes = { '/model/allocation': of(more) };
      const { report } = await coverage(routes, [...window, '--store', 'allocation']);
      return report?.sets.map(({ state }) => state);
    };
    expect(await states({ totalCost: 0, cpuCoreHours: 0.25 })).toEqual([
      'complete',
      'empty',
      'complete',
    ]);
    // prices of 0 are for the audits: the rows are there
    expect(await states({ totalCost: 0 })).toEqual(['complete', 'complete', 'complete']);
  });

  test('and with a 404 for some days only is undecided', async () => {
    const lost = Date.parse('2026-03-06T00:00:00Z');
    const routes = {
      '/model/allocation': costs(() => true),
      '/model/assets': costs((start) => start !== lost),
    };
    const { code, report, stderr } = await coverage(routes, window);
    expect(report?.sources.find(({ source }) => source === 'presence')?.failed).toBe(true);
    expect(stderr).toContain('gate undecided: /allocation and /assets failed');
    expect(code).toBe(3);
  });
});
