import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import { fleetSchema } from '../../src/fleet/schema.ts';
import { formatsOf } from '../../src/output/render.ts';
import { day, formatTime } from '../../src/time.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

const now = '2026-03-31T12:00:00Z';
const world = { seed: 5, clusters: 3, nodes: 6, pods: 30, days: 50, port: 0 };
const clock = { now: () => Date.parse(now), sleep: async () => {} };

async function demo(as: ProductVariantName, ...faults: string[]) {
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  onTestFinished(() => started.close());
  return started.url;
}

async function fleet(...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const result = await ran(['fleet', '-o', 'json', ...argv], deps);
  const report = result.stdout === '' ? null : fleetSchema.parse(JSON.parse(result.stdout));
  return { ...result, report };
}

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'clusters.txt');
  await writeFile(path, text);
  return path;
}

const variants = [
  'kubecost-1.93',
  'kubecost-1.105',
  'kubecost-2',
  'kubecost-3',
  'opencost-1.102',
  'opencost-1.112',
  'opencost',
] as const;

test.each(variants)('%s: every cluster is complete, with a request per month', async (as) => {
  const url = await demo(as);
  const { report, code, stderr } = await fleet('--url', url, '--window', '40d settled', '-v');
  expect(code).toBe(0);
  expect(report?.summary).toMatchObject({ total: 3, complete: 3 });
  expect(report?.gate).toBe(null);
  const isKubecost = as.startsWith('kubecost');
  expect(report?.clusters[0]).toMatchObject({
    cluster: 'cluster-one',
    product: isKubecost ? 'kubecost' : 'opencost',
    lastDay: '2026-03-31',
  });
  const reconciled = report?.clusters.map(({ reconciledUntil }) => reconciledUntil !== null);
  expect(reconciled).toEqual([isKubecost, isKubecost, isKubecost]);
  const months = stderr.match(/> GET \S+\/allocation(\/compute)?\?/g) ?? [];
  expect(months.length).toBeLessThanOrEqual(as === 'opencost-1.102' ? 5 : 2);
});

test('an agent without workloads is silent, a gap is one of every cluster', async () => {
  const faults = Array.from(
    { length: 8 },
    (_, i) => `pods-missing=${formatTime(Date.parse(now) - i * day).slice(0, 10)},cluster-two`,
  );
  const url = await demo('kubecost-2', ...faults, 'gap=2026-03-10');
  const { report, code, stderr } = await fleet('--url', url, '--fail-on', 'silent');
  expect(report?.clusters).toMatchObject([
    { cluster: 'cluster-one', state: 'gaps', missingDays: ['2026-03-10'] },
    { cluster: 'cluster-three', state: 'gaps' },
    {
      cluster: 'cluster-two',
      state: 'silent',
      lastDay: '2026-03-23',
      missingDays: [
        '2026-03-10',
        '2026-03-24',
        '2026-03-25',
        '2026-03-26',
        '2026-03-27',
        '2026-03-28',
      ],
      detail: 'no workloads since 2026-03-24; volumes or load balancers still have costs',
    },
  ]);
  expect(report?.gate).toEqual({ failOn: ['silent'], passed: false });
  expect(code).toBe(1);
  expect(stderr).toContain('gate failed (silent): 0 of 3 complete, 2 gaps, 1 silent');
});

test('expected clusters: a missing one fails the gate, a misspelled one is unexpected', async () => {
  const url = await demo('kubecost-1.105');
  const expect3 = await fileOf('# all\ncluster-one\r\ncluster-thre\n\ncluster-two # the old one\n');
  const argv = ['--url', url, '--expect', expect3] as const;
  const { report, code } = await fleet(...argv, '--fail-on', 'missing,gaps');
  expect(report?.clusters.map(({ cluster, state }) => [cluster, state])).toEqual([
    ['cluster-one', 'complete'],
    ['cluster-thre', 'missing'],
    ['cluster-three', 'unexpected'],
    ['cluster-two', 'complete'],
  ]);
  expect(report?.summary).toMatchObject({ total: 3, complete: 2 });
  expect(code).toBe(1);
  expect((await fleet(...argv)).code).toBe(0);
  expect((await fleet(...argv, '--fail-on', 'never')).report?.gate).toBe(null);
});

test('the variable of --fail-on carries the command', async () => {
  const url = await demo('kubecost-2');
  const path = await fileOf('other');
  const deps = (name: string) =>
    testDeps({ clock: new TestClock(now), env: { [name]: 'missing', KC_ETL_URL: url } });
  const argv = ['fleet', '--expect', path, '-o', 'json'];
  expect((await ran(argv, deps('KC_ETL_FLEET_FAIL_ON'))).code).toBe(1);
  expect((await ran(argv, deps('KC_ETL_AUDIT_FAIL_ON'))).code).toBe(0);
});

test.each([
  ['nothing here', 'names no cluster', '# only a comment\n'],
  ['a table', ':2: expected a cluster id', 'one\ntwo,three four five\n'],
  ['a date that is none', ':1: 2026-13-45 is not a date', 'one 2026-13-45'],
  ['an id twice', ':2: one is in the file twice', 'one\none'],
])('an --expect file with %s is refused before any request', async (_, message, text) => {
  const { code, stderr, stdout } = await fleet(
    '--url',
    'http://127.0.0.1:1',
    '--expect',
    await fileOf(text),
  );
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a missing file, a window of reconciled days and an unknown state are usage errors', async () => {
  const url = ['--url', 'http://127.0.0.1:1'];
  const file = await fleet(...url, '--expect', '/nowhere/x');
  expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file') });
  const window = await fleet(...url, '--window', '7d reconciled');
  expect(window).toMatchObject({ code: 2, stderr: expect.stringContaining('30d settled') });
  const state = await fleet(...url, '--fail-on', 'mising');
  expect(state).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean missing') });
  expect((await fleet(...url, '--fail-on', 'never,gaps')).code).toBe(2);
});

/** A row of a cluster and day as every product prints it. */
function row(cluster: string, date: string, cpuCoreHours = 24) {
  const start = `${date}T00:00:00Z`;
  const end = formatTime(Date.parse(start) + day);
  return {
    name: cluster,
    window: { start, end },
    start,
    end,
    minutes: 1440,
    cpuCoreHours,
    totalCost: 5,
  };
}

/** A server whose `/allocation` answers each window as `answer` says; null: an error of the server. */
function server(answer: (days: string[]) => unknown) {
  return serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '/model/allocation': (request, response) => {
      const [start = '', end = ''] = (request.query.get('window') ?? '').split(',');
      const days: string[] = [];
      for (let at = Date.parse(start); at < Date.parse(end); at += day) {
        days.push(formatTime(at).slice(0, 10));
      }
      const data = answer(days);
      const handler =
        data === null
          ? reply('{"code":500,"message":"no set"}', 'application/json', 500)
          : replyData(data);
      return handler(request, response);
    },
  });
}

test('a month that the server cannot answer is halved; the day that fails is named', async () => {
  await using flawed = await server((days) =>
    days.includes('2026-03-10') ? null : days.map((date) => ({ one: row('one', date) })),
  );
  const { report, code } = await fleet('--url', flawed.url, '--retries', '0');
  expect(report?.clusters).toMatchObject([
    { cluster: 'one', state: 'unreachable', missingDays: [], lastDay: '2026-03-31' },
  ]);
  expect(report?.clusters[0]?.detail).toMatch(/some days could not be read: .* no set/);
  expect(report?.servers[0]?.error).toMatch(/no set/);
  expect(code).toBe(3);
  expect(flawed.requests.length).toBeLessThan(20);
});

test('a server that fails for every day is an error after few requests', async () => {
  await using broken = await server(() => null);
  const { code, stdout, stderr } = await fleet(
    '--url',
    broken.url,
    '--retries',
    '0',
    '--window',
    '90d settled',
  );
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/no set/);
  expect(broken.requests.length).toBeLessThan(20);
});

test('the clusters of one server fit a terminal of 60 columns', async () => {
  const deps = testDeps({ clock: new TestClock(now), columns: 60 });
  const url = await demo('kubecost-1.105');
  const { stdout } = await ran(['fleet', '--url', url, '--window', '5d'], deps);
  expect(stdout).toContain('cluster-three');
  for (const line of stdout.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test('a server that ignores the step is asked day by day', async () => {
  await using whole = await server((days) => {
    const [first = '', last = ''] = [days[0], days.at(-1)];
    return [
      {
        one: {
          ...row('one', first),
          window: undefined,
          end: formatTime(Date.parse(`${last}T00:00:00Z`) + day),
        },
      },
    ];
  });
  const { report, code } = await fleet('--url', whole.url, '--window', '7d settled');
  expect(report?.clusters).toMatchObject([{ cluster: 'one', state: 'complete', missingDays: [] }]);
  expect(code).toBe(0);
});

test('rows that the server says are incomplete make no day missing', async () => {
  await using partial = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '/model/allocation': reply(
      JSON.stringify({
        code: 200,
        warning: 'rows were left out',
        data: [{ one: row('one', '2026-03-20') }],
      }),
    ),
  });
  const path = await fileOf('one\ntwo\n');
  const { report, code } = await fleet(
    '--url',
    partial.url,
    '--expect',
    path,
    '--fail-on',
    'missing,gaps',
  );
  expect(report?.clusters.map(({ state }) => state)).toEqual(['unreachable', 'unreachable']);
  expect(report?.gate?.passed).toBe(null);
  expect(code).toBe(3);
});

test('a server without data is missing itself, and does not pass', async () => {
  await using empty = await server(() => []);
  const { report, code } = await fleet('--url', empty.url, '--fail-on', 'missing');
  expect(report?.clusters).toMatchObject([{ cluster: null, state: 'missing' }]);
  expect(code).toBe(1);
});

test.each(formatsOf('fleet'))('-o %s names every cluster that is not complete', async (format) => {
  const url = await demo('kubecost-2');
  const path = await fileOf('cluster-one\nlost-cluster\n');
  const { stdout, code } = await ran(
    ['fleet', '--url', url, '--expect', path, '-o', format],
    testDeps({ clock: new TestClock(now), columns: 80 }),
  );
  expect(code).toBe(0);
  expect(stdout).toContain('lost-cluster');
  expect(stdout).toContain('cluster-three');
  if (format !== 'prometheus') expect(stdout).toContain('unexpected');
});
