import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../src/cli.ts';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { startDemo } from '../../src/demo/server.ts';
import { serversReportSchema } from '../../src/diagnosis/servers-report.ts';
import { Interrupted } from '../../src/errors.ts';
import type { Clock } from '../../src/io.ts';
import { hour } from '../../src/time.ts';
import { testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const start = Date.parse('2026-11-26T12:00:00Z');

/** A clock of several loops: once all of them wait, a test looks, and the first one goes on. */
class SharedClock implements Clock {
  time = start;
  readonly #loops: number;
  readonly #onWait: () => Promise<void>;
  #waiting: { at: number; wake: () => void; end: (reason: unknown) => void }[] = [];

  constructor(loops: number, onWait: () => Promise<void>) {
    this.#loops = loops;
    this.#onWait = onWait;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < 10_000) return Promise.resolve(); // a retry of a request
    return new Promise((wake, end) => {
      signal?.addEventListener('abort', () => end(signal.reason), { once: true });
      this.#waiting.push({ at: this.time + ms, wake, end });
      if (this.#waiting.length === this.#loops) void this.#next();
    });
  }

  async #next(): Promise<void> {
    await this.#onWait();
    this.time = Math.max(this.time, Math.min(...this.#waiting.map(({ at }) => at)));
    const due = this.#waiting.filter(({ at }) => at <= this.time);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.time);
    for (const { wake } of due) wake();
  }
}

/** A demo behind a login, which can be away. */
async function server(clock: Clock, token: string, ...faults: string[]) {
  const world = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 12 };
  const demo = await startDemo({ ...world, faults: faults.map(parseFault) }, { clock });
  const state = { away: false };
  const proxy = await serve({
    '*': async ({ path, query, headers }, response) => {
      if (state.away) return void response.writeHead(503).end();
      if (headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
      const answer = await fetch(`${demo.url}${path}?${query}`);
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    },
  });
  return {
    url: proxy.url,
    requests: proxy.requests,
    state,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await demo.close();
    },
  };
}

test('several servers in one store, one /metrics and one report; one that is away hides no other', {
  timeout: 120_000,
}, async () => {
  using store = folder();
  const ending = new AbortController();
  let waits = 0;
  let failure: unknown = null;
  const clock = new SharedClock(4, async () => {
    try {
      await look(waits++);
    } catch (error) {
      failure = error;
      ending.abort(new Interrupted('SIGTERM'));
    }
  });
  const tokens = { eu: 'token-of-eu-1234', us: 'token-of-us-5678', ap: 'token-of-ap-9012' };
  await using good = await server(clock, tokens.eu);
  await using faulty = await server(clock, tokens.us, 'lost-disk=2026-11-22');
  await using away = await server(clock, tokens.ap);
  away.state.away = true;
  mkdirSync(store.at('kc-etl'));
  writeFileSync(
    store.at('kc-etl/config.yaml'),
    [
      'profiles:',
      `  eu: { url: '${good.url}', token: ${tokens.eu} }`,
      `  us: { url: '${faulty.url}', token: ${tokens.us} }`,
      `  ap: { url: '${away.url}', token: ${tokens.ap} }`,
      `  wrong: { url: '${good.url}', token: not-the-token-3456 }`,
    ].join('\n'),
    { mode: 0o600 },
  );
  const given = testDeps({ signal: ending.signal, env: { XDG_CONFIG_HOME: store.path } });
  const deps = { ...given, clock };
  const get = async (path: string) => {
    const [url = ''] = /http:[^ \n]*/.exec(deps.io.stdout.text) ?? [];
    return fetch(`${url}${path}`);
  };
  const isCosts = ({ path }: { path: string }) => /\/(allocation|assets|cloudCost)/.test(path);

  async function look(wait: number): Promise<void> {
    const metrics = await (await get('/metrics')).text();
    const success = (name: string) =>
      new RegExp(`^kc_etl_watch_last_run_success\\{server="${name}"\\} (\\d)$`, 'm').exec(
        metrics,
      )?.[1];
    const json = await (await get('/api/report')).text();
    const report = serversReportSchema.parse(JSON.parse(json));
    const of = (name: string) => report.servers.find((one) => one.server === name);
    const html = await (await get('/')).text();
    for (const text of [metrics, json, html, deps.io.stdout.text, deps.io.stderr.text]) {
      expect(text).not.toMatch(/token-of|not-the-token/);
    }
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
    expect([success('eu'), success('us'), success('wrong')]).toEqual(['1', '1', '0']);
    expect(metrics).toMatch(/^kc_etl_finding\{code="disk-without-asset".*server="us"\}/m);
    expect(metrics).not.toMatch(/^kc_etl_finding\{.*server="(eu|ap)"\}/m);
    expect(of('us')?.report?.findings.map(({ code }) => code)).toEqual(['disk-without-asset']);
    expect(of('eu')?.exitCode).toBe(0);
    expect(of('wrong')?.error).toMatch(/401/);
    const isBack = success('ap') === '1';
    if (!isBack) {
      expect(of('ap')).toMatchObject({ report: null, error: expect.stringContaining('503') });
      expect(html).toContain('not audited:');
      // only the servers that failed are tried again before the interval has passed
      const more = [...good.requests.splice(0), ...faulty.requests.splice(0)].filter(isCosts);
      if (wait > 0) expect(more.map(({ path }) => path)).toEqual([]);
    }
    away.state.away = clock.time - start < hour / 4;
    if (isBack) {
      expect(clock.time - start).toBeGreaterThanOrEqual(hour / 4);
      expect(of('ap')?.report?.summary.failed).toBe(0);
      ending.abort(new Interrupted('SIGTERM'));
    }
    expect(wait).toBeLessThan(20);
  }

  const list = store.write('servers.txt', 'eu\nus\nap\nwrong\n');
  const argv = ['--audit-store', store.at('audits'), '--servers', list, '--window', '3d'];
  const code = await run(['watch', '--listen', '127.0.0.1:0', ...argv, '--retries', '0'], deps);
  if (failure !== null) throw failure;
  expect(code).toBe(143);
  expect(readdirSync(store.at('audits/servers'))).toHaveLength(3);
  expect(deps.io.stdout.text).toMatch(/ us: new finding: disk-without-asset/);
  expect(deps.io.stderr.text).toMatch(/ ap: run failed: .*503/);
});

test('a list without a server that can be read is served with its reasons', async () => {
  using store = folder();
  const ending = new AbortController();
  const seen: string[] = [];
  const clock = new SharedClock(2, async () => {
    const [url = ''] = /http:[^ \n]*/.exec(deps.io.stdout.text) ?? [];
    for (const path of ['/readyz', '/', '/healthz', '/metrics']) {
      const answer = await fetch(`${url}${path}`);
      seen.push(`${path} ${answer.status} ${await answer.text()}`);
    }
    ending.abort(new Interrupted('SIGTERM'));
  });
  const deps = { ...testDeps({ signal: ending.signal }), clock };
  await using closed = await serve({ '*': (_, response) => void response.writeHead(503).end() });
  const list = store.write('servers.txt', `${closed.url}\n${closed.url}/other\n`);
  const argv = ['--audit-store', store.at('audits'), '--servers', list, '--retries', '0'];
  expect(await run(['watch', '--listen', '127.0.0.1:0', ...argv], deps)).toBe(143);
  expect(seen[0]).toMatch(new RegExp(`^/readyz 503 ${closed.url}: no run could be completed: `));
  expect(seen[1]).toMatch(/^\/ 503 /);
  expect(seen[2]).toMatch(/^\/healthz 200 /);
  expect(seen[3]).toContain(`kc_etl_watch_runs_total{result="failed",server="${closed.url}"} 1`);
});

test('a server besides the list, or a list that cannot be read, ends it at once', async () => {
  using store = folder();
  const list = store.write('servers.txt', 'http://127.0.0.1:1\n');
  for (const argv of [
    ['--servers', list, '--url', 'http://127.0.0.1:1'],
    ['--servers', store.at('nowhere')],
    ['--servers', list, '--token', 'abcdefgh'],
  ]) {
    const code = await run(['watch', '--audit-store', store.at('audits'), ...argv], testDeps());
    expect(code, argv.join(' ')).toBe(2);
  }
});
