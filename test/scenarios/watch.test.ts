import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Folder, folder } from '../support/folder.ts';
import { freePort, running } from '../support/processes.ts';
import { outcome, start } from '../support/spawn.ts';
import { until } from '../support/waiting.ts';

const noPrometheus = spawnSync('prometheus', ['--version']).status !== 0;
const small = ['--clusters', '1', '--nodes', '3', '--pods', '20', '--days', '12'];

/** The built program watching its own embedded Kubecost; ready when the first run has ended. */
async function watching(store: Folder, ...more: string[]) {
  const words = ['watch', '--audit-store', store.at('audits'), '--listen', '127.0.0.1:0', '--demo'];
  const child = start([...words, ...small, '--window', '5d', ...more]);
  let said = '';
  child.stdout.on('data', (bytes) => (said += String(bytes)));
  const ended = outcome(child);
  await until('the watch listens', () => / listening on http/.test(said));
  const [url = ''] = /http:[^ \n]*/.exec(said) ?? [];
  return {
    child,
    ended,
    url,
    get: (path: string) => fetch(`${url}${path}`),
    ready: () => until('there is a report', async () => (await fetch(`${url}/readyz`)).ok),
  };
}

describe('the built program', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'ends on %s with %i, also while a client keeps its connection',
    async (signal, code) => {
      using store = folder();
      const { child, ended, get, ready } = await watching(store);
      await ready();
      await (await get('/metrics')).text();
      child.kill(signal);
      const { code: actual, stderr } = await ended;
      expect(actual).toBe(code);
      expect(stderr).toBe('');
    },
  );

  test('a signal in the first run leaves whole days, and the next start goes on', async () => {
    using store = folder();
    const first = await watching(store);
    const days = () =>
      readdirSync(store.at('audits'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        /\d{4}-\d{2}-\d{2}\.json$/.test(path),
      );
    await until('a day is stored', () => days().length > 0);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(143);
    for (const path of days()) JSON.parse(readFileSync(store.at(`audits/${path}`), 'utf8'));
    const second = await watching(store);
    await until('all are', () => days().length === 5);
    await second.ready();
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(143);
  });
});

/** Answers of Prometheus' HTTP API. */
interface Answer<Data> {
  readonly data: Data;
}
interface Alert {
  readonly labels: Readonly<Partial<Record<'alertname' | 'code' | 'server', string>>>;
  readonly state: string;
}

/** A real Prometheus that scrapes a watch and evaluates the alert rules. */
async function scraping(store: Folder, url: string) {
  copyFileSync('packaging/helm/kc-etl/rules/watch.yaml', store.at('rules.yaml'));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'kc-etl', static_configs: [{ targets: [new URL(url).host] }] }],
  };
  const port = await freePort();
  const args = [
    `--config.file=${store.write('prometheus.yaml', JSON.stringify(config))}`,
    `--storage.tsdb.path=${store.at('data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const prometheus = await running('prometheus', args, port);
  const api = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    return ((await answer.json()) as Answer<Data>).data; // as its documentation describes
  };
  await until('it is ready', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  return {
    api,
    /** The alerts that fire, each with its code, and its server where there are several. */
    firing: async () =>
      (await api<{ alerts: Alert[] }>('alerts')).alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels: { alertname, code, server } }) =>
          [alertname, code, ...(server === undefined ? [] : [server])].join(' '),
        ),
    [Symbol.asyncDispose]: () => prometheus[Symbol.asyncDispose](),
  };
}

test('the alerts of several servers name the server', { skip: noPrometheus }, async () => {
  using store = folder();
  const now = Date.now();
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString().slice(0, 10);
  const demos = await Promise.all([served(`lost-disk=${daysAgo(5)}`), served(`gap=${daysAgo(6)}`)]);
  const [eu, us] = demos;
  const down = `http://127.0.0.1:${await freePort()}`;
  const names = [
    ['eu', eu.url],
    ['us', us.url],
    ['down', down],
  ];
  const list = store.write(
    'servers.txt',
    names.map(([name, at]) => `- { name: ${name}, url: '${at}' }\n`).join(''),
  );
  const words = ['watch', '--audit-store', store.at('audits'), '--listen', '127.0.0.1:0'];
  const child = start([...words, '--servers', list, '--window', '5d']);
  let said = '';
  child.stdout.on('data', (bytes) => (said += String(bytes)));
  const ended = outcome(child);
  await until('both are audited', () =>
    ['eu', 'us'].every((name) => said.includes(` ${name}: run complete`)),
  );
  const [url = ''] = /http:[^ \n]*/.exec(said) ?? [];
  {
    await using prometheus = await scraping(store, url);
    await until('the alerts fire', async () => (await prometheus.firing()).length >= 2);
    expect(new Set(await prometheus.firing())).toEqual(
      new Set(['KcEtlGap missing-day us', 'KcEtlFinding disk-without-asset eu']),
    );
  }
  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
  for (const demo of demos) await demo.stop();
});

/** An embedded Kubecost of the built program, in a process of its own. */
async function served(fault: string) {
  const child = start(['demo', '--port', '0', ...small, '--fault', fault]);
  let said = '';
  child.stdout.on('data', (bytes) => (said += String(bytes)));
  child.stderr.on('data', (bytes) => (said += String(bytes)));
  const ended = outcome(child);
  await until('the demo listens', () => /http:\/\/127\.0\.0\.1:\d+/.test(said));
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '',
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

test('a real Prometheus scrapes it, and its alerts fire', { skip: noPrometheus }, async () => {
  using store = folder();
  const now = Date.now();
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString().slice(0, 10);
  const faults = ['--fault', `lost-disk=${daysAgo(5)}`, '--fault', `gap=${daysAgo(6)}`];
  const { child, ended, url, get, ready } = await watching(store, ...faults);
  await ready();
  {
    await using prometheus = await scraping(store, url);
    const { api, firing } = prometheus;
    await until('the alerts fire', async () => (await firing()).length >= 2);
    expect(new Set(await firing())).toEqual(
      new Set(['KcEtlGap missing-day', 'KcEtlFinding disk-without-asset']),
    );
    const { result } = await api<{ result: { metric: Record<string, string> }[] }>(
      'query?query=kc_etl_finding',
    );
    expect(result.map(({ metric }) => metric['code']).sort()).toEqual([
      'disk-without-asset',
      'missing-day',
    ]);
  }
  const served = new Set(
    [...(await (await get('/metrics')).text()).matchAll(/^# TYPE (\w+) /gm)].map(
      ([, name]) => name,
    ),
  );
  const dashboard = readFileSync('packaging/helm/kc-etl/dashboards/kc-etl.json', 'utf8');
  const used = new Set(dashboard.match(/\bkc_etl_\w+/g));
  expect([...used].filter((name) => !served.has(name))).toEqual([]);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
});
