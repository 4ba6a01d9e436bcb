import { describe, expect, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import { audited, day, now, requestKindOf } from '../../support/recorded-audit.ts';
import { serve } from '../../support/server.ts';

/** The requests of a local audit of some days, as they arrive at the server. */
async function requestsOf(
  as: ProductVariantName,
  { until = '2026-03-08', faults = [], argv = [] }: Options = {},
): Promise<string[]> {
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const world = { seed: 3, clusters: 2, nodes: 4, pods: 12, days: 10, port: 0 };
  const demo = await startDemo({ ...world, as, faults: faults.map(parseFault) }, { clock });
  await using server = await serve({
    '*': async ({ path, query }, response) => {
      const own = as.startsWith('opencost') ? path.replace('/model', '') : path;
      const answer = await fetch(`${demo.url}${own}?${query}`);
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
    },
  });
  // without /model there is only one path to try for each request
  const { report } = await audited(`${server.url}/model`, '--window', `${day},${until}`, ...argv);
  await demo.close();
  expect(report?.audits.length).toBeGreaterThan(0);
  return server.requests.map(({ path, query }) =>
    [requestKindOf({ path, query }), query.get('window')?.slice(0, 10)]
      .filter(Boolean)
      .join(' of '),
  );
}

interface Options {
  readonly until?: string;
  readonly faults?: readonly string[];
  readonly argv?: readonly string[];
}

const isCost = (request: string) => request.includes(` of ${day}`);

describe('a day costs', () => {
  test.each(['kubecost-1.105', 'kubecost-2', 'kubecost-3'] as const)(
    '%s at most 14 requests, and the detection one',
    async (as) => {
      const requests = await requestsOf(as, { argv: ['--aggregate', 'cluster'] });
      expect(requests.filter((one) => !isCost(one))).toEqual(['/productConfigs']);
      expect(requests.filter(isCost).length).toBeLessThanOrEqual(14);
      expect(new Set(requests).size).toBe(requests.length);
    },
  );

  test.each(['opencost-1.112', 'opencost-1.119', 'opencost-1.121'] as const)(
    '%s at most 6 requests, detection included',
    async (as) => {
      const requests = await requestsOf(as);
      expect(requests.length).toBeLessThanOrEqual(6);
      expect(new Set(requests).size).toBe(requests.length);
    },
  );
});

test('the product is detected once, however many days are audited', async () => {
  const requests = await requestsOf('opencost', { until: '2026-03-10' });
  expect(requests.filter((one) => !one.includes(' of ')).sort()).toEqual([
    '/installInfo',
    '/productConfigs',
  ]);
  expect(requests.length).toBeLessThanOrEqual(2 + 3 * 4);
});

test.each([
  ['opencost', ['--window', '2d settled'], ['/installInfo', '/productConfigs']],
  ['kubecost-2', ['--window', '2d settled'], ['/productConfigs']],
  ['kubecost-2', ['--window', '2d reconciled'], ['/productConfigs']],
  ['kubecost-2', ['--only-reconciled'], ['/productConfigs']],
] as const)('%s detects the product once for %j, too', async (as, argv, expected) => {
  const requests = await requestsOf(as, { argv });
  const detection = requests.filter((one) => /^\/(productConfigs|installInfo)/.test(one));
  expect(detection.sort()).toEqual(expected);
});

test('a diagnosis and a repair deadline need no second request for the configuration', async () => {
  const requests = await requestsOf('kubecost-1.105', { faults: [`stale-allocation-agg=${day}`] });
  expect(requests.filter((one) => one === '/productConfigs')).toHaveLength(1);
});

test('--aggregate all adds the other properties', async () => {
  const added = async (as: ProductVariantName) => {
    const [few, all] = [
      new Set(await requestsOf(as)),
      await requestsOf(as, { argv: ['--aggregate', 'all'] }),
    ];
    return all.filter((one) => !few.has(one)).map((one) => one.replace(/ of .*/, ''));
  };
  expect((await added('kubecost-2')).sort()).toEqual([
    'allocations by controllerKind',
    'allocations by pod',
    'assets by account',
    'assets by project',
    'assets by provider',
    'assets by providerid',
  ]);
  expect((await added('opencost')).sort()).toEqual(
    ['cluster', 'controller', 'controllerKind', 'node', 'pod'].map((by) => `allocations by ${by}`),
  );
});

test('where an aggregate failed, the second look asks for the remaining properties', async () => {
  const faults = [`stale-allocation-agg=${day}`];
  const requests = await requestsOf('kubecost-2', { faults });
  const times = (request: string) =>
    requests.filter((one) => one === `${request} of ${day}`).length;
  expect(times('allocations by namespace')).toBe(2);
  expect(times('allocations by pod')).toBe(1);
  expect(times('assets by type')).toBe(1);
});
