import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startDemo } from '../../../src/demo/server.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { reply, serve } from '../../support/server.ts';

const now = '2026-03-11T12:00:00Z';
const day = '2026-03-05,2026-03-06';

interface Asset {
  readonly type: string;
  readonly totalCost: number;
  readonly minutes: number;
  readonly properties: { readonly providerID: string; readonly name: string };
}

async function demo(as: 'opencost' | 'kubecost-2') {
  const world = { seed: 5, clusters: 1, nodes: 4, pods: 30, days: 12, port: 0, as, faults: [] };
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const { url, close } = await startDemo(world, { clock });
  return { url: as === 'opencost' ? url : `${url}/model`, [Symbol.asyncDispose]: close };
}

async function assetsOf(url: string): Promise<Asset[]> {
  const response = await fetch(`${url}/assets?window=2026-03-05T00:00:00Z,2026-03-06T00:00:00Z`);
  const { data } = (await response.json()) as {
    data: Record<string, Asset>[] | Record<string, Asset>;
  };
  return Object.values(Array.isArray(data) ? (data[0] ?? {}) : data).filter(
    ({ type, properties }) => type in categories && properties.providerID !== '',
  );
}

/** The FOCUS service category of the assets that a bill has. */
const categories: Readonly<Record<string, string>> = {
  Node: 'Compute',
  Disk: 'Storage',
  LoadBalancer: 'Networking',
};

/** A FOCUS bill of one line for each asset, at what the asset costs unless `cost` says otherwise. */
function bill(nodes: readonly Asset[], cost: (node: Asset) => number): string {
  const head =
    'BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,ChargePeriodEnd,ProviderName,ResourceId,ServiceCategory,ServiceName,SubAccountId,SkuId,ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit';
  const lines = nodes.map((node) => {
    const amount = cost(node);
    const hours = node.minutes / 60;
    return `${amount},${amount},${amount},${amount},USD,Usage,,2026-03-05T00:00:00Z,2026-03-06T00:00:00Z,AWS,${resource(node)},${categories[node.type]},Compute,acct,sku,${hours},Hours,${hours},Hours`;
  });
  return `${[head, ...lines].join('\n')}\n`;
}

/** The resource of a bill: a balancer is known by its name there, as the first part of its host name. */
function resource({ type, properties }: Asset): string {
  const id = properties.providerID.split('/').at(-1) ?? '';
  if (type !== 'LoadBalancer') return id;
  return `arn:aws:elasticloadbalancing:us-east-2:1:loadbalancer/${id.split('-')[0]}`;
}

async function audit(url: string, ...argv: string[]) {
  const deps = testDeps({ clock: new TestClock(now) });
  const fixed = ['audit', 'run', '--url', url, '--window', day, '--type', 'asset-reconciliation'];
  const result = await ran([...fixed, '-o', 'json', ...argv], deps);
  const report = result.stdout === '' ? null : (JSON.parse(result.stdout) as AuditReport);
  return { ...result, report };
}

test.each(['opencost', 'kubecost-2'] as const)('%s against a bill of the user', async (as) => {
  await using server = await demo(as);
  using directory = folder();
  const assets = await assetsOf(server.url);
  const node = assets.find(({ type }) => type === 'Node');
  const path = directory.at('focus.csv');

  writeFileSync(
    path,
    bill(assets, ({ totalCost }) => totalCost),
  );
  const same = await audit(server.url, '--bill', path);
  expect(same.report?.audits[0]).toMatchObject({ status: 'Passed', differences: [] });
  expect(same.report?.audits[0]?.description).toContain(`${assets.length} assets compared`);

  writeFileSync(
    path,
    bill(assets, (asset) => asset.totalCost + (asset === node ? 0.75 : 0)),
  );
  const differs = await audit(server.url, '--bill', path, '--fail-on', 'failed');
  expect(differs.code).toBe(1);
  const [found] = differs.report?.audits[0]?.differences ?? [];
  expect(found?.key).toEqual([node?.properties.providerID, 'Compute']);
  expect(found?.delta).toBeCloseTo(-0.75, 4);
  expect(differs.report?.findings).toMatchObject([{ code: 'bill-mismatch', severity: 'error' }]);

  writeFileSync(
    path,
    bill(
      assets.filter((asset) => asset !== node),
      ({ totalCost }) => totalCost,
    ),
  );
  const missing = await audit(server.url, '--bill', path);
  expect(missing.report?.findings).toMatchObject([{ code: 'bill-missing' }]);
});

test('a damaged bill is never a part sum', async () => {
  await using server = await demo('opencost');
  using directory = folder();
  const path = directory.at('focus.csv');
  const whole = bill(await assetsOf(server.url), ({ totalCost }) => totalCost);
  writeFileSync(path, whole.slice(0, -40));
  const { report, code, stderr } = await audit(server.url, '--bill', path, '--fail-on', 'failed');
  expect(code).toBe(3);
  expect(report?.audits[0]?.status).toBe('Skipped');
  expect(stderr).toContain(path);
});

test('a bill in another currency never gives a wrong verdict', async () => {
  await using server = await demo('kubecost-2');
  using directory = folder();
  const path = directory.at('focus.csv');
  const assets = await assetsOf(server.url);
  const euros = (rate: number) =>
    writeFileSync(path, bill(assets, ({ totalCost }) => totalCost * rate).replaceAll('USD', 'EUR'));
  const run = () => audit(server.url, '--bill', path, '--fail-on', 'failed');

  euros(0.92);
  const converted = await run();
  expect(converted.code).toBe(3);
  expect(converted.report?.audits[0]).toMatchObject({ status: 'Skipped', differences: [] });
  expect(converted.stderr).toMatch(/the bill is in EUR, and most assets differ \((\d+) of \1 /);

  // prices were configured in EUR: what is equal shows it
  euros(1);
  expect((await run()).report?.audits[0]?.status).toBe('Passed');
});

test('a server that reports its currency is not compared with a bill in another', async () => {
  await using server = await demo('kubecost-2');
  await using front = await serve({
    '/model/productConfigs': reply('{"chartVersion":"2.4.0","currencyCode":"EUR"}'),
    '*': async ({ path, query }, response) => {
      const answer = await fetch(`${new URL(path, server.url)}?${query}`);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    },
  });
  using directory = folder();
  const path = directory.at('focus.csv');
  const dollars = bill(await assetsOf(server.url), ({ totalCost }) => totalCost);
  const run = () => audit(`${front.url}/model`, '--bill', path, '--fail-on', 'failed');

  writeFileSync(path, dollars);
  const refused = await run();
  expect(refused.code).toBe(3);
  expect(refused.report?.audits[0]?.status).toBe('Skipped');
  expect(refused.stderr).toContain('the bill is in USD, the costs of the server are in EUR');

  writeFileSync(path, dollars.replaceAll('USD', 'EUR'));
  expect((await run()).report?.audits[0]?.status).toBe('Passed');
});

test('what is wrong with the name of a bill is said before any request', async () => {
  await using server = await serve({});
  const { code, stderr } = await audit(server.url, '--bill', 'nowhere.csv');
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere.csv does not exist');
  expect(server.requests).toEqual([]);
});
