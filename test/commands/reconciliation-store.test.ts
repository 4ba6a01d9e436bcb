import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import { reconciliationSchema } from '../../src/reconciliation/schema.ts';
import { storedReconciliationSchema } from '../../src/store/reconciliation.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const now = '2026-03-11T12:00:00Z';
const window = '2026-03-03,2026-03-11';

function demo(as: ProductVariantName, ...faults: string[]): Promise<Demo> {
  const world = { seed: 5, clusters: 2, nodes: 4, pods: 30, days: 12, port: 0 };
  const options = { ...demoDefaults, ...world, as, faults: faults.map(parseFault) };
  return startDemo(options, { clock: new TestClock(now) });
}

/** Runs `reconciliation`; `requested` are the days whose assets were requested, not only their total. */
async function run(url: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const result = await ran(
    ['reconciliation', '--url', url, '-o', 'json', '-v', '--window', window, ...argv],
    deps,
  );
  const { server: _, ...report } = reconciliationSchema.parse(JSON.parse(result.stdout));
  const requests = [
    ...result.stderr.matchAll(/> GET \S*\/assets\?(?!\S*aggregate=)\S*window=(\d{4}-\d\d-\d\d)/g),
  ];
  return {
    ...result,
    report,
    requested: [...new Set(requests.map(([, date = '']) => date))].sort(),
  };
}

const filesOf = (dir: string) =>
  readdirSync(join(dir, 'reconciliation'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(dir, 'reconciliation', path))
    .sort();

const check = (dir: string) => ran(['audit', 'list', '--audit-store', dir, '--check'], testDeps());

describe('reconciliation --audit-store', { timeout: 60_000 }, () => {
  let server: Demo;
  beforeAll(async () => {
    server = await demo('kubecost-2', 'reconcile-error=2026-03-07');
  }, 60_000);
  afterAll(() => server.close());

  test('final settled days are not requested again; the report stays that of a run without a store', async () => {
    using temporary = folder();
    const plain = await run(server.url);
    const first = await run(server.url, '--audit-store', temporary.path);
    expect(first.stderr).toContain('0 of 8 days read from');
    const again = await run(server.url, '--audit-store', temporary.path);
    expect(again.stderr).toContain('5 of 8 days read from');
    expect(again.requested).toEqual(['2026-03-07', '2026-03-09', '2026-03-10']);
    expect([first.report, again.report]).toEqual([plain.report, plain.report]);
    expect(plain.report.summary.partial).toBe(2);
  });

  test('--rerun requests all days again, and needs a store', async () => {
    using temporary = folder();
    await run(server.url, '--audit-store', temporary.path);
    expect(
      (await run(server.url, '--audit-store', temporary.path, '--rerun')).requested,
    ).toHaveLength(8);
    const argv = ['reconciliation', '--url', server.url, '--rerun'];
    const { code, stderr } = await ran(argv, testDeps());
    expect([code, stderr]).toEqual([2, expect.stringContaining('--rerun needs an AuditStore')]);
  });

  test('files say what they are; a damaged one is named, and its day evaluated again', async () => {
    using temporary = folder();
    const whole = await run(server.url, '--audit-store', temporary.path);
    const [path = '', second = '', third = ''] = filesOf(temporary.path);
    expect(storedReconciliationSchema.parse(JSON.parse(readFileSync(path, 'utf8')))).toMatchObject({
      server: { product: 'kubecost', address: server.url },
      window: { start: '2026-03-03T00:00:00Z' },
    });
    expect((await check(temporary.path)).code).toBe(0);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    writeFileSync(
      second,
      readFileSync(second, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 2'),
    );
    writeFileSync(
      third,
      readFileSync(second, 'utf8').replace('"schemaVersion": 2', '"schemaVersion": 1'),
    );
    const checked = await check(temporary.path);
    expect(checked.code).toBe(3);
    expect(checked.stderr).toContain(`${path} is not JSON`);
    expect(checked.stderr).toContain(`${second} was written by a newer kc-etl (schema 2)`);
    expect(checked.stderr).toContain(`${third} holds the day of reconciliation/`);
    const again = await run(server.url, '--audit-store', temporary.path);
    expect(again.stderr).toContain(`${path} is not JSON; the day is evaluated again`);
    expect(again.report).toEqual(whole.report);
    expect((await check(temporary.path)).code).toBe(0);
  });

  test('a day of other rules or with another cost metric is evaluated', async () => {
    using temporary = folder();
    const store = ['--audit-store', temporary.path];
    await run(server.url, ...store);
    const [path = ''] = filesOf(temporary.path);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"reconciliationVersion": 1', '"reconciliationVersion": 0'));
    expect((await run(server.url, ...store)).requested).toContain('2026-03-03');
    expect((await run(server.url, ...store, '--cost-metric', 'listCost')).requested).toHaveLength(
      8,
    );
    expect((await run(server.url, ...store)).stderr).toContain('5 of 8 days read from');
  });
});

describe('--recheck', { timeout: 60_000 }, () => {
  /** A server whose answers to requests of a path and day are changed, once there is a change. */
  async function changing() {
    const server = await demo('kubecost-2');
    const state: { path: RegExp; change: ((text: string) => string) | null } = {
      path: /./,
      change: null,
    };
    const proxy = await serve({
      '*': async (request, response) => {
        const answer = await fetch(`${server.url}${request.path}?${request.query}`);
        const text = await answer.text();
        const isChanged =
          state.path.test(request.path) && /window=2026-03-05T00/.test(String(request.query));
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(isChanged && state.change ? state.change(text) : text);
      },
    });
    const close = async () => {
      await proxy[Symbol.asyncDispose]();
      await server.close();
    };
    return { url: proxy.url, state, close };
  }

  test('requests two totals of a day and evaluates none again where nothing changed', async () => {
    using temporary = folder();
    const { url, close } = await changing();
    const first = await run(url, '--audit-store', temporary.path);
    const again = await run(url, '--audit-store', temporary.path, '--recheck');
    await close();
    expect(again.stderr).toContain('6 of 8 days read from');
    expect(again.requested).toEqual(['2026-03-09', '2026-03-10']);
    const totals = again.stderr.match(/> GET \S*aggregate=(type|provider)(&|\b)\S*/g) ?? [];
    expect(totals).toHaveLength(2 * 6 + 1); // and the providers that bill
    expect(again.report).toEqual(first.report);
  });

  test.each<[string, RegExp, string, (text: string) => string]>([
    [
      'bills',
      /cloudCost$/,
      'partial',
      (text) => text.replace(/("cost": ?)(\d)/g, '$11$2'), // each line costs more
    ],
    [
      'assets',
      /assets$/,
      'reconciled',
      (text) => text.replace(/"totalCost": ?(\d+)/, (_, whole) => `"totalCost":1${whole}`),
    ],
  ])(
    '%s that changed are named, and their day is evaluated again',
    async (what, path, state, change) => {
      using temporary = folder();
      const server = await changing();
      const store = ['--audit-store', temporary.path];
      await run(server.url, ...store);
      Object.assign(server.state, { path, change });
      expect((await run(server.url, ...store)).stderr).toContain('6 of 8 days read from');
      const again = await run(server.url, ...store, '--recheck');
      const later = await run(server.url, ...store);
      const plain = await run(server.url);
      await server.close();
      expect(again.stderr).toMatch(
        new RegExp(
          `2026-03-05 changed since it was stored \\(${what} [\\d.]+ -> [\\d.]+\\): evaluated again`,
        ),
      );
      expect(again.stderr).toContain('5 of 8 days read from');
      expect(again.report).toEqual(plain.report);
      expect(later.report).toEqual(plain.report); // the copy from before is gone
      const states = plain.report.days.filter(({ window }) =>
        window.start.startsWith('2026-03-05'),
      );
      expect(new Set(states.map((one) => one.state))).toContain(state);
    },
  );

  test('a day whose totals cannot be read is evaluated again; without a store it is refused', async () => {
    using temporary = folder();
    const server = await changing();
    const store = ['--audit-store', temporary.path, '--retries', '0'];
    await run(server.url, ...store);
    Object.assign(server.state, { path: /assets$/, change: () => '{"code":500}' });
    const again = await run(server.url, ...store, '--recheck');
    await server.close();
    expect(again.code).toBe(3);
    expect(again.report.unavailable).toMatchObject([{ window: { start: '2026-03-05T00:00:00Z' } }]);
    const argv = ['reconciliation', '--url', server.url, '--recheck'];
    const { code, stderr } = await ran(argv, testDeps());
    expect([code, stderr]).toEqual([2, expect.stringContaining('--recheck needs an AuditStore')]);
  });
});

test('a day without data between stored days stays unknown', async () => {
  using temporary = folder();
  const server = await demo('kubecost-2', 'gap=2026-03-05');
  const first = await run(server.url, '--audit-store', temporary.path);
  const again = await run(server.url, '--audit-store', temporary.path);
  await server.close();
  expect(again.stderr).toContain('5 of 8 days read from');
  expect(first.report.unavailable).toMatchObject([{ window: { start: '2026-03-05T00:00:00Z' } }]);
  expect([again.code, again.report]).toEqual([3, first.report]);
});

test('OpenCost: every settled day is final', async () => {
  using temporary = folder();
  const server = await demo('opencost');
  const first = await run(server.url, '--audit-store', temporary.path);
  const again = await run(server.url, '--audit-store', temporary.path);
  await server.close();
  expect(first.report.summary.never).toBe(16);
  expect([again.report, again.requested]).toEqual([first.report, []]);
});

test('a stored never is evaluated again once its provider has a bill on another day', async () => {
  using temporary = folder();
  const server = await demo('kubecost-2');
  let isBilled = false;
  await using proxy = await serve({
    '*': async (request, response) => {
      const isBill = /cloudCost/.test(request.path);
      const answer = await fetch(`${server.url}${request.path}?${request.query}`);
      const text = await answer.text();
      const isHidden = !isBilled && /\/assets$/.test(request.path);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      if (isBill && !isBilled) response.end('{"code":200,"data":[]}');
      else response.end(isHidden ? withoutBill(text) : text);
    },
  });
  const first = await run(proxy.url, '--audit-store', temporary.path);
  expect(first.report.summary).toMatchObject({ never: 16 });
  isBilled = true;
  const again = await run(proxy.url, '--audit-store', temporary.path);
  const plain = await run(proxy.url);
  await server.close();
  expect(again.report).toEqual(plain.report);
  expect(plain.report.summary.reconciled).toBeGreaterThan(10);
});

/** Assets as they were before a bill arrived: no adjustments and no Network assets. */
function withoutBill(text: string): string {
  return text
    .replace(/"adjustment":-?[\d.e-]+/g, '"adjustment":0')
    .replaceAll('"Network"', '"Management"');
}
