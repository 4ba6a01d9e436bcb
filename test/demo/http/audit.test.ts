import { describe, expect, test } from 'vitest';
import { auditTypeNames } from '../../../src/audits/types.ts';
import type { AuditEngine } from '../../../src/demo/audits/engine.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { etlAuditSchema } from '../../../src/kubecost/schemas/etl-audit.ts';
import { stoppedClock } from '../support/in-process.ts';
import { serve } from '../support/over-http.ts';

interface Result {
  Status: string;
  LastRun: string;
  Clusters?: Record<string, { Expected: number; Actual: number }>;
  MissingValues: { Key: string; Description: string }[] | null;
}
type AuditSet = Record<string, Result | null> & { window: unknown };
type Server = Awaited<ReturnType<typeof serve>>;

/** Through the project's own schema, then as it came. */
async function sets(server: Server, query = ''): Promise<AuditSet[]> {
  const data = await server.data(`/etl/audit${query}`);
  etlAuditSchema.parse(data);
  return data as AuditSet[]; // the schema has looked at it
}

const results = (set: AuditSet | undefined) =>
  Object.entries(set ?? {}).flatMap(([name, result]) =>
    name === 'window' || !result ? [] : [result as Result],
  );

const start = async (server: Server, query: string) => {
  const answer = await fetch(`${server.url}/model/etl/audit${query}`, { method: 'POST' });
  return {
    status: answer.status,
    body: (await answer.json()) as { data: string; message: string },
  };
};

describe('GET /etl/audit', () => {
  test('a healthy store passed what ran last night; the days before never ran', async () => {
    await using server = await serve({}, stoppedClock());
    const all = await sets(server);
    expect(all).toHaveLength(15);
    expect(results(all[0])).toEqual([]);
    expect(results(all.at(-1))).toEqual([]);
    const ran = all.flatMap(results);
    expect(ran).toHaveLength(7 * 6);
    expect(new Set(ran.map(({ Status }) => Status))).toEqual(new Set(['Passed']));
    expect(ran[0]?.LastRun).toMatch(/^2026-03-14T01:\d\d:\d\d\.\d{1,9}Z$/);
    expect(Object.keys(all[5] ?? {})).toEqual([
      'allocationReconciliation',
      'allocationAgg',
      'allocationTotal',
      'assetTotal',
      'assetReconciliation',
      'clusterEquality',
      'window',
    ]);
  });

  test('a window selects the sets it overlaps', async () => {
    await using server = await serve({}, stoppedClock());
    expect(await sets(server, '?window=2026-03-10T12:00:00Z,2026-03-12T00:00:00Z')).toHaveLength(2);
  });

  test('lost-disk: one cluster has less in its assets than in its allocations', async () => {
    await using server = await serve({ faults: ['lost-disk'] }, stoppedClock());
    const failed = (await sets(server))
      .flatMap(results)
      .filter(({ Status }) => Status === 'Failed');
    expect(failed).toHaveLength(1);
    const [[cluster, { Expected, Actual }]] = Object.entries(failed[0]?.Clusters ?? {}) as [
      [string, { Expected: number; Actual: number }],
    ];
    expect(cluster).toBe('cluster-one');
    const window = 'window=2026-03-11T00:00:00Z,2026-03-12T00:00:00Z';
    const [assets] = (await server.data(`/assets?${window}&aggregate=cluster`)) as Record<
      string,
      { totalCost: number }
    >[];
    const [allocations] = (await server.data(
      `/allocation?${window}&aggregate=cluster&splitIdle=true`,
    )) as Record<string, { totalCost: number }>[];
    expect(assets?.[cluster]?.totalCost).toBeCloseTo(Expected, 5);
    const served =
      (allocations?.[cluster]?.totalCost ?? 0) +
      (allocations?.[`${cluster}/__idle__`]?.totalCost ?? 0);
    expect(served).toBeCloseTo(Actual, 4);
    expect(Actual).toBeGreaterThan(Expected);
  });
});

describe('POST /etl/audit', () => {
  test('answers with a sentence; the audit runs a moment later', async () => {
    const clock = stoppedClock();
    await using server = await serve({}, clock);
    const window = '?window=2026-03-14T00:00:00Z,2026-03-15T00:00:00Z';
    expect(await start(server, `${window}&type=AuditClusterEquality`)).toMatchObject({
      status: 200,
      body: {
        data: 'Running audit over window: [2026-03-14T00:00:00+0000, 2026-03-15T00:00:00+0000) for AuditClusterEquality',
      },
    });
    expect(results((await sets(server)).at(-1))).toEqual([]);
    clock.time += 300;
    const [ran, ...others] = results((await sets(server)).at(-1));
    expect(others).toEqual([]);
    expect(ran).toMatchObject({ Status: 'Passed', Clusters: {} });
    expect(ran?.LastRun.startsWith('2026-03-14T12:20:00.3')).toBe(true);
  });

  test('over all windows only with commit=true', async () => {
    const clock = stoppedClock();
    await using server = await serve({}, clock);
    expect((await start(server, '')).status).toBe(400);
    expect((await start(server, '?commit=false')).status).toBe(400);
    expect((await start(server, '?commit=true')).body.data).toBe(
      'Running audit over all windows for all audit types',
    );
    clock.time += 300;
    const ran = (await sets(server)).flatMap(results);
    expect(ran).toHaveLength(15 * 6);
    expect(ran.filter(({ Status }) => Status !== 'Passed')).toEqual([]);
  });

  test.each([
    '?window=7x',
    '?window=2026-03-15T00:00:00Z,2026-03-14T00:00:00Z',
    '?window=7d&type=AuditNothing',
  ])('%s is a 400 that says why', async (query) => {
    await using server = await serve();
    const { status, body } = await start(server, query);
    expect(status).toBe(400);
    expect(body.message).toMatch(/invalid (window|audit type)/);
  });

  test.each(auditTypeNames)('%s is a type', async (type) => {
    await using server = await serve();
    expect((await start(server, `?window=yesterday&type=${type}`)).status).toBe(200);
  });

  test('a day without sets is a warning with what is missing', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: ['gap'] }, clock);
    await start(server, '?commit=true');
    clock.time += 300;
    const warned = (await sets(server))
      .flatMap(results)
      .filter(({ Status }) => Status !== 'Passed');
    expect(warned).toHaveLength(6);
    expect(warned[0]).toMatchObject({
      Status: 'Warning',
      MissingValues: [{ Key: '2026-03-11' }, {}],
    });
  });
});

test('another engine can compute them', async () => {
  const asked: string[] = [];
  const audit: AuditEngine = ({ types, stores }) => {
    asked.push(...types);
    const rows = [...stores.allocations()].length;
    return types.map((type) => ({
      type,
      status: 'Failed' as const,
      description: `${rows > 100}`,
      differences: [{ key: ['a', 'b'], expected: 1, actual: 2 }],
      missing: [],
    }));
  };
  const demo = await startDemo({ port: 0 }, { clock: stoppedClock(), audit });
  const body = (await (await fetch(`${demo.url}/model/etl/audit?window=yesterday`)).json()) as {
    data: AuditSet[];
  };
  await demo.close();
  expect(results(body.data[0])[0]).toMatchObject({
    Status: 'Failed',
    Description: 'true',
    Resources: { a: { b: { Expected: 1, Actual: 2 } } },
  });
  expect(asked).toContain('AuditClusterEquality');
});
