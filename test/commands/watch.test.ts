import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli.ts';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { Interrupted } from '../../src/errors.ts';
import { day, hour } from '../../src/time.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { type Request, serve } from '../support/server.ts';

const start = Date.parse('2026-11-26T12:00:00Z');

/** A simulated Kubecost of which days can be faulty, and which can be away; its clock is that of the watch. */
async function world(clock: TestClock, faults: readonly string[] = ['lost-disk']) {
  const options = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 20 };
  const healthy = await startDemo(options, { clock });
  const broken = await Promise.all(
    faults.map((fault) =>
      startDemo({ ...options, faults: [parseFault(`${fault}=all`)] }, { clock }),
    ),
  );
  /** Days with a fault, by their date. */
  const faulty = new Map<string, string>();
  const state = { away: false };
  const server = await serve({
    '*': async (request, response) => {
      if (state.away) return void response.writeHead(503).end();
      const date = request.query.get('window')?.slice(0, 10) ?? '';
      const fault = faulty.get(date);
      const source = broken[faults.indexOf(fault ?? '')] ?? healthy;
      const answer = await fetch(`${source.url}${request.path}?${request.query}`);
      const headers = {
        'content-type': answer.headers.get('content-type') ?? '',
        date: answer.headers.get('date') ?? '',
      };
      response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    },
  });
  return {
    url: server.url,
    requests: server.requests,
    faulty,
    state,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      for (const demo of [healthy, ...broken]) await demo.close();
    },
  };
}

interface Watching {
  readonly url: string;
  readonly clock: TestClock;
  /** Lines on stdout and stderr so far. */
  readonly log: () => string;
  readonly get: (path: string) => Promise<Response>;
  readonly finding: () => Promise<string[]>;
}

/**
 * Runs `watch`, and `step(n)` each time that it waits, until that is false.
 *
 * @returns the exit code
 */
async function watching(
  argv: readonly string[],
  clock: TestClock,
  step: (run: number, watching: Watching) => Promise<boolean>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const ending = new AbortController();
  let waits = 0;
  let failure: unknown = null;
  const deps = testDeps({
    clock: new SteppedClock(clock, async (ms) => {
      if (ms < 10_000) return; // a retry of a request
      const [url = ''] = /http:[^ \n]*/.exec(deps.io.stdout.text) ?? [];
      const get = (path: string) => fetch(`${url}${path}`);
      const finding = async () => {
        const text = await (await get('/metrics')).text();
        return [...text.matchAll(/^kc_etl_finding\{code="([^"]*)"/gm)].map(([, code = '']) => code);
      };
      const log = () => `${deps.io.stdout.text}${deps.io.stderr.text}`;
      try {
        if (await step(waits++, { url, clock, log, get, finding })) return;
      } catch (error) {
        failure = error;
      }
      ending.abort(new Interrupted('SIGTERM'));
    }),
    signal: ending.signal,
    env,
  });
  const code = await run(['watch', '--listen', '127.0.0.1:0', ...argv], deps);
  if (failure !== null) throw failure;
  return { code, stdout: deps.io.stdout.text, stderr: deps.io.stderr.text };
}

/** A clock shared with a server, whose sleeps first let a test do something. */
class SteppedClock extends TestClock {
  readonly #shared: TestClock;
  readonly #onSleep: (ms: number) => Promise<void>;

  constructor(shared: TestClock, onSleep: (ms: number) => Promise<void>) {
    super(shared.now());
    this.#shared = shared;
    this.#onSleep = onSleep;
  }

  override now(): number {
    return this.#shared.now();
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#onSleep(ms);
    signal?.throwIfAborted();
    this.#shared.time += ms;
  }
}

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
/** The newest day that has settled. */
const newest = (now: number) => Math.floor((now - 2 * day) / day) * day - day;
const costs = ({ path }: Request) => /\/(allocation|assets|cloudCost)/.test(path);
const dayFiles = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\d{4}-\d{2}-\d{2}\.json$/.test(path),
  );

describe('watch', { timeout: 300_000 }, () => {
  test('two simulated months: each fault is reported when its day settles and cleared when it is repaired', async () => {
    const clock = new TestClock(start);
    const faults = ['lost-disk', 'gap', 'price-drift'];
    await using server = await world(clock, faults);
    using store = folder();
    const expected = new Map<string, number>();
    let day0 = newest(start);
    const { code } = await watching(
      ['--audit-store', store.path, '--url', server.url, '--interval', '24h', '--window', '7d'],
      clock,
      async (run, { finding }) => {
        const now = clock.now();
        const settled = newest(now);
        const present = [...server.faulty].filter(
          ([date]) => Date.parse(date) <= settled && Date.parse(date) > settled - 7 * day,
        );
        const codes = await finding();
        expect(codes.length > 0, `${new Date(now).toISOString()}: ${codes.join(' ')}`).toBe(
          present.length > 0,
        );
        // a repair, one run after the fault was reported
        for (const [date] of present) {
          if ((expected.get(date) ?? 0) < run) server.faulty.delete(date);
        }
        // a fault in every fifth day, before it settles
        if (settled !== day0 && Math.floor(settled / day) % 5 === 0) {
          const date = dateOf(settled + day);
          const fault = faults[run % faults.length] ?? '';
          server.faulty.set(date, fault);
          expected.set(date, run + 1);
        }
        day0 = settled;
        return run < 62;
      },
    );
    expect(code).toBe(143);
    expect(expected.size).toBeGreaterThan(10);
  });

  test('a settled day without a problem is never requested again, a new one once', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    using store = folder();
    await watching(
      ['--audit-store', store.path, '--url', server.url, '--interval', '1h', '--window', '5d'],
      clock,
      async (run) => {
        const requests = server.requests.splice(0).filter(costs);
        const dates = new Set(requests.map(({ query }) => query.get('window')?.slice(0, 10)));
        const isNewDay = new Date(clock.now()).getUTCHours() === 0;
        if (run > 0) expect([...dates]).toEqual(isNewDay ? [dateOf(newest(clock.now()))] : []);
        return run < 60;
      },
    );
    expect(dayFiles(store.path)).toHaveLength(5 + (newest(clock.now()) - newest(start)) / day);
  });

  test('a restart shows the stored report at once and requests no stored day', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    server.faulty.set(dateOf(newest(start)), 'lost-disk');
    using store = folder();
    const argv = ['--audit-store', store.path, '--url', server.url, '--window', '3d'];
    await watching(argv, clock, async () => false);
    server.requests.length = 0;
    server.state.away = true;
    const { stderr } = await watching(argv, clock, async (_, { finding, get }) => {
      expect(await finding()).toEqual(['disk-without-asset']);
      expect((await get('/readyz')).status).toBe(200);
      return false;
    });
    expect(stderr).toContain('run failed');
    server.state.away = false;
    server.requests.length = 0;
    await watching(argv, clock, async () => false);
    const dates = server.requests
      .filter(costs)
      .map(({ query }) => query.get('window')?.slice(0, 10));
    // only the totals of the day with a finding
    expect(dates).toEqual([dateOf(newest(start)), dateOf(newest(start))]);
  });

  test('a server that is away for days is asked again, and every day is caught up', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    using store = folder();
    let health = 0;
    const { code } = await watching(
      ['--audit-store', store.path, '--url', server.url, '--window', '2d'],
      clock,
      async (_, { get }) => {
        const days = (clock.now() - start) / day;
        server.state.away = days > 0.5 && days < 6;
        if (server.state.away) clock.time += 6 * hour;
        health = (await get('/healthz')).status;
        const metrics = await (await get('/metrics')).text();
        if (days > 1 && days < 6) {
          expect(metrics).toContain('kc_etl_watch_last_run_success 0');
          expect((await get('/api/report')).status).toBe(200);
        }
        return days < 6.5;
      },
    );
    expect(code).toBe(143);
    expect(health).toBe(200);
    // two days at first, and each that settled since
    expect(dayFiles(store.path)).toHaveLength(2 + (newest(clock.now()) - newest(start)) / day);
  });

  test('before the first report the pages say why there is none', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    server.state.away = true;
    using store = folder();
    const secret = 'hunter2-and-more';
    await watching(
      ['--audit-store', store.path, '--url', server.url.replace('//', `//me:${secret}@`)],
      clock,
      async (_, { get, log }) => {
        for (const path of ['/', '/api/report', '/readyz']) {
          const answer = await get(path);
          expect(answer.status).toBe(503);
          expect(await answer.text()).toMatch(/^no run could be completed: .*503/);
        }
        expect((await get('/healthz')).status).toBe(200);
        expect((await get('/metrics')).status).toBe(200);
        expect(log()).not.toContain(secret);
        return false;
      },
    );
  });

  test('the pages are the report of audit run, and show no credential', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    server.faulty.set(dateOf(newest(start)), 'lost-disk');
    using store = folder();
    const argv = ['--audit-store', store.path, '--url', server.url, '--window', '3d'];
    const secret = 'a-token-that-nobody-may-see';
    await watching(
      argv,
      clock,
      async (_, { get }) => {
        const html = await get('/');
        expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
        const json = await get('/api/report');
        expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
        const text = await json.text();
        const report = JSON.parse(text) as AuditReport;
        const { stdout } = await ran(
          ['audit', 'run', ...argv, '--window', '3d settled', '-o', 'json'],
          testDeps({ clock: new TestClock(clock.now()), env: { KC_ETL_TOKEN: secret } }),
        );
        expect(report).toEqual(JSON.parse(stdout));
        const all = [await html.text(), text, await (await get('/metrics')).text()].join();
        expect(all).not.toContain(secret);
        expect(all).toContain('disk-without-asset');
        return false;
      },
      { KC_ETL_TOKEN: secret },
    );
  });

  test('a day is stored once, also by two watches of one store', async () => {
    const clock = new TestClock(start);
    await using server = await world(clock);
    using store = folder();
    const argv = ['--audit-store', store.path, '--url', server.url, '--window', '3d'];
    await Promise.all([1, 2].map(() => watching(argv, clock, async () => false)));
    expect(dayFiles(store.path)).toHaveLength(3);
    for (const path of dayFiles(store.path))
      expect(statSync(join(store.path, path)).size).toBeGreaterThan(0);
  });
});

describe('watch refuses', () => {
  test.each<[string, string[], RegExp]>([
    ['no store', ['--url', 'http://localhost:1'], /no AuditStore was given/],
    ['no server', ['--audit-store', '/proc/nowhere'], /cannot be used|no address/],
    ['an address that is none', ['--listen', 'x'], /'x' is not an address to listen on/],
    ['a port that is none', ['--listen', '127.0.0.1:70000'], /not an address to listen on/],
    ['a window that does not move', ['--window', '2026-11-01,2026-11-02'], /not a number of days/],
    ['too many days', ['--window', '5000d'], /at most 1000d/],
    ['a saved answer', ['--from'], /a saved response never changes/],
    ['a recording', ['--record'], /would keep every response/],
    ['no interval', ['--interval', '0s'], /not a duration/],
  ])('%s', async (_, argv, message) => {
    using store = folder();
    store.write('x.json', '{"code":200,"data":[]}');
    const given = argv.includes('--audit-store') || argv.includes('--url');
    const more = given
      ? []
      : [
          '--audit-store',
          store.at('audits'),
          ...(argv[0] === '--from' ? [] : ['--url', 'http://localhost:1']),
        ];
    const named =
      argv.length === 1 ? [...argv, store.at(argv[0] === '--from' ? 'x.json' : 'new')] : argv;
    const { code, stderr } = await ran(
      ['watch', ...named, ...more],
      testDeps({ cwd: () => store.path }),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a window of a profile that is no number of days is not meant for it', async () => {
    using store = folder();
    const clock = new TestClock(start);
    store.write('.kc-etl.yaml', 'window: yesterday\n');
    await using server = await world(clock);
    const deps = ['--audit-store', store.at('audits'), '--url', server.url];
    const { code } = await watching(deps, clock, async () => false, { KC_ETL_WINDOW: 'today' });
    expect(code).toBe(143);
  });
});
