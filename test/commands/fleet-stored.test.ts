import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import { fleetSchema } from '../../src/fleet/schema.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { type Folder, folder } from '../support/folder.ts';

const now = '2026-11-26T12:00:00Z';
const window = '8d settled'; // 2026-11-16 to 2026-11-23

/** A store of eight settled days of two clusters, and the server that it was read from. */
async function stored(store: Folder, ...faults: string[]) {
  const clock = new TestClock(now);
  const world = { clusters: 2, nodes: 4, pods: 20, days: 20, port: 0 };
  const demo = await startDemo({ ...world, faults: faults.map(parseFault) }, { clock });
  const argv = ['--audit-store', store.at('audits'), '--url', demo.url, '--window', window];
  await ran(['audit', 'run', ...argv, '--fail-on', 'never'], testDeps({ clock }));
  return {
    url: demo.url,
    /** Files of days, oldest first. */
    files: () =>
      readdirSync(store.at('audits'), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\d{4}-\d\d-\d\d\.json$/.test(path))
        .sort()
        .map((path) => store.at(`audits/${path}`)),
    close: () => demo.close(),
  };
}

async function fleet(argv: readonly string[], env = {}, at = now) {
  const result = await ran(
    ['fleet', '-o', 'json', ...argv],
    testDeps({ clock: new TestClock(at), env }),
  );
  const report = result.stdout === '' ? null : fleetSchema.parse(JSON.parse(result.stdout));
  const states = report?.clusters.map(({ cluster, state, lastDay, missingDays }) => ({
    ...{ cluster, state, lastDay, missingDays },
  }));
  return { ...result, report, states };
}

test.each([
  ['no fault', []],
  ['a gap', ['gap=2026-11-19']],
  ['a gap on the newest settled day', ['gap=2026-11-23']],
])('%s: a store shows what the server showed, and no server is asked', async (_, faults) => {
  using store = folder();
  const server = await stored(store, ...faults);
  const live = await fleet(['--url', server.url, '--window', window]);
  await server.close();
  const read = await fleet(['--audit-store', store.at('audits')]);
  const key = (states: typeof read.states) =>
    states?.map(({ cluster, state, missingDays }) => ({ cluster, state, missingDays }));
  expect(key(read.states)).toEqual(key(live.states));
  expect(read.code).toBe(0);
  expect(read.report?.query.window).toBe('2026-11-16T00:00:00Z,2026-11-24T00:00:00Z');
  expect(read.report?.servers).toMatchObject([{ product: 'kubecost', error: null }]);
  expect(read.states).toHaveLength(2);
});

test('expected, unexpected and missing clusters, and the gate', async () => {
  using store = folder();
  const server = await stored(store);
  await server.close();
  const expected = ['--expect', store.write('clusters.txt', 'cluster-one\ncluster-gone\n')];
  const { code, states } = await fleet([
    ...['--audit-store', store.at('audits'), ...expected, '--fail-on', 'missing'],
  ]);
  expect(states?.map(({ cluster, state }) => [cluster, state])).toEqual([
    ['cluster-gone', 'missing'],
    ['cluster-one', 'complete'],
    ['cluster-two', 'unexpected'],
  ]);
  expect(code).toBe(1);
});

test('days that are wanted and not stored are not known: exit 3', async () => {
  using store = folder();
  const server = await stored(store);
  await server.close();
  const [first = ''] = server.files();
  rmSync(first);
  const dir = ['--audit-store', store.at('audits')];
  const all = await fleet(dir);
  expect(all.code).toBe(0);
  const wanted = await fleet([...dir, '--window', window, '--fail-on', 'gaps']);
  expect(wanted.code).toBe(3);
  expect(wanted.states?.map(({ state }) => state)).toEqual(['unreachable', 'unreachable']);
  expect(wanted.report?.gate?.passed).toBe(null);
  expect(wanted.report?.clusters[0]?.detail).toContain('does not hold the day');
  const later = await fleet(dir, {}, '2026-12-01T12:00:00Z');
  expect(later.stderr).toContain('the newest stored day is 2026-11-23; what happened since is not');
});

test('a damaged day is not known, and its file is named', async () => {
  using store = folder();
  const server = await stored(store);
  await server.close();
  writeFileSync(server.files()[3] ?? '', '{"schemaVersion":1,');
  const { code, states, stderr } = await fleet(['--audit-store', store.at('audits')]);
  expect(code).toBe(3);
  expect(states?.map(({ state }) => state)).toEqual(['unreachable', 'unreachable']);
  expect(stderr).toContain('2026-11-19.json is not JSON');
});

test('stored reconciliations say until when a cluster is reconciled', async () => {
  using store = folder();
  const server = await stored(store);
  const argv = ['--audit-store', store.at('audits'), '--url', server.url, '--window', window];
  await ran(['reconciliation', ...argv], testDeps({ clock: new TestClock(now) }));
  await server.close();
  const { report } = await fleet(['--audit-store', store.at('audits')]);
  expect(report?.clusters.map(({ reconciledUntil }) => reconciledUntil)).toEqual([
    '2026-11-23',
    '2026-11-23',
  ]);
});

test('several servers of a store, or one of them', async () => {
  using store = folder();
  const [first, second] = [await stored(store), await stored(store, 'gap=2026-11-20')];
  const dir = ['--audit-store', store.at('audits')];
  await Promise.all([first.close(), second.close()]);
  const { report, states } = await fleet(dir);
  expect(report?.servers.map(({ server }) => server).sort()).toEqual(
    [first.url, second.url].sort(),
  );
  expect(states?.map(({ state }) => state).sort()).toEqual([
    ...['complete', 'complete', 'gaps', 'gaps'],
  ]);
  const one = await fleet([...dir, '--server', second.url]);
  expect(one.states?.map(({ state }) => state)).toEqual(['gaps', 'gaps']);
  expect(await fleet([...dir, '--server', 'nobody'])).toMatchObject({ code: 2 });
  // the files of the other server are not read
  const damaged = first.files().find((path) => readFileSync(path, 'utf8').includes(first.url));
  const later = damaged?.replace(/[^/]*$/, '2026-11-22.json') ?? '';
  writeFileSync(later, '{');
  expect((await fleet(dir)).stderr).toContain(`${later} is not JSON`);
  expect(await fleet([...dir, '--server', second.url])).toEqual(one);
});

test('a store and a server exclude each other; a configured store gives way', async () => {
  using store = folder();
  const server = await stored(store);
  const typed = ['--audit-store', store.at('audits')];
  const list = store.write('servers.txt', `${server.url}\n`);
  for (const argv of [
    [...typed, '--url', server.url],
    [...typed, '--servers', list],
    ['--url', server.url, '--server', 'x'],
    ['--audit-store', store.at('nowhere')],
  ]) {
    expect(await fleet(argv), argv.join(' ')).toMatchObject({ code: 2 });
  }
  const env = { KC_ETL_AUDIT_STORE: store.at('nowhere') };
  expect(await fleet(['--url', server.url], env)).toMatchObject({ code: 0 });
  expect(await fleet([], { ...env, KC_ETL_SERVERS: list })).toMatchObject({ code: 0 });
  expect(await fleet([], { KC_ETL_AUDIT_STORE: store.at('audits') })).toMatchObject({ code: 0 });
  await server.close();
});
