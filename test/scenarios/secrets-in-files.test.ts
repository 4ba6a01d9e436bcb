import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { TestClock } from '../support/deps.ts';
import { type Folder, folder } from '../support/folder.ts';
import { serve, type TestServer } from '../support/server.ts';
import { outcome, spawned, start } from '../support/spawn.ts';
import { hasTerminal, onTerminal, program } from '../support/terminal.ts';
import { until } from '../support/waiting.ts';

const token = 'tok<e>n&of"the\'service%25/-4711-end-of-it';
const basic = { user: 'finops', password: 'c0rrect/horse:battery-staple' };
const login = Buffer.from(`${basic.user}:${basic.password}`).toString('base64');

/** Every credential in a name of its own: the server writes it where a cluster or a node has its name. */
const env = {
  KC_ETL_API_KEY: token,
  KC_ETL_USER: `${basic.user}:${basic.password}`,
  COLUMNS: '400',
};

/** What may stand in no output and in no file. */
const spellings = [
  ...[token, basic.password].flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]),
  login,
  // what no format escapes, wherever it was cut
  ...parts('-4711-end-of-it'),
  ...parts(':battery-staple'),
];

function parts(text: string): string[] {
  return [...Array(text.length - 11).keys()].map((at) => text.slice(at, at + 12));
}

const place: Folder = folder();
let demo: Demo;
let server: TestServer;
beforeAll(async () => {
  const world = { port: 0, clusters: 2, nodes: 3, pods: 20, days: 8, seed: 5 };
  demo = await startDemo(
    { ...world, faults: [parseFault('lost-disk=all')] },
    { clock: new TestClock(Date.now()) },
  );
  server = await serve({
    // the embedded Kubecost, with the credentials of the request in the names
    '*': async ({ method, path, query, headers }, response) => {
      const { 'x-api-key': key = '', authorization = '' } = headers;
      const said = `${key} ${Buffer.from(authorization.slice(6), 'base64')} ${authorization}`;
      const answer = await fetch(`${demo.url}${path}?${query}`, { method });
      const text = await answer.text();
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      });
      const quoted = JSON.stringify(said).slice(1, -1);
      response.end(text.replaceAll('cluster-one', quoted).replaceAll('node-', `node ${quoted} `));
    },
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await demo?.close();
  place[Symbol.dispose]();
});

/** Runs a command line in the folder of the test; its output must hold no secret, and a mark if `marks`. */
async function clean(argv: readonly string[], { asks = true, marks = true } = {}): Promise<string> {
  const words = asks ? [...argv, '--url', server.url, '--retries', '0'] : argv;
  const { code, stdout, stderr } = await spawned(words, { HOME: place.path, ...env }, place.path);
  const text = `${stdout}\n${stderr}`;
  expect(text, argv.join(' ')).not.toContain('this should not have happened');
  expect([0, 1, 3, 5], `${argv.join(' ')}\n${text.slice(0, 2000)}`).toContain(code);
  noSecret(argv.join(' '), text);
  if (marks) expect(text.replaceAll('\\', ''), argv.join(' ')).toContain('[redacted]');
  return stdout;
}

function noSecret(what: string, text: string): void {
  const leaks = spellings.flatMap((spelling) => {
    const at = text.indexOf(spelling);
    return at < 0 ? [] : [`${what}: ${text.slice(Math.max(0, at - 100), at + 100)}`];
  });
  expect(leaks).toEqual([]);
}

/** Names and texts of all files in the folder. */
function noSecretInFiles(): string[] {
  const paths = readdirSync(place.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(place.path.length + 1));
  for (const path of paths) noSecret(path, `${path}\n${place.read(path)}`);
  return paths;
}

const window = ['--window', '3d settled'];
const run = ['audit', 'run', '--engine', 'local', ...window];

test('an AuditStore, and what trend, list, explain, compare and merge make of it', async () => {
  await clean([...run, '--audit-store', 'store', '--report', 'json=one.json']);
  await clean([...run, '--audit-store', 'shard-1', '--shard', '1/2', '--report', 'json=s1.json'], {
    marks: false,
  });
  await clean([...run, '--audit-store', 'shard-2', '--shard', '2/2', '--report', 'json=s2.json'], {
    marks: false,
  });
  for (const format of ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html']) {
    await clean(['audit', 'trend', '--audit-store', 'store', '-o', format], { asks: false });
    // csv and ndjson have a line for each audit, and audits have no names of objects
    const names = { asks: false, marks: format !== 'csv' && format !== 'ndjson' };
    await clean(['audit', 'merge', 'shard-1', 'shard-2', '-o', format], names);
    await clean(['audit', 'merge', 's1.json', 's2.json', '-o', format], names);
    await clean(['audit', 'list', '--audit-store', 'store', '-o', format], names);
  }
  await clean(['audit', 'merge', 'store', '--audit-store', 'merged'], { asks: false });
  const { findings } = JSON.parse(place.read('one.json')) as { findings: { id: string }[] };
  const { id } = findings.find(({ id }) => id.includes('[redacted]')) ?? { id: '' };
  expect(id).not.toBe('');
  await clean(['audit', 'explain', id, '--audit-store', 'store'], { asks: false });
  await clean(['audit', 'compare', 'one.json', 's1.json'], { asks: false, marks: false });
  const files = noSecretInFiles();
  expect(
    files.filter((path) => /^(store|merged|shard-\d)\/.*\.json$/.test(path)).length,
  ).toBeGreaterThan(4);
});

test.each(['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'prometheus'])(
  'fleet and reconciliation as %s',
  async (format) => {
    place.write('servers.txt', `${server.url}\n`);
    const formats = ['-o', format, ...window];
    await clean(['fleet', ...formats]);
    await clean(['fleet', '--servers', 'servers.txt', ...formats], { asks: false, marks: false });
    if (format !== 'prometheus') {
      await clean(['reconciliation', ...formats, '--audit-store', 'reconciled']);
      await clean(['repair', 'plan', ...formats], { marks: false });
    }
    noSecretInFiles();
  },
);

test('the state and the snapshot of a repair', async () => {
  const argv = ['repair', 'run', '--yes', '--state', 'repair', '--wait-timeout', '2s'];
  await clean([...argv, '--rebuild', 'asset', '--metrics-retention', '30d', ...window], {
    marks: false,
  });
  const files = noSecretInFiles();
  expect(files).toContain('repair/state.json');
  expect(place.read('repair/state.json')).toContain('[redacted]');
});

test('the pages of a watch, and its output', async () => {
  const argv = ['watch', '--audit-store', 'watched', '--listen', '127.0.0.1:0', ...window];
  const child = start([...argv, '--url', server.url], { HOME: place.path, ...env }, place.path);
  let said = '';
  child.stdout.on('data', (bytes) => (said += String(bytes)));
  const ended = outcome(child);
  await until('the watch listens', () => / listening on http/.test(said));
  const [url = ''] = /http:[^ \n]*/.exec(said) ?? [];
  await until('there is a report', async () => (await fetch(`${url}/readyz`)).ok);
  for (const page of ['/', '/api/report', '/metrics', '/healthz', '/readyz', '/nothing']) {
    const text = await (await fetch(`${url}${page}`)).text();
    noSecret(`${page} of watch`, text);
    if (/^\/(api.*)?$/.test(page)) expect(text).toContain('[redacted]');
  }
  child.kill('SIGTERM');
  const { stdout, stderr } = await ended;
  noSecret('watch', `${stdout}\n${stderr}`);
  expect(noSecretInFiles().filter((path) => path.startsWith('watched/')).length).toBeGreaterThan(2);
});

test.runIf(hasTerminal)('what a pager is given', async () => {
  place.write('pager.sh', `exec cat >"${place.at('paged.txt')}"`);
  const words = ['events', '--limit', '200', '--url', server.url];
  await onTerminal(`${program} ${words.join(' ')}`, {
    columns: 100,
    env: { ...env, PAGER: `sh ${place.at('pager.sh')}` },
  });
  const paged = place.read('paged.txt');
  expect(paged).toContain('AssetSetSaved');
  noSecret('the pager', paged);
});
