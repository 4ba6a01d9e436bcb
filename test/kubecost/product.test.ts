import { describe, expect, test } from 'vitest';
import { clampsIdle } from '../../src/kubecost/product.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { type Handler, reply, serve } from '../support/server.ts';

const window = ['--window', '2026-03-07,2026-03-08'];

type Routes = Readonly<Record<string, Handler>>;

/** Product and version in the first line of `audit run`, and what `doctor` reports. */
async function recognised(routes: Routes) {
  const deps = () => testDeps({ clock: new TestClock('2026-03-11T12:00:00Z') });
  await using server = await serve(routes);
  const argv = ['--url', server.url, '--retries', '0'];
  const run = await ran(['audit', 'run', '--engine', 'local', ...window, ...argv], deps());
  const audited = /audited (Kubecost|OpenCost)(?: (\S+))? locally/.exec(run.stderr);
  const doctor = await ran(['doctor', '-o', 'json', ...argv], deps());
  const { product, version } = JSON.parse(doctor.stdout);
  return {
    audit: audited ? [audited[1]?.toLowerCase(), audited[2] ?? null] : run.stderr,
    doctor: [product, version],
  };
}

const missing = reply('404 page not found\n', 'text/plain', 404);
const json = (value: unknown) => reply(JSON.stringify(value));
const data = (value: unknown) => json({ code: 200, data: value });

const row = { window: { start: '2026-03-07T00:00:00Z', end: '2026-03-08T00:00:00Z' } };
const asset = { ...row, type: 'Node', totalCost: 1 };
const costs = { '/allocation': data([{ x: { ...row, name: 'x', totalCost: 1 } }]) };
const openCost = { ...costs, '/assets': data({ x: asset }) };
const kubecost = { ...costs, '/assets': data([{ x: asset }]) };

/** Servers, and what they are: product and version. */
const servers: readonly (readonly [string, Routes, readonly [string, string | null]])[] = [
  [
    'a Kubecost with its chart version',
    { ...kubecost, '/productConfigs': json({ chartVersion: '2.4.0' }) },
    ['kubecost', '2.4.0'],
  ],
  ['a Kubecost whose small endpoints are missing', kubecost, ['kubecost', null]],
  [
    'an aggregator that only reports its version',
    { ...kubecost, '/installInfo': json({ version: '3.0.1' }) },
    ['kubecost', '3.0.1'],
  ],
  [
    'an OpenCost with its version',
    { ...openCost, '/installInfo': json({ containers: null, version: '1.119.2 (abc)' }) },
    ['opencost', '1.119.2'],
  ],
  ['an OpenCost without a version', openCost, ['opencost', null]],
  ['an OpenCost before 1.104, without assets', costs, ['opencost', null]],
  [
    'an OpenCost before 1.103, without /allocation',
    { '/allocation/compute': costs['/allocation'] },
    ['opencost', null],
  ],
  [
    'an OpenCost whose missing endpoints answer 200 with an error',
    {
      ...openCost,
      '/productConfigs': json({ code: 500, data: null, message: 'not found' }),
      '/installInfo': json({ status: 'error', error: 'no' }),
    },
    ['opencost', null],
  ],
  [
    'an OpenCost behind a proxy that describes an unknown path',
    { ...openCost, '/productConfigs': json({ message: 'no route', path: '/productConfigs' }) },
    ['opencost', null],
  ],
  [
    'an OpenCost that refuses its assets',
    { ...openCost, '/assets': json({ code: 200, data: {}, warning: 'exceeds the row limit' }) },
    ['opencost', null],
  ],
];

describe('audit run and doctor recognise', () => {
  test.each(servers)('%s', async (_what, routes, [product, version]) => {
    const found = await recognised(routes);
    expect(found.audit).toEqual([product, version]);
    expect(found.doctor).toEqual([product, version]);
  });
});

test('a row limit on an OpenCost is named by the audits, not by the detection', async () => {
  const refusal = json({ code: 200, data: {}, warning: 'exceeds the row limit' });
  await using server = await serve({ ...openCost, '/assets': refusal });
  const deps = testDeps({ clock: new TestClock('2026-03-11T12:00:00Z') });
  const argv = ['audit', 'run', '--engine', 'local', ...window, '--url', server.url];
  const { code, stdout } = await ran([...argv, '-o', 'json', '--retries', '0'], deps);
  expect(code).toBe(3);
  const { audits } = JSON.parse(stdout);
  const skipped = audits.find(({ type }: { type: string }) => type === 'AuditClusterEquality');
  expect(skipped.description).toContain('exceeds the row limit');
});

test('what cannot be told apart is an error with the next step', async () => {
  await using server = await serve({ '*': missing });
  const { code, stderr } = await ran([
    ...['audit', 'run', '--engine', 'local', ...window, '--url', server.url],
    ...['--retries', '0'],
  ]);
  expect(code).toBe(3);
  expect(stderr).toContain('404 page not found');
});

test.each([
  ['opencost', '1.117.9', false],
  ['opencost', '1.118.0', true],
  ['opencost', 'v1.121.3', true],
  ['opencost', null, null],
  ['kubecost', '2.8.2', false],
  ['kubecost', '3.0.0', true],
  ['kubecost', 'develop', null],
] as const)('%s %s: negative idle is reported as 0: %s', (name, version, clamps) => {
  expect(clampsIdle({ name, version })).toBe(clamps);
});
