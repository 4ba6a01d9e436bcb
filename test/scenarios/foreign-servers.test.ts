import { expect, test } from 'vitest';
import { type Handler, reply, replyData, serve, type TestServer } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

/** Situations of Kubecost servers in public reports, answered by small servers. */

const audit = async ({ url }: TestServer, ...argv: readonly string[]) => {
  const { code, stdout } = await spawned(
    ['audit', 'run', '--engine', 'local', '--url', url, '--retries', '0', '-o', 'json', ...argv],
    {},
  );
  return { code, report: JSON.parse(stdout) };
};
const configs = replyData({ chartVersion: '2.4.0' });

// kubecost/kubecost#4733
test.each([
  ['as text', 402, 'the window of 624h is more than this license includes\n', 'text/plain'],
  ['in a JSON envelope', 402, '{"code":402,"data":null,"message":"license"}', 'application/json'],
  ['under status 200', 200, '{"code":402,"data":null,"message":"license"}', 'application/json'],
])(
  'a day that the license does not include, refused %s, is undecided and says what to ask for',
  async (_, status, body, type) => {
    const refused = reply(body, type, status);
    const routes = { '/model/productConfigs': configs, '*': refused };
    await using server = await serve(routes);
    const { code, report } = await audit(server, '--window', '2026-03-01,2026-03-02');
    expect(code).toBe(3);
    expect(report.audits.filter((one: { status: string }) => one.status !== 'Skipped')).toEqual([]);
    expect(report.findings).toMatchObject([
      {
        code: 'answer-failed',
        variant: 'license',
        actions: [{ text: expect.stringContaining('--window within the limit') }],
      },
    ]);
  },
);

const rowTimes = (start: string) => ({
  window: { start, end: nextDay(start) },
  ...{ start, end: nextDay(start), minutes: 1440 },
});
const nextDay = (start: string) =>
  new Date(Date.parse(start) + 86_400_000).toISOString().replace('.000', '');

function allocationOf(cluster: string, start: string): object {
  const properties = { cluster, node: 'n1', namespace: 'shop', pod: 'web-1', container: 'web' };
  const name = Object.values(properties).join('/');
  const costs = { cpuCoreHours: 12, ramByteHours: 1e11, gpuHours: 0, cpuCost: 0.4, ramCost: 0.2 };
  const none = { gpuCost: 0, pvCost: 0, networkCost: 0, loadBalancerCost: 0, sharedCost: 0 };
  const row = { name, properties, ...rowTimes(start), ...costs, ...none, externalCost: 0 };
  return { [name]: { ...row, totalCost: 0.6 } };
}

function nodeOf(cluster: string, start: string): object {
  const properties = { cluster, name: 'n1', providerID: `i-${cluster}`, category: 'Compute' };
  const key = `AWS/1/__undefined__/Compute/${cluster}/Node/Kubernetes/i-${cluster}/n1`;
  const size = { cpuCoreHours: 96, ramByteHours: 4e11, GPUHours: 0, discount: 0, adjustment: 0 };
  const costs = { cpuCost: 3.2, ramCost: 0.8, gpuCost: 0, totalCost: 4 };
  return { [key]: { type: 'Node', properties, ...rowTimes(start), ...size, ...costs } };
}

// kubecost/kubecost#2062
test('a day that one cluster of a federation did not upload fails; the days around it do not', async () => {
  const rows =
    (rowOf: typeof nodeOf): Handler =>
    (request, response) => {
      const start = request.query.get('window')?.split(',')[0] ?? '';
      const clusters = start.startsWith('2026-03-08') ? ['c1'] : ['c1', 'c2'];
      const set = Object.assign({}, ...clusters.map((cluster) => rowOf(cluster, start)));
      return replyData([set])(request, response);
    };
  await using server = await serve({
    '/model/productConfigs': configs,
    '/model/allocation': rows(allocationOf),
    '/model/assets': rows(nodeOf),
  });
  const { code, report } = await audit(
    server,
    ...['--window', '2026-03-07,2026-03-10', '--type', 'CheckMissingWindow'],
  );
  expect(code).toBe(1);
  expect(report.audits.map((one: { status: string }) => one.status)).toEqual([
    ...['Passed', 'Failed', 'Passed'],
  ]);
  expect(report.findings).toMatchObject([
    {
      ...{ code: 'partial-day', title: 'c2 was recorded for 0 of 24 hours on 2026-03-08.' },
      amount: { total: -4, basis: 'estimated' },
      effect: { workloads: -0.6, assets: -4 },
    },
  ]);
});
