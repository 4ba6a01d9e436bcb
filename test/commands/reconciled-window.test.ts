import { expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';

const now = '2026-03-11T12:00:00Z';
const world = { seed: 5, clusters: 2, nodes: 4, pods: 30, days: 12, port: 0 };
const clock = { now: () => Date.parse(now), sleep: async () => {} };

async function demo(as: ProductVariantName, ...faults: string[]) {
  const started = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  return { url: started.url, [Symbol.asyncDispose]: () => started.close() };
}

async function audit(url: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const types = ['--type', 'AuditClusterEquality'];
  const result = await ran(['audit', 'run', '--url', url, '-o', 'json', ...types, ...argv], deps);
  const report = result.stdout === '' ? null : (JSON.parse(result.stdout) as AuditReport);
  const dates = report?.audits.map(({ window }) => window.start.slice(5, 10));
  return { ...result, dates };
}

test.each([
  ['reconciled', 'reconcile-error=2026-03-08', ['03-07']],
  ['reconciled', 'reconcile-error=2026-03-06', ['03-08']],
  ['3d reconciled', 'reconcile-error=2026-03-06', ['03-03', '03-04', '03-05']],
  ['2d reconciled', 'gap=2026-03-07', ['03-05', '03-06']],
])('--window %s with %s', async (window, fault, expected) => {
  await using server = await demo('kubecost-2', fault);
  const { dates, stderr, code } = await audit(server.url, '--engine', 'local', '--window', window);
  expect(dates).toEqual(expected);
  expect(stderr).toContain(`note: --window ${window}: 2026-${expected[0]}T00:00:00Z,`);
  expect(code).toBe(0);
});

test('no such days: exit 3, with the newest one and how to see why', async () => {
  await using server = await demo('kubecost-2', 'reconcile-error=2026-03-04');
  const { code, stderr } = await audit(server.url, '--window', '8d reconciled');
  expect(code).toBe(3);
  expect(stderr).toContain(
    'no 8 consecutive settled days reconciled in every cluster; the newest one is 2026-03-08',
  );
  expect(stderr).toContain('kc-etl reconciliation --window');
});

test('a product that does not reconcile has no such days', async () => {
  await using server = await demo('opencost');
  for (const argv of [
    ['--window', 'reconciled'],
    ['--window', '3d', '--only-reconciled'],
  ]) {
    const { code, stderr } = await audit(server.url, ...argv);
    expect(code).toBe(3);
    expect(stderr).toContain('OpenCost does not reconcile');
  }
});

test('--only-reconciled leaves days out', async () => {
  await using server = await demo('kubecost-1.105', 'reconcile-error=2026-03-07');
  const argv = ['--engine', 'local', '--window', '2026-03-06,2026-03-09', '--only-reconciled'];
  const { code, dates, stderr } = await audit(server.url, ...argv);
  expect(dates).toEqual(['03-06', '03-08']);
  expect(stderr).toContain('--only-reconciled: 1 of 3 days left out: 2026-03-07 (partial)');
  expect(code).toBe(0);
});

test('--only-reconciled leaves out audits of the server, too', async () => {
  const server = ['--demo', '--as', 'kubecost-1.105', '--fault', 'reconcile-error=2026-03-07'];
  const argv = ['audit', 'run', '--engine', 'server', '--only-reconciled', '-o', 'json'];
  const scope = ['--window', '2026-03-06,2026-03-09', '--type', 'AuditClusterEquality'];
  const { code, stdout } = await ran(
    [...argv, ...scope, ...server],
    testDeps({ clock: new TestClock(now) }),
  );
  const report = JSON.parse(stdout) as AuditReport;
  expect(report.audits.map(({ window }) => window.start.slice(5, 10))).toEqual(['03-06', '03-08']);
  expect(code).toBe(0);
});

test('--only-reconciled needs a window, and a reconciled day in it', async () => {
  await using server = await demo('kubecost-2', 'reconcile-error=2026-03-07');
  const without = await audit(server.url, '--commit', '--only-reconciled');
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('--only-reconciled needs a --window');
  const argv = ['--window', '2026-03-07,2026-03-08', '--only-reconciled'];
  const { code, stderr } = await audit(server.url, ...argv);
  expect(code).toBe(3);
  expect(stderr).toContain('no day of the window is reconciled: 2026-03-07 (partial)');
});
