import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import { serversReportSchema } from '../../../src/diagnosis/servers-report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { reply, serve } from '../../support/server.ts';

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

test('what cannot hold several servers is refused before any request', async () => {
  const servers = await listOf('http://127.0.0.1:1');
  const junit = await run('--servers', servers, '-o', 'junit');
  expect(junit).toMatchObject({ code: 2, stderr: expect.stringContaining('no junit output') });
  const from = await run('--servers', servers, '--demo');
  expect(from).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
});
