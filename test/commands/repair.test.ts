import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import { MemorySink } from '../../src/io.ts';
import { type RepairReport, repairSchema } from '../../src/repair/schema.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { serve } from '../support/server.ts';

const now = '2026-03-11T12:00:00Z';
const day = '2026-03-09';
const window = ['--window', `${day},2026-03-10`];
const world = { seed: 5, clusters: 2, nodes: 4, pods: 30, days: 12, port: 0 };

interface Demo {
  readonly as?: ProductVariantName;
  readonly retention?: number;
  readonly faults?: readonly string[];
}

/** A server whose clock the client's waiting moves. */
async function demo({ as = 'kubecost-1.105', retention = 97, faults = [] }: Demo = {}) {
  const clock = new TestClock(now);
  const options = { ...world, as, retention, faults: faults.map(parseFault) };
  const started = await startDemo(options, { clock });
  const repair = async (...argv: string[]) => {
    const deps = testDeps({ clock });
    const result = await ran(['repair', ...argv, '--url', started.url, '-o', 'json'], deps);
    const report =
      result.stdout === '' ? null : repairSchema.parse(JSON.parse(result.stdout) as RepairReport);
    return {
      ...result,
      report,
      states: report?.steps.map(({ store, state }) => `${store} ${state}`),
    };
  };
  return { url: started.url, clock, repair, [Symbol.asyncDispose]: () => started.close() };
}

const newDirectory = async () => join(await mkdtemp(join(tmpdir(), 'kc-etl-repair-')), 'state');

test('a missing day is planned: assets, then allocations, with the evidence', async () => {
  await using server = await demo({ faults: [`gap=${day}`] });
  const { report, states, code } = await server.repair('plan', '--window', '4d');
  expect(states).toEqual(['asset planned', 'allocation planned']);
  expect(report?.steps[0]).toMatchObject({
    order: 1,
    window: { start: `${day}T00:00:00Z`, end: '2026-03-10T00:00:00Z' },
    request: `GET /etl/asset/repair?window=${day}T00:00:00Z,2026-03-10T00:00:00Z`,
    deadline: '2026-03-12T19:00:00Z',
    metrics: { hours: 24, present: 24 },
    before: { rows: 0, cost: 0 },
  });
  expect(report?.followUp[0]?.notBefore).toBe('2026-03-12T12:00:00Z');
  expect(code).toBe(0);
});

test('a healthy window has nothing to repair', async () => {
  await using server = await demo();
  const { states, stderr, code } = await server.repair('plan', '--window', '4d');
  expect(states).toEqual([]);
  expect(stderr).toContain('nothing to repair');
  expect(code).toBe(0);
});

test.each<[string, Demo, RegExp]>([
  ['the first hours are lost', { faults: [`metrics-lost=${day},6h`] }, /18 of 24 hours/],
  ['half an hour is lost', { faults: [`metrics-lost=${day},30m`] }, /23 of 24 hours/],
  ['the day has no samples', { faults: [`no-samples=${day}`] }, /0 of 24 hours/],
  ['a node was priced until 14:00', { faults: [`prices-stop=${day}`] }, /14 of 24 hours/],
  ['it is beyond the retention', { retention: 60 }, /keeps 60 h and no longer holds/],
  ['Kubecost 3 has no repair', { as: 'kubecost-3' }, /^Kubecost 3.0.0 has no repair/],
  ['OpenCost has no repair', { as: 'opencost' }, /^OpenCost stores nothing/],
])('refused: %s', async (_name, given, reason) => {
  await using server = await demo(given);
  const { report, states } = await server.repair('plan', ...window, '--rebuild', 'asset');
  expect(states).toEqual(['asset refused', 'allocation refused']);
  for (const step of report?.steps ?? []) expect(step.reason).toMatch(reason);
});

test('refused: today, which is still being built', async () => {
  await using server = await demo();
  const { report } = await server.repair('plan', '--window', 'today', '--rebuild', 'allocation');
  expect(report?.steps[0]).toMatchObject({
    state: 'refused',
    before: { cost: expect.any(Number) },
  });
  expect(report?.steps[0]?.reason).toContain('has not ended');
});

test('refused: a set that is being repaired already', async () => {
  await using server = await demo();
  await fetch(`${server.url}/model/etl/asset/repair?window=${day}T00:00:00Z,2026-03-10T00:00:00Z`);
  const { states } = await server.repair('plan', ...window, '--rebuild', 'asset');
  expect(states).toEqual(['asset refused', 'allocation refused']);
});

test('findings of a report are planned by what mends them', async () => {
  await using server = await demo({
    faults: [`lost-node=${day}`, 'stale-allocation-agg=2026-03-10'],
  });
  const audit = ['audit', 'run', '--engine', 'local', '--include-unsettled', '-o', 'json'];
  const { stdout } = await ran(
    [...audit, '--url', server.url, '--window', `${day},2026-03-11`],
    testDeps({ clock: server.clock }),
  );
  const path = join(await mkdtemp(join(tmpdir(), 'kc-etl-repair-')), 'report.json');
  await writeFile(path, stdout);
  const { report } = await server.repair('plan', '--from-findings', path);
  expect(report?.steps.map((step) => `${step.window.start.slice(5, 10)} ${step.store}`)).toEqual([
    '03-09 asset',
    '03-09 allocation',
    '03-10 allocation',
  ]);
  expect(report?.steps[0]?.reason).toContain('node-without-asset');
});

test('metrics kept longer than Prometheus reports, as with Thanos', async () => {
  await using server = await demo({ retention: 50 });
  const argv = ['plan', ...window, '--rebuild', 'allocation', '--metrics-retention', '90d'];
  const { report, states } = await server.repair(...argv);
  // what is reported does not decide any more, but the samples do
  expect(states).toEqual(['allocation refused']);
  expect(report?.steps[0]).toMatchObject({
    deadline: '2026-06-06T18:00:00Z',
    metrics: { hours: 24 },
  });
  expect(report?.steps[0]?.reason).toMatch(/of 24 hours/);
});

test('one cluster of a federated Kubecost 2', async () => {
  await using server = await demo({ as: 'kubecost-2', faults: ['federated'] });
  const argv = ['plan', ...window, '--rebuild', 'allocation'];
  const all = await server.repair(...argv);
  expect(all.states).toEqual(['allocation refused']);
  expect(all.report?.steps[0]?.reason).toContain('no samples of cluster cluster-two');
  const local = await server.repair(...argv, '--local-cluster', 'cluster-one');
  expect(local.states).toEqual(['allocation planned']);
  // the others have to be repaired elsewhere, whatever is planned here
  for (const { report } of [all, local]) {
    expect(report?.notes).toEqual([
      expect.stringMatching(
        /^not contacted: the Kubecost of cluster-two, .* kc-etl repair plan --window \S+ --rebuild allocation --kube --context <kubectl context of the cluster> \(or --url </,
      ),
    ]);
  }
  const other = await server.repair(...argv, '--local-cluster', 'cluster-two');
  expect(other.states).toEqual(['allocation refused']);
  await using older = await demo();
  const { code, stderr } = await older.repair(...argv, '--local-cluster', 'cluster-one');
  expect([code, stderr]).toEqual([2, expect.stringContaining('rebuilds all clusters')]);
});

test('a repair that the next reconciliation undoes is found by the audit of the plan', async () => {
  await using server = await demo({ faults: [`lost-node=${day}`, `repair-relapse=${day}`] });
  const argv = ['run', ...window, '--rebuild', 'asset', '--yes', '--state', await newDirectory()];
  const { report, code } = await server.repair(...argv);
  expect(code).toBe(0);
  expect(report?.audits?.before).toEqual([expect.stringContaining('node-without-asset')]);
  expect(report?.audits?.after).toEqual([]);
  const [follow] = report?.followUp ?? [];
  server.clock.time = Date.parse(follow?.notBefore ?? '');
  const [, ...command] = follow?.command.split(' ') ?? [];
  const later = await ran([...command, '--url', server.url], testDeps({ clock: server.clock }));
  expect(later.stdout).toContain('node-without-asset');
  expect(later.code).toBe(1);
});

test('run rebuilds the sets, one after the other, and audits the day again', async () => {
  await using server = await demo({ faults: [`gap=${day}`] });
  const state = await newDirectory();
  const argv = ['run', '--window', '4d', '--yes', '--state', state];
  const { report, states, code, stderr } = await server.repair(...argv);
  expect(states).toEqual(['asset done', 'allocation done']);
  expect(report?.steps[1]?.after?.rows).toBeGreaterThan(20);
  expect(report?.audits).toEqual({ before: [`missing-day:${day}`], after: [] });
  expect(stderr).toContain('2 of 2 steps done');
  expect(code).toBe(0);
  const again = await server.repair(...argv);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('has ended')]);
  const snapshot = await ran(
    ['audit', 'run', '--from', join(state, 'snapshot'), '--include-unsettled', ...window, '-q'],
    testDeps(),
  );
  expect(snapshot.stdout).toContain('missing-day');
});

test.each<[string, string, RegExp]>([
  ['a repair that fails', 'repair-fails=100%', /reports an error/],
  ['a restart that forgets the repair', 'repair-restart', /restarted during the repair/],
])('run stops at %s', async (_name, fault, reason) => {
  await using server = await demo({ faults: [`gap=${day}`, fault] });
  const state = await newDirectory();
  const argv = ['run', '--window', '4d', '--yes', '--state', state];
  const { report, states, code, stderr } = await server.repair(...argv);
  expect(states).toEqual(['asset failed', 'allocation planned']);
  expect(report?.steps[0]?.reason).toMatch(reason);
  expect(report?.audits?.after).toEqual([`missing-day:${day}`]);
  expect(stderr).toContain('stopped: step 1 failed, 1 not sent');
  expect(code).toBe(1);
});

test('nothing is repaired in a recording', async () => {
  await using server = await demo();
  const recording = await newDirectory();
  const plan = await server.repair('plan', ...window, '--rebuild', 'asset', '--record', recording);
  const again = ['repair', 'plan', ...window, '--rebuild', 'asset', '-o', 'json'];
  const replayed = await ran([...again, '--from', recording]);
  const { steps } = JSON.parse(replayed.stdout) as RepairReport;
  expect(steps).toEqual(plan.report?.steps);
  const { code, stderr } = await ran(['repair', 'run', ...window, '--yes', '--from', recording]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('a recording cannot be repaired')]);
});

test('a run is not started without --yes off a terminal; --dry-run is the plan', async () => {
  await using server = await demo({ faults: [`gap=${day}`] });
  const { code, stderr } = await server.repair('run', '--window', '4d');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
  const dry = await server.repair('run', '--window', '4d', '--dry-run');
  expect(dry.states).toEqual(['asset planned', 'allocation planned']);
  expect(dry.code).toBe(0);
});

test.each([
  [day, 0, 'asset done'],
  ['yes', 3, 'asset planned'],
])('on a terminal the date is typed: %s', async (typed, code, first) => {
  await using server = await demo({ faults: [`gap=${day}`] });
  const stderr = new MemorySink({ isTTY: true });
  const deps = testDeps({ clock: server.clock });
  const io = {
    ...deps.io,
    stderr,
    stdin: async function* () {
      yield Buffer.from(`${typed}\n`);
    },
  };
  const argv = ['repair', 'run', '--window', '4d', '--url', server.url, '-o', 'json'];
  const result = await ran([...argv, '--state', await newDirectory()], { ...deps, io });
  expect(stderr.text).toContain(
    `rebuilds sets of ${day} on the server. Type the date to continue:`,
  );
  const [step] = (JSON.parse(result.stdout) as RepairReport).steps;
  expect(`${step?.store} ${step?.state}`).toBe(first);
  expect(result.code).toBe(code);
});

test('an interrupted run goes on where it stopped, and sends nothing twice', async () => {
  await using server = await demo({ faults: [`gap=${day}`] });
  const state = await newDirectory();
  const controller = new AbortController();
  const deps = testDeps({ clock: server.clock, signal: controller.signal });
  const argv = ['repair', 'run', '--window', '4d', '--yes', '--url', server.url];
  const sleep = server.clock.sleep.bind(server.clock);
  server.clock.sleep = async (ms, signal) => {
    controller.abort(new Error('interrupted'));
    return sleep(ms, signal);
  };
  await ran([...argv, '--state', state], deps).catch(() => null);
  server.clock.sleep = sleep;
  const saved = JSON.parse(await readFile(join(state, 'state.json'), 'utf8'));
  expect(saved.report.steps.map((step: { state: string }) => step.state)).toEqual([
    'sent',
    'planned',
  ]);
  const other = await server.repair('run', '--yes', '--state', state, '--window', '3d');
  expect(other.stderr).toContain('contains an interrupted repair');
  const { states, stderr, code } = await server.repair('run', '--yes', '--state', state, '-v');
  expect(states).toEqual(['asset done', 'allocation done']);
  expect(stderr.match(/> GET \S*\/repair/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('a repair request is sent once, whatever the answer', async () => {
  await using real = await demo({ faults: [`gap=${day}`] });
  await using proxy = await serve({
    async '*'(request, response) {
      if (request.path.endsWith('/repair')) {
        response.writeHead(503).end('unavailable');
        return;
      }
      const answer = await fetch(`${new URL(real.url).origin}${request.path}?${request.query}`);
      const date = new Date(real.clock.now()).toUTCString();
      response.writeHead(answer.status, { 'content-type': 'application/json', date });
      response.end(await answer.text());
    },
  });
  const deps = testDeps({ clock: real.clock });
  const argv = ['repair', 'run', '--window', '4d', '--yes', '--wait-timeout', '30s'];
  const { code, stderr } = await ran(
    [...argv, '--url', `${proxy.url}/model`, '--state', await newDirectory()],
    deps,
  );
  expect(proxy.requests.filter(({ path }) => path.endsWith('/repair'))).toHaveLength(1);
  expect(stderr).toContain('step 1 did not end in time, 1 not sent; continue waiting with');
  expect(code).toBe(5);
});
