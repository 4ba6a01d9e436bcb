import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../../support/deps.ts';
import { fixture } from '../../support/fixtures.ts';
import { reply, replyData, serve } from '../../support/server.ts';

async function events(argv: readonly string[], handler = reply(fixture('etl-log.json'))) {
  await using server = await serve({ '/model/etl/log': handler });
  const result = await ran(
    ['events', ...argv, '--url', `${server.url}/model`],
    testDeps({ columns: 120 }),
  );
  const logRequests = server.requests.filter(({ path }) => path === '/model/etl/log');
  return { ...result, queries: logRequests.map(({ query }) => query.toString()) };
}

async function report(...argv: string[]) {
  const { stdout } = await events([...argv, '-o', 'json']);
  return JSON.parse(stdout);
}

describe('what the server is asked', () => {
  test.each([
    [[], ''],
    [['--window', '7d'], 'window=7d'],
    [['--kind', 'AssetSet'], 'kind=AssetSet'],
    [['--kind', 'AssetSet,AllocationSet'], ''],
    [
      ['--window', '2020-04-01,2020-04-03'],
      'window=2020-04-01T00%3A00%3A00Z%2C2020-04-03T00%3A00%3A00Z',
    ],
    [['--window', '1586822400-1586908800'], 'window=1586822400-1586908800'],
    [['--store', 'asset', '--errors', '--limit', '3'], ''],
  ])('%j', async (argv, query) => {
    expect((await events(argv)).queries).toEqual([query]);
  });
});

describe('the events', () => {
  test('come oldest first, with their nanoseconds', async () => {
    const { events: list, total } = await report();
    expect(list.map(({ time }: { time: string }) => time)).toEqual([
      '2022-06-03T16:58:18.340435496Z',
      '2022-06-03T16:58:18.341095359Z',
      '2022-06-03T16:58:41.285759258Z',
      '2022-06-03T16:58:41.289194368Z',
      '2022-06-03T17:07:54.092619416Z',
      '2022-06-03T17:07:54.3346484Z',
    ]);
    expect(total).toBe(6);
  });

  test('are filtered here too, and their counters with them', async () => {
    const { events: list, counters, query } = await report('--kind', 'AssetSetS');
    expect(list.map(({ kind }: { kind: string }) => kind)).toEqual(['AssetSetSaved']);
    expect(counters).toEqual({ AssetSetSaved: 8212 });
    expect(query).toEqual({ window: null, kinds: ['AssetSetS'], store: null });
  });

  test('of one store', async () => {
    const { events: list, counters } = await report('--store', 'allocation');
    expect(list).toHaveLength(3);
    expect(Object.keys(counters).every((kind) => kind.startsWith('Allocation'))).toBe(true);
  });

  test('of errors only', async () => {
    const failing = replyData({
      allocation: [
        { kind: 'AllocationSetComputeError', time: '2022-06-03T17:00:00Z', metadata: null },
        { kind: 'AllocationSetReconcileErrorEvent', time: '2022-06-03T17:00:01Z' },
        { kind: 'AllocationSetSaved', time: '2022-06-03T17:00:02Z' },
      ],
      counters: { AllocationSetSaved: 1, AllocationSetComputeError: 2 },
    });
    const { stdout } = await events(['--errors', '-o', 'json'], failing);
    expect(JSON.parse(stdout)).toMatchObject({
      total: 2,
      counters: { AllocationSetComputeError: 2 },
    });
  });

  test('the newest n; total counts them all', async () => {
    const { events: list, total } = await report('--limit', '2');
    expect(list.map(({ kind }: { kind: string }) => kind)).toEqual([
      'AllocationSetSaved',
      'AssetSetSaved',
    ]);
    expect(total).toBe(6);
  });

  test('50 in a table, all elsewhere; a note says so', async () => {
    const many = replyData({
      asset: Array.from({ length: 60 }, (_, i) => ({
        kind: 'AssetSetSaved',
        time: `2022-06-03T17:00:${String(i).padStart(2, '0')}Z`,
      })),
    });
    const table = await events([], many);
    expect(table.stdout.match(/AssetSetSaved/g)).toHaveLength(50);
    expect(table.stderr).toBe('note: the newest 50 of 60 events; more with --limit\n');
    expect((await events(['-o', 'ndjson'], many)).stdout.split('\n')).toHaveLength(61);
    expect((await events(['--json'], many)).stderr).toBe('');
    expect((await events(['--limit', 'all'], many)).stdout.match(/AssetSetSaved/g)).toHaveLength(
      60,
    );
  });

  test('without their counters', async () => {
    expect((await report('--no-counters')).counters).toEqual({});
  });

  test('only their counters', async () => {
    const { events: list, counters, total } = await report('--counters');
    expect(list).toEqual([]);
    expect(total).toBe(6);
    expect(counters).toMatchObject({ AssetSetSaved: 8212 });
    const { stdout } = await events(['--counters']);
    expect(stdout).not.toContain('2022');
    expect(stdout).toContain('8,212');
  });

  test('one a line in ndjson', async () => {
    const { stdout } = await events(['-o', 'ndjson', '--limit', '1']);
    expect(stdout).toBe(
      '{"store":"asset","kind":"AssetSetSaved","time":"2022-06-03T17:07:54.3346484Z",' +
        '"window":{"start":"2022-06-03T10:00:00Z","end":"2022-06-03T11:00:00Z"},"size":29,"metadata":{}}\n',
    );
  });
});

describe('kinds', () => {
  test('one that no known kind begins with gets a note with the nearest, and is used', async () => {
    const { code, stderr, queries } = await events(['--kind', 'AsetSetSaved']);
    expect(stderr).toContain(
      "note: no known event kind begins with 'AsetSetSaved'; the nearest is AssetSetSaved\n",
    );
    expect(queries).toEqual(['kind=AsetSetSaved']);
    expect(code).toBe(0);
  });

  test('one nobody has heard of is shown, with whatever it says', async () => {
    const odd = replyData({
      asset: [
        {
          kind: 'AssetSetTeleported',
          time: '2022-06-03T17:00:00+02:00',
          metadata: { window: { start: 'null', end: '2022-06-03T00:00:00Z' }, who: { by: null } },
        },
      ],
    });
    const { stdout } = await events(['-o', 'ndjson'], odd);
    expect(JSON.parse(stdout)).toEqual({
      store: 'asset',
      kind: 'AssetSetTeleported',
      time: '2022-06-03T17:00:00+02:00',
      window: null,
      size: null,
      metadata: { window: { start: 'null', end: '2022-06-03T00:00:00Z' }, who: { by: null } },
    });
  });

  test('their list needs no server', async () => {
    const { code, stdout } = await ran(['events', 'kinds', '-o', 'json']);
    expect(JSON.parse(stdout).kinds).toContainEqual(
      expect.objectContaining({ kind: 'AssetSetReconciled', store: 'asset', step: 'Reconciled' }),
    );
    expect(code).toBe(0);
  });
});

test('a window in weeks back is sent as dates, with a note', async () => {
  const { stderr, queries } = await events(['--window', '1w offset 2w']);
  expect(stderr).toMatch(/^note: --window 1w offset 2w: 2022-12-28T.*Kubecost counts 24 weeks/);
  expect(queries[0]).toMatch(/^window=2022-12-28T09%3A30%3A00Z%2C2023-01-04T09%3A30%3A00Z$/);
});

test('-q says no notes, and still errors', async () => {
  const quiet = await events(['-q', '--kind', 'AsetSet', '--window', '2022-06-03,2022-06-04']);
  expect(quiet.stderr).toBe('');
  expect((await events(['-q'], reply('x', 'text/plain', 500))).stderr).toContain('error: ');
});

test('-v shows the exchange', async () => {
  const { stderr } = await events(['-v', '--window', '7d']);
  expect(stderr).toMatch(
    /^> GET http:.*\/model\/etl\/log\?window=7d\n< 200 application\/json after \d+ ms\n/,
  );
});

describe('the table', () => {
  const log = (...asset: object[]) => replyData({ asset });

  test('has every time in UTC, whatever offset it was written with', async () => {
    const event = { kind: 'AssetSetSaved', time: '2026-03-09T01:30:00.25+02:00', metadata: {} };
    for (const format of ['table', 'wide']) {
      const { stdout } = await events(['-o', format], log(event));
      expect(stdout).toContain(
        format === 'wide' ? '2026-03-08T23:30:00.25Z' : '2026-03-08 23:30:00',
      );
    }
  });

  test('has the text of every error', async () => {
    const text = 'vector cannot contain metrics with the same labelset';
    const error = (metadata: object) => ({
      kind: 'AssetSetComputeError',
      time: '2026-03-09T01:30:00Z',
      metadata,
    });
    for (const metadata of [{ error: text }, { message: text }, { cause: { text } }]) {
      expect((await events([], log(error(metadata)))).stdout).toContain(text);
    }
  });

  test.each([
    ['2.4.3', true],
    ['1.105.0', false],
  ])('of Kubecost %s names the limit of its log: %s', async (chartVersion, isNoted) => {
    await using server = await serve({
      '/model/etl/log': reply(fixture('etl-log.json')),
      '/model/productConfigs': reply(JSON.stringify({ chartVersion })),
    });
    const { stderr } = await ran(['events', '--url', server.url]);
    expect(stderr.includes('the local cluster only')).toBe(isNoted);
  });
});

test('a counter that is no number is left out by name, in every format', async () => {
  const body =
    '{"code":200,"data":{"asset":[],"counters":{"AssetSetSaved":1e400,"AssetSetLoaded":2}}}';
  for (const format of ['json', 'csv', 'table']) {
    const { code, stdout, stderr } = await events(['-o', format, '--counters'], reply(body));
    expect(stdout).not.toMatch(/AssetSetSaved|Infinity/);
    expect(stdout).toContain('AssetSetLoaded');
    expect(stderr).toContain('AssetSetSaved (Infinity)');
    expect(code).toBe(0);
  }
});
