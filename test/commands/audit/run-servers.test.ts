import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import { serversReportSchema } from '../../../src/diagnosis/servers-report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { reply, serve } from '../../support/server.ts';
import { all, parseXml } from '../../support/xml.ts';

const now = '2026-03-31T12:00:00Z';
const clock = { now: () => Date.parse(now), sleep: async () => {} };
const window = ['--window', '2026-03-26,2026-03-28'];

async function demo(as: ProductVariantName, seed: number, ...faults: string[]) {
  const world = { seed, clusters: 1, nodes: 2, pods: 10, days: 8, port: 0 };
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  onTestFinished(() => started.close());
  return started.url;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'run-servers-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function listOf(...lines: string[]): Promise<string> {
  const path = join(await folder(), 'servers.txt');
  await writeFile(path, lines.join('\n'));
  return path;
}

function run(...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  return ran(['audit', 'run', ...window, '--retries', '0', ...argv], deps);
}

async function report(...argv: string[]) {
  const result = await run('-o', 'json', ...argv);
  const parsed = result.stdout === '' ? null : serversReportSchema.parse(JSON.parse(result.stdout));
  return { ...result, report: parsed };
}

async function closedUrl(): Promise<string> {
  const closed = await serve({});
  await closed[Symbol.asyncDispose]();
  return closed.url;
}

test('servers of several products are audited into one report and one store', async () => {
  const good = await demo('kubecost-2', 1);
  const faulty = await demo('kubecost-3', 2, 'lost-node=2026-03-26');
  const open = await demo('opencost', 3);
  const down = await closedUrl();
  const store = join(await folder(), 'audits');
  const servers = await listOf(
    `- { name: good, url: '${good}' }`,
    `- { name: faulty, url: '${faulty}' }`,
    `- { name: open, url: '${open}' }`,
    `- { name: down, url: '${down}' }`,
  );
  const argv = ['--servers', servers, '--audit-store', store];
  const first = await report(...argv);
  expect(
    first.report?.servers.map((one) => [one.server, one.exitCode, one.error !== null]),
  ).toEqual([
    ['good', 0, false],
    ['faulty', 1, false],
    ['open', 0, false],
    ['down', 3, true],
  ]);
  expect(first.report?.servers[1]?.report?.findings[0]?.code).toBe('node-without-asset');
  expect(first.report?.gate).toMatchObject({ decision: 'failed', passed: false });
  const sum = first.report?.servers.reduce(
    (all, one) => all + (one.report?.summary.passed ?? 0),
    0,
  );
  expect(first.report?.summary.passed).toBe(sum);
  expect(first.code).toBe(1);
  expect(first.stderr).toContain('down: nothing listens');
  expect(first.stderr).toContain('on 3 of 4 servers');
  expect(await readdir(join(store, 'servers'))).toHaveLength(3);

  const second = await report(...argv);
  expect(second.stderr).toContain('good: 2 of 2 days read from');
  expect(second.report?.summary).toEqual(first.report?.summary);
});

test('a server that fails makes the gate undecided: exit 3', async () => {
  const good = await demo('opencost', 1);
  const down = await closedUrl();
  for (const servers of [await listOf(down, good), await listOf(good, down)]) {
    const mixed = await report('--servers', servers);
    expect(mixed.report?.gate?.decision).toBe('undecided');
    expect(mixed.code).toBe(3);
  }
});

test('every server refuses the credentials: exit 4', async () => {
  await using locked = await serve({ '*': reply('{"message":"no"}', 'application/json', 401) });
  expect((await report('--servers', await listOf(locked.url))).code).toBe(4);
});

test.each(['table', 'wide', 'markdown', 'csv', 'ndjson', 'yaml', 'prometheus'])(
  '-o %s names every server',
  async (format) => {
    const [one, two] = await Promise.all([
      demo('opencost', 1),
      demo('kubecost-2', 2, 'lost-disk=2026-03-26'),
    ]);
    const down = await closedUrl();
    const servers = await listOf(one, two, down);
    const { stdout, code } = await run('--servers', servers, '-o', format);
    expect(code).toBe(1);
    for (const url of [one, two, ...(format === 'csv' ? [] : [down])]) {
      expect(stdout.replaceAll('\\', '')).toContain(url);
    }
  },
);

/** Two servers that can be audited, one of them with a lost disk, and one that cannot. */
async function three() {
  const [good, faulty] = await Promise.all([
    demo('opencost', 1),
    demo('kubecost-2', 2, 'lost-disk=2026-03-26'),
  ]);
  return listOf(
    `- { name: good, url: '${good}' }`,
    `- { name: 'faulty <b>', url: '${faulty}' }`,
    `- { name: down, url: '${await closedUrl()}' }`,
  );
}

test('-o junit: testsuites named by server, an error for one that cannot be audited', async () => {
  const { stdout, code } = await run('--servers', await three(), '-o', 'junit');
  expect(code).toBe(1);
  const root = parseXml(stdout);
  expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
    ...['good: 2026-03-26', 'good: 2026-03-27'],
    ...['faulty <b>: 2026-03-26', 'faulty <b>: 2026-03-27', 'down'],
  ]);
  const sum = (name: string) =>
    root.children.reduce((total, { attributes }) => total + Number(attributes[name]), 0);
  for (const name of ['tests', 'failures', 'errors', 'skipped']) {
    expect(Number(root.attributes[name]), name).toBe(sum(name));
  }
  expect(root.attributes['errors']).toBe('1');
  expect(Number(root.attributes['failures'])).toBeGreaterThan(0);
  expect(all(root, 'error')[0]?.text).toContain('nothing listens');
  const names = all(root, 'testcase').map(({ attributes: a }) => `${a['classname']} ${a['name']}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('kc-etl.good.2026-03-26 AuditClusterEquality');
});

test('-o sarif: one run; results name their server, which is part of their identity', async () => {
  const { stdout } = await run('--servers', await three(), '-o', 'sarif');
  const { runs } = JSON.parse(stdout);
  expect(runs).toHaveLength(1);
  const [{ results, invocations }] = runs;
  expect(invocations[0].executionSuccessful).toBe(false);
  expect(invocations[0].toolExecutionNotifications[0]).toMatchObject({
    level: 'error',
    message: { text: expect.stringMatching(/^down: nothing listens/) },
  });
  expect(results[0]).toMatchObject({
    ruleId: 'disk-without-asset',
    message: { text: expect.stringMatching(/^faulty <b>: /) },
    partialFingerprints: { 'server/v1': 'faulty <b>' },
    properties: { server: 'faulty <b>' },
  });
});

test('-o github: servers that cannot be audited, then findings, each with its server', async () => {
  const summary = join(await folder(), 'summary.md');
  await writeFile(summary, '');
  const deps = testDeps({
    clock: new TestClock(now),
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
  });
  const argv = ['--servers', await three(), '-o', 'github', '--retries', '0'];
  const { stdout } = await ran(['audit', 'run', ...window, ...argv], deps);
  const lines = stdout.split('\n').filter((line) => line.startsWith('::error'));
  expect(lines[0]).toMatch(/^::error title=down not audited::nothing listens/);
  expect(lines[1]).toMatch(/^::error title=faulty <b>%3A disk-without-asset/);
  const markdown = await readFile(summary, 'utf8');
  expect(markdown).toContain('**FAILED**: 1 finding on 1 of 3 servers; not audited: down');
  expect(markdown).toContain('## faulty &lt;b&gt;\n');
  expect(markdown).toContain('`disk-without-asset`');
  expect(markdown).toMatch(/## down\n\n\*\*not audited\*\*: nothing listens/);
});

test('-o html: a page with a section for each server, and no id twice', async () => {
  const path = join(await folder(), 'audits.html');
  const { code } = await run('--servers', await three(), '--report', `html=${path}`);
  expect(code).toBe(1);
  const html = await readFile(path, 'utf8');
  expect(html).toContain('<summary id="server-2-name">faulty &lt;b&gt;</summary>');
  expect(html).not.toContain('faulty <b>');
  expect(html).toContain('not audited: nothing listens');
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const used = [
    ...html.matchAll(/ (?:aria-labelledby|data-for)="([^"]*)"| href="#([^"]*)"/g),
  ].flatMap(([, names, anchor = '']) => names?.split(' ') ?? [anchor]);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((id) => !ids.includes(id))).toEqual([]);
});

test('--record keeps a recording of every server, which can be audited again', async () => {
  const dir = join(await folder(), 'recordings');
  await run('--servers', await three(), '--record', dir);
  const names = (await readdir(dir)).sort();
  expect(names).toEqual(['down', expect.stringMatching(/^faulty-b-[0-9a-f]{8}$/), 'good']);
  const again = await run('--from', join(dir, names[1] ?? ''), '-o', 'json');
  expect(again.code).toBe(1);
  expect(JSON.parse(again.stdout).findings[0].code).toBe('disk-without-asset');
  expect(await run('--from', join(dir, 'good'))).toMatchObject({ code: 0 });
});

test('a server besides the list is refused before any request', async () => {
  const servers = await listOf('http://127.0.0.1:1');
  const from = await run('--servers', servers, '--demo');
  expect(from).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
});
