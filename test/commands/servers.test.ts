import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseServers } from '../../src/commands/servers/parse.ts';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import { fleetSchema } from '../../src/fleet/schema.ts';
import { day, formatTime } from '../../src/time.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { type Handler, reply, replyData, serve } from '../support/server.ts';

const now = '2026-03-31T12:00:00Z';
const clock = { now: () => Date.parse(now), sleep: async () => {} };

/** A fleet on disk: the servers file, the user's profiles, and the expected clusters. */
async function files(servers: string, profiles = '', expected = '') {
  const folder = await mkdtemp(join(tmpdir(), 'servers-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'kc-etl', 'config.yaml');
  await mkdir(join(folder, 'kc-etl'));
  if (profiles !== '') await writeFile(config, `profiles:\n${profiles}`);
  if (profiles !== '') await chmod(config, 0o600);
  await writeFile(join(folder, 'servers.txt'), servers);
  await writeFile(join(folder, 'clusters.txt'), expected);
  return {
    env: { XDG_CONFIG_HOME: folder },
    servers: ['--servers', join(folder, 'servers.txt')],
    expect: ['--expect', join(folder, 'clusters.txt')],
  };
}

async function fleet(argv: readonly string[], env: Record<string, string> = {}) {
  const deps = testDeps({ clock: new TestClock(now), env });
  const result = await ran(['fleet', '-o', 'json', ...argv], deps);
  const report = result.stdout === '' ? null : fleetSchema.parse(JSON.parse(result.stdout));
  return { ...result, report };
}

async function demo(as: ProductVariantName, ...faults: string[]) {
  const world = { seed: 5, clusters: 2, nodes: 4, pods: 20, days: 40, port: 0 };
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  onTestFinished(() => started.close());
  return started.url;
}

/** A Kubecost 2 of one cluster with data on every day, for requests with these headers only. */
function cluster(id: string, allows: (headers: Record<string, unknown>) => boolean = () => true) {
  const guarded =
    (handler: Handler): Handler =>
    (request, response) =>
      allows(request.headers)
        ? handler(request, response)
        : reply('{"message":"no"}', 'application/json', 401)(request, response);
  return serve({
    '/model/productConfigs': guarded(reply('{"chartVersion":"2.4.3"}')),
    '/model/allocation': guarded((request, response) => {
      const [start = '', end = ''] = (request.query.get('window') ?? '').split(',');
      const sets: unknown[] = [];
      for (let at = Date.parse(start); at < Date.parse(end); at += day) {
        const window = { start: formatTime(at), end: formatTime(at + day) };
        sets.push({ [id]: { name: id, window, cpuCoreHours: 24, totalCost: 5 } });
      }
      return replyData(sets)(request, response);
    }),
  });
}

test('servers of every product in one report; those that fail are named and hide nothing', {
  timeout: 60_000,
}, async () => {
  const good = await Promise.all(
    (['kubecost-1.105', 'kubecost-2', 'kubecost-3', 'opencost'] as const).map((as) => demo(as)),
  );
  await using slow = await cluster('slow');
  // answers only once a server after it in the file has been read
  let wake = () => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  await using late = await serve({
    '*': async (request, response) => {
      await woken;
      const answer = await fetch(`${slow.url}${request.path}?${request.query}`);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    },
  });
  await using locked = await cluster('locked', () => {
    wake();
    return false;
  });
  await using login = await serve({
    '*': reply('<form><input type="password"></form>', 'text/html'),
  });
  await using hung = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '/model/allocation': () => {},
  });
  const closed = await serve({});
  await closed[Symbol.asyncDispose]();
  const bad = [locked.url, login.url, hung.url, closed.url];
  const file = await files(
    ['# mixed', ...good, late.url, ...bad].join('\n'),
    '',
    'cluster-one\nslow\nnowhere\n',
  );
  const argv = [...file.servers, '--timeout', '5s', '--retries', '0'];
  const { report, code, stderr } = await fleet(argv);
  expect(
    report?.servers.map(({ server, product, error }) => [server, product, error !== null]),
  ).toEqual([
    ...good.map((url, i) => [url, i < 3 ? 'kubecost' : 'opencost', false]),
    [late.url, 'kubecost', false],
    ...bad.map((url) => [url, null, true]),
  ]);
  expect(report?.summary).toMatchObject({ complete: 9, total: 9, unreachable: 4 });
  const rows = report?.clusters.filter(({ state }) => state === 'unreachable') ?? [];
  expect(rows.map(({ cluster: id, server }) => [id, server]).sort()).toEqual(
    bad.map((url) => [null, url]).sort(),
  );
  expect(rows.map(({ detail }) => detail).join('\n')).toMatch(/401.*login page|login page.*401/s);
  expect(code).toBe(3);
  expect(stderr).toContain('9 of 9 complete, 4 unreachable');

  const quick = await files([...good, closed.url].join('\n'), '', 'cluster-one\nslow\nnowhere\n');
  const expected = [...quick.servers, ...quick.expect, '--retries', '0'];
  const missing = await fleet([...expected, '--fail-on', 'missing']);
  expect(missing.report?.clusters.find(({ cluster: id }) => id === 'nowhere')?.state).toBe(
    'unreachable',
  );
  expect(missing.report?.gate?.passed).toBe(null);
  expect(missing.code).toBe(3);
  const unexpected = await fleet([...expected, '--fail-on', 'missing,unexpected']);
  expect(unexpected.code).toBe(1);
});

test('each server gets the credentials of its own profile, and no other', async () => {
  const token = (want: string) => (headers: Record<string, unknown>) =>
    headers['authorization'] === `Bearer ${want}`;
  await using first = await cluster('one', token('first-secret'));
  await using second = await cluster('two', token('second-secret'));
  await using open = await cluster('three', (headers) => headers['authorization'] === undefined);
  const file = await files(
    `- eu\n- name: us\n  url: ${second.url}\n  profile: login\n- ${open.url}\n`,
    `  eu: { url: '${first.url}', token: first-secret }\n  login: { token: second-secret }\n`,
  );
  const env = {
    ...file.env,
    KC_ETL_TOKEN: 'from-the-environment',
    KC_ETL_URL: 'http://127.0.0.1:1',
  };
  const { report, code, stderr, stdout } = await fleet([...file.servers, '-v'], env);
  expect(report?.clusters.map(({ cluster: id, server, state }) => [id, server, state])).toEqual([
    ['one', 'eu', 'complete'],
    ['three', open.url, 'complete'],
    ['two', 'us', 'complete'],
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain('KC_ETL_URL, KC_ETL_TOKEN not used');
  expect(stdout + stderr).not.toMatch(/first-secret|second-secret|from-the-environment/);
});

test('a profile with the address of another server keeps its credentials', async () => {
  await using target = await cluster('one', () => true);
  const file = await files(
    `- { url: '${target.url}', profile: eu }\n`,
    "  eu: { url: 'http://127.0.0.1:1', token: first-secret }\n",
  );
  const { stderr } = await fleet(file.servers, file.env);
  expect(stderr).toMatch(/is not sent to 127\.0\.0\.1/);
  expect(target.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

test('a password in an address is sent, and never shown', async () => {
  await using target = await cluster('one', ({ authorization }) =>
    String(authorization).startsWith('Basic'),
  );
  const file = await files(target.url.replace('://', '://me:hunter22@'));
  const { report, code, stdout, stderr } = await fleet([...file.servers, '-v'], file.env);
  expect(report?.servers[0]?.server).toBe(target.url);
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain('hunter22');
});

test('every server refuses the credentials: exit 4; one of several: exit 3', async () => {
  await using locked = await cluster('one', () => false);
  await using open = await cluster('two');
  const only = await files(locked.url);
  expect((await fleet(only.servers)).code).toBe(4);
  const both = await files(`${locked.url}\n${open.url}\n`);
  expect((await fleet(both.servers)).code).toBe(3);
  expect((await fleet([...both.servers, '--fail-on', 'unreachable'])).code).toBe(1);
});

test('a list from a variable gives way to a server on the command line; two on it are an error', async () => {
  await using target = await cluster('one');
  const file = await files('http://127.0.0.1:1');
  const env = { KC_ETL_SERVERS: file.servers[1] ?? '' };
  expect(await fleet(['--url', target.url], env)).toMatchObject({ code: 0 });
  const both = await fleet(['--url', target.url, ...file.servers]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
  const token = await fleet([...file.servers, '--token', 'secret-word']);
  expect(token).toMatchObject({ code: 2, stderr: expect.stringContaining('every server') });
  expect((await fleet(['--servers', '/nowhere/x'])).code).toBe(2);
});

test('a list and a recording from variables: every server has its own, and there is no other', async () => {
  await using first = await cluster('one');
  await using second = await cluster('two');
  const file = await files(`${first.url}\n${second.url}\n`);
  using recordings = folder();
  const env = { KC_ETL_SERVERS: file.servers[1] ?? '', KC_ETL_RECORD: recordings.at('r') };
  expect(await fleet([], env)).toMatchObject({ code: 0 });
  const recorded = readdirSync(recordings.at('r'));
  expect(recorded).toHaveLength(2);
  for (const name of recorded) expect(readdirSync(recordings.at(`r/${name}`))).not.toEqual([]);
});

test('a line is an address, a profile or a kubectl context', async () => {
  const text = [
    '# fleet',
    'eu # the profile',
    'https://ops.example.com/kubecost/',
    'localhost:9090',
    'kubecost.example.com:9003',
    'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
    'gke_project_zone_name',
  ].join('\r\n');
  const entries = await parseServers(text, 'f', ['eu']);
  expect(
    entries.map(({ name, url, context, profile, source }) => [
      name,
      url ?? context ?? profile,
      source,
    ]),
  ).toEqual([
    ['eu', 'eu', 'f:2'],
    ['https://ops.example.com/kubecost', 'https://ops.example.com/kubecost/', 'f:3'],
    ['localhost:9090', 'localhost:9090', 'f:4'],
    ['kubecost.example.com:9003', 'kubecost.example.com:9003', 'f:5'],
    [
      'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
      'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
      'f:6',
    ],
    ['gke_project_zone_name', 'gke_project_zone_name', 'f:7'],
  ]);
  expect(entries.filter(({ url }) => url !== null)).toHaveLength(3);
  expect(entries.filter(({ context }) => context !== null)).toHaveLength(2);
});

test('YAML lists, at the top or under servers', async () => {
  const list = '- eu\n- name: us\n  context: us-admin\n  profile: eu\n- url: http://h:1\n';
  const indented = `servers:\n${list.replace(/^/gm, '  ').trimEnd()}\n`;
  for (const text of [list, indented]) {
    const entries = await parseServers(text, 'f', ['eu']);
    expect(entries.map(({ name, url, context, profile }) => [name, url, context, profile])).toEqual(
      [
        ['eu', null, null, 'eu'],
        ['us', null, 'us-admin', 'eu'],
        ['http://h:1', 'http://h:1', null, null],
      ],
    );
  }
});

test.each([
  ['names no server', '# nothing\n\n'],
  [':2: expected one profile', 'a\nb c\n'],
  [":2: 'token' is not known", '- name: a\n  token: x\n'],
  ["'urll' is not known; did you mean url?", '- urll: x\n'],
  ['url and context exclude each other', '- { url: http://h, context: c }\n'],
  ["there is no profile 'prod'", '- profile: prod\n'],
  ['is in the file twice', 'a\nb\na\n'],
  ['is in the file twice', '- { name: a, url: http://h }\n- { name: b, url: http://h }\n'],
  ['expected a list of servers', 'servers: { a: b }\n'],
  ["'url' must be a string", '- url: [a]\n'],
  ['f:2: Flow map', '- { a\n'],
])('%s', async (message, text) => {
  await expect(parseServers(text, 'f', ['eu'])).rejects.toThrow(message);
});
