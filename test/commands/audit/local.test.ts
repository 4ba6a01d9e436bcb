import { expect, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { reply, serve } from '../../support/server.ts';

const now = '2026-03-11T12:00:00Z';
const world = { seed: 5, clusters: 2, nodes: 4, pods: 30, days: 12, port: 0 };
const clock = { now: () => Date.parse(now), sleep: async () => {} };

async function audit(url: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const result = await ran(['audit', 'run', '--url', url, '-o', 'json', ...argv], deps);
  const report = result.stdout === '' ? null : (JSON.parse(result.stdout) as AuditReport);
  return { ...result, report };
}

async function demo(as: 'kubecost-1.105' | 'kubecost-2' | 'opencost', ...faults: string[]) {
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  return { url: started.url, [Symbol.asyncDispose]: () => started.close() };
}

test('auto uses the server where it has the Audit API, and says when it does not', async () => {
  await using old = await demo('kubecost-1.105');
  await using newer = await demo('kubecost-2');
  const server = await audit(old.url, '--window', '2026-03-07,2026-03-08', '--no-wait');
  expect(server.report?.engine).toBe('server');
  const local = await audit(newer.url, '--window', '2026-03-07,2026-03-08');
  expect(local.report?.engine).toBe('local');
  expect(local.stderr).toContain('computing the audits locally');
  const agg = await audit(
    old.url,
    '--window',
    '2026-03-07,2026-03-08',
    '--type',
    'asset-agg-store',
  );
  expect(agg.report).toMatchObject({ engine: 'local', audits: [{ status: 'Passed' }] });
});

test('the server engine is not asked for what only the local one has', async () => {
  await using server = await serve({});
  for (const more of [
    ['--type', 'CheckDuplicate'],
    ['--cluster', 'one'],
    ['--tolerance', '1%'],
  ]) {
    const { code, stderr } = await audit(server.url, '--commit', '--engine', 'server', ...more);
    expect(code).toBe(2);
    expect(stderr).toContain('local');
  }
  expect(server.requests).toEqual([]);
});

test('--commit is the last seven settled days', async () => {
  await using kubecost = await demo('kubecost-2');
  const { report, stderr } = await audit(kubecost.url, '--engine', 'local', '--commit');
  const starts = [...new Set(report?.audits.map(({ window }) => window.start.slice(0, 10)))];
  expect(starts[0]).toBe('2026-03-02');
  expect(starts.at(-1)).toBe('2026-03-08');
  expect(stderr).toContain('2026-03-02T00:00:00Z,2026-03-09T00:00:00Z');
  expect(report?.summary).toMatchObject({ passed: 7 * 17, skipped: 0 });
});

test('a window that can still move is skipped with that reason, and --strict does not count it', async () => {
  await using kubecost = await demo('kubecost-2');
  const argv = ['--engine', 'local', '--window', '2026-03-09,2026-03-10', '--strict'];
  const { report, code } = await audit(kubecost.url, ...argv);
  const young = report?.audits.filter(({ status }) => status === 'Skipped') ?? [];
  expect(young.map(({ type }) => type)).toEqual([
    'AuditAllocationReconciliation',
    'AuditAssetReconciliation',
    'AuditClusterEquality',
  ]);
  // what compares costs could not be evaluated: the gate is undecided
  for (const { description } of young) expect(description).toMatch(/^not settled yet/);
  expect(code).toBe(3);
});

test('one cluster, more aggregates, a tolerance', async () => {
  await using kubecost = await demo('kubecost-2', 'price-drift=2026-03-07');
  const argv = ['--engine', 'local', '--window', '2026-03-07,2026-03-08'];
  const one = await audit(
    kubecost.url,
    ...argv,
    '--cluster',
    'cluster-two',
    '--aggregate',
    'label:app',
  );
  expect(one.report?.summary).toMatchObject({ failed: 0, warning: 0, skipped: 0 });
  const strict = await audit(kubecost.url, ...argv, '--type', 'AuditAllocationReconciliation');
  expect(strict.code).toBe(1);
  const lax = await audit(
    kubecost.url,
    ...argv,
    '--type',
    'AuditAllocationReconciliation',
    '--tolerance',
    '20%',
  );
  expect(lax.code).toBe(0);
});

test('concurrency does not change a verdict', async () => {
  await using kubecost = await demo('kubecost-2', 'lost-node=2026-03-07');
  const argv = ['--engine', 'local', '--window', '2026-03-06,2026-03-09'];
  const [one, four] = [
    await audit(kubecost.url, ...argv, '--concurrency', '1'),
    await audit(kubecost.url, ...argv, '--concurrency', '4'),
  ];
  expect(four.report?.audits).toEqual(one.report?.audits);
});

test('after a 504 nothing more is asked; what needed it is skipped, and the run ends with 3', async () => {
  await using server = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '/model/allocation': reply('<html>too slow</html>', 'text/html', 504),
    '/model/assets': reply('{"code":200,"data":[{}]}'),
  });
  const argv = ['--engine', 'local', '--window', '2026-03-05,2026-03-08', '--retries', '0'];
  const { report, code, stderr } = await audit(server.url, ...argv, '--concurrency', '1');
  expect(code).toBe(3);
  expect(stderr).toContain('returned 504');
  expect(report?.summary).toMatchObject({ passed: 0, failed: 0, skipped: 51 });
  const asked = server.requests.filter(({ path }) => path.startsWith('/model/allocation'));
  expect(asked).toHaveLength(1);
});

test('a body that breaks off is no data', async () => {
  await using server = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.3"}'),
    '*': reply('{"code":200,"data":[{"a/b/c/d/e":{"name":"a/b/c/d/e","cpuCost":1'),
  });
  const argv = ['--engine', 'local', '--window', '2026-03-05,2026-03-06', '--retries', '0'];
  const { report, code } = await audit(server.url, ...argv);
  expect(code).toBe(3);
  expect(report?.summary).toMatchObject({ passed: 0, failed: 0, skipped: 17 });
});

test('a null cost ends a run with 3 where the audits that need it are not the ones that fail', async () => {
  await using kubecost = await demo('kubecost-2', 'nan=2026-03-07');
  const argv = ['--engine', 'local', '--window', '2026-03-07,2026-03-08'];
  const needing = ['--type', 'AuditAllocationAggStore', '--type', 'CheckAllocationSum'];
  const { report, code, stderr } = await audit(
    kubecost.url,
    ...argv,
    ...needing,
    '--type',
    'CheckRowWindow',
  );
  expect(report?.summary).toMatchObject({ passed: 1, skipped: 2 });
  expect(code).toBe(3);
  expect(stderr).toMatch(/not all of the data could be retrieved: .* not known/);
  expect((await audit(kubecost.url, ...argv, '--type', 'CheckRowWindow')).code).toBe(0);
});
