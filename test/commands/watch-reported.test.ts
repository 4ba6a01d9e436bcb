import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { run } from '../../src/cli.ts';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { startDemo } from '../../src/demo/server.ts';
import { Interrupted } from '../../src/errors.ts';
import { auditMetrics } from '../../src/output/formats/prometheus.ts';
import { day, hour } from '../../src/time.ts';
import { reportOf } from '../support/audits.ts';
import { TestClock, testDeps } from '../support/deps.ts';
import { finding } from '../support/findings.ts';
import { folder } from '../support/folder.ts';
import { serve } from '../support/server.ts';
import { until } from '../support/waiting.ts';

// What users of exporters and of Kubecost reported, rebuilt in small.

const start = Date.parse('2026-11-26T12:00:00Z');
const window = ['--window', '3d'];

/** A Kubecost that can be away; its newest settled day has a lost disk. */
async function kubecost(clock: { now(): number }) {
  const world = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 12 };
  const faults = [parseFault('lost-disk=2026-11-23')];
  const demo = await startDemo({ ...world, faults }, { clock: clock as TestClock });
  const state = { away: false };
  const server = await serve({
    '*': async ({ path, query }, response) => {
      if (state.away) return void response.writeHead(503).end();
      const answer = await fetch(`${demo.url}${path}?${query}`);
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    },
  });
  return {
    url: server.url,
    state,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await demo.close();
    },
  };
}

/** A watch, and what a test does each time that one of its runs has ended, until that is false. */
async function watching(
  argv: readonly string[],
  onWait: (get: (path: string) => Promise<Response>, clock: TestClock) => Promise<boolean>,
  clock = new TestClock(start),
) {
  const ending = new AbortController();
  let failure: unknown = null;
  const given = testDeps({ signal: ending.signal });
  const get = (path: string) => {
    const [url = ''] = /http:[^ \n]*/.exec(given.io.stdout.text) ?? [];
    return fetch(`${url}${path}`);
  };
  const stepped = {
    now: () => clock.now(),
    async sleep(ms: number, signal?: AbortSignal) {
      if (ms < 10_000) return; // a retry of a request
      try {
        if (!(await onWait(get, clock))) ending.abort(new Interrupted('SIGTERM'));
      } catch (error) {
        failure = error;
        ending.abort(new Interrupted('SIGTERM'));
      }
      signal?.throwIfAborted();
      clock.time += ms;
    },
  };
  const code = await run(['watch', '--listen', '127.0.0.1:0', ...argv], {
    ...given,
    clock: stepped,
  });
  if (failure !== null) throw failure;
  expect(code).toBe(143);
}

function value(metrics: string, series: string): number | null {
  const line = metrics.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

test('an alert ends neither while the source is away nor while its scrapes fail now and then', async () => {
  // prometheus/prometheus#6816, cloudflare/pint#966: the series of a finding went away with the source
  using store = folder();
  const clock = new TestClock(start);
  await using server = await kubecost(clock);
  const argv = ['--audit-store', store.at('audits'), '--url', server.url, ...window];
  let runs = 0;
  await watching(
    [...argv, '--retries', '0'],
    async (get) => {
      const metrics = await (await get('/metrics')).text();
      expect(metrics).toMatch(/^kc_etl_finding\{code="disk-without-asset"/m);
      server.state.away = runs++ % 3 !== 0; // away in two runs of three
      return runs < 12;
    },
    clock,
  );
});

test('values of a source that is away do not stand still: ages grow, and the failure is a series', async () => {
  // BetterDB-inc/monitor#462, mesos/mesos_exporter#24: flat lines of a dead source, and no alert
  using store = folder();
  const clock = new TestClock(start);
  await using server = await kubecost(clock);
  const argv = ['--audit-store', store.at('audits'), '--url', server.url, ...window];
  const ages: number[] = [];
  await watching(
    [...argv, '--retries', '0'],
    async (get) => {
      const metrics = await (await get('/metrics')).text();
      ages.push(value(metrics, 'kc_etl_newest_good_day_age_seconds') ?? Number.NaN);
      const isAway = server.state.away;
      expect(value(metrics, 'kc_etl_watch_last_run_success')).toBe(isAway ? 0 : 1);
      server.state.away = true;
      if (isAway) clock.time += 6 * hour;
      return clock.now() - start < 3 * day;
    },
    clock,
  );
  expect((ages.at(-1) ?? 0) - (ages[0] ?? 0)).toBeGreaterThan((2 * day) / 1000);
  expect(ages.every((age, i) => i === 0 || age > (ages[i - 1] ?? 0))).toBe(true);
});

test('a source that never answers blocks neither the other sources nor the scrapes', async () => {
  // psyinfra/prometheus-eaton-ups-exporter#13, czerwonk/junos_exporter#67, prometheus/node_exporter#244
  using store = folder();
  const clock = new TestClock(start);
  await using server = await kubecost(clock);
  await using hung = await serve({ '*': () => {} });
  const list = store.write(
    'servers.txt',
    `- { name: hung, url: '${hung.url}' }\n- { name: good, url: '${server.url}' }\n`,
  );
  const argv = ['--audit-store', store.at('audits'), '--servers', list, ...window];
  let runs = 0;
  await watching(
    argv,
    async (get) => {
      await until('the other one is asked', () => hung.requests.length > 0);
      const answers = await Promise.all(Array.from({ length: 50 }, () => get('/metrics')));
      for (const answer of answers) {
        const metrics = await answer.text();
        expect(value(metrics, 'kc_etl_watch_last_run_success{server="good"}')).toBe(1);
        expect(value(metrics, 'kc_etl_watch_running{server="hung"}')).toBe(1);
      }
      expect((await get('/')).status).toBe(200);
      expect((await get('/readyz')).status).toBe(200);
      return ++runs < 3;
    },
    clock,
  );
});

test('clients that leave before their answer keep no connection', async () => {
  // prometheus/jmx_exporter#327, prometheus/client_python#377: file descriptors of closed connections leaked
  using store = folder();
  const clock = new TestClock(start);
  await using server = await kubecost(clock);
  const argv = ['--audit-store', store.at('audits'), '--url', server.url, ...window];
  await watching(
    argv,
    async (get) => {
      const { url } = await get('/healthz');
      const { port } = new URL(url);
      for (let round = 0; round < 5; round++) {
        await Promise.all(
          Array.from({ length: 60 }, (_, i) => {
            const socket = connect(Number(port), '127.0.0.1');
            socket.on('error', () => {});
            return new Promise<void>((resolve) => {
              socket.on('connect', () => {
                socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', () => {
                  if (i % 2 === 0) socket.destroy();
                  else socket.resetAndDestroy();
                });
              });
              socket.on('close', () => resolve());
            });
          }),
        );
      }
      // there may be 64 connections: another one is answered only if those are gone
      await until('it answers', async () => (await get('/metrics').catch(() => null))?.ok === true);
      return false;
    },
    clock,
  );
});

test('objects whose names never repeat do not become series without end', () => {
  // opstree/druid-exporter#128: an id as a label, and scrapes that took longer every hour
  const findings = Array.from({ length: 10_000 }, (_, i) =>
    finding({ id: `disk-without-asset:cluster-one/pvc-${i}` }),
  );
  const metrics = auditMetrics({ ...reportOf([]), findings });
  const series = metrics.flatMap(({ samples }) => samples);
  expect(series.filter(({ labels }) => labels['object'] !== undefined)).toHaveLength(50);
  expect(series.length).toBeLessThan(200);
  const total = metrics.find(({ name }) => name === 'kc_etl_findings')?.samples;
  expect(total?.find(({ labels }) => labels['severity'] === 'error')?.value).toBe(10_000);
});
