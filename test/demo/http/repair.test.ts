import { describe, expect, test } from 'vitest';
import { findings } from '../support/identities.ts';
import { stoppedClock } from '../support/in-process.ts';
import { answersOver, roundingOf, rows, type Server, serve } from '../support/over-http.ts';

const broken = '2026-03-11';
const windowOf = (day: string) => {
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return `window=${day}T00:00:00Z,${next}T00:00:00Z`;
};
const window = windowOf(broken);

interface StatusFile {
  name: string;
  isRepairing: boolean;
  errors: string[];
}

async function countRows(server: Server, query = window): Promise<number> {
  return rows(await server.data(`/allocation?${query}&idle=false`)).length;
}

/** Kinds of the events of the broken day, in the order in which they happened. */
async function eventsOf(server: Server, query = ''): Promise<string[]> {
  const { allocation } = (await server.data(`/etl/log${query}`)) as {
    allocation: { kind: string; time: string; metadata: { window: { start: string } } }[];
  }; // the documented shape
  return allocation
    .filter(({ metadata }) => metadata.window.start === `${broken}T00:00:00Z`)
    .sort((a, b) => a.time.localeCompare(b.time))
    .map(({ kind }) => kind);
}

async function fileOf(server: Server, day = broken): Promise<StatusFile | undefined> {
  const { allocation } = (await server.data('/etl/status')) as {
    allocation: { daily: { backup: { files: StatusFile[] } } };
  }; // the documented shape
  return allocation.daily.backup.files.find(({ name }) =>
    name.includes(`/1d/${Date.parse(day) / 1000}-`),
  );
}

async function auditsOf(server: Server): Promise<string[]> {
  const answers = await answersOver(server, 'kubecost-1.105', Date.parse(broken));
  const wrong = findings(answers, roundingOf('kubecost-1.105'));
  return [...new Set(wrong.map(({ audit }) => audit))];
}

describe('a repair request', () => {
  test('is accepted at once; the set is rebuilt later, and the log says so', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: ['gap'] }, clock);
    expect(await countRows(server)).toBe(0);
    expect(await server.data(`/etl/asset/repair?${window}`)).toBe('Repairing Asset ETL');
    expect(await server.data(`/etl/allocation/repair?${window}`)).toBe('Repairing Allocation ETL');
    expect(await server.data(`/cloudCost/repair?${window}`)).toBe('Repairing Cloud Cost ETL');
    expect(await countRows(server)).toBe(0);
    clock.time += 15_000;
    expect(await countRows(server)).toBeGreaterThan(100);
    const query = '?window=2026-03-14T12:20:00Z,2026-03-14T12:21:00Z';
    expect(await eventsOf(server, query)).toEqual([
      'AllocationSetSaved',
      'AllocationSetTotaled',
      'AllocationSetAggregated',
      'AllocationSetReconciled',
      'AllocationSetTotaled',
      'AllocationSetAggregated',
    ]);
  });

  test('waits for the requests before it; the file shows isRepairing until then', async () => {
    const clock = stoppedClock();
    await using server = await serve({}, clock);
    const days = ['2026-03-10', broken, '2026-03-12'];
    for (const day of days) await server.data(`/etl/allocation/repair?${windowOf(day)}`);
    const repairing = async () => {
      const files = await Promise.all(days.map((day) => fileOf(server, day)));
      return files.map((file) => file?.isRepairing);
    };
    const seen = new Set<string>();
    for (let second = 0; second <= 15; second++) {
      seen.add((await repairing()).join());
      clock.time += 1000;
    }
    expect([...seen]).toEqual([
      'true,true,true',
      'false,true,true',
      'false,false,true',
      'false,false,false',
    ]);
  });

  test('without a window is refused', async () => {
    await using server = await serve();
    const response = await fetch(`${server.url}/model/etl/asset/repair`);
    expect(response.status).toBe(400);
  });

  test('of the bill removes what only the bill had wrong', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: [`bill-mismatch=${broken}`] }, clock);
    expect(await auditsOf(server)).toEqual(['AuditAssetReconciliation']);
    await server.data(`/etl/asset/repair?${window}`);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 15_000;
    expect(await auditsOf(server)).toEqual(['AuditAssetReconciliation']);
    await server.data(`/cloudCost/repair?${window}`);
    clock.time += 15_000;
    expect(await auditsOf(server)).toEqual([]);
  });
});

describe('a repair of both stores', () => {
  const repairBoth = async (fault: string) => {
    const clock = stoppedClock();
    await using server = await serve({ faults: [`${fault}=${broken}`] }, clock);
    const before = await auditsOf(server);
    await server.data(`/etl/asset/repair?${window}`);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 15_000;
    return { before, after: await auditsOf(server) };
  };

  test.each(['lost-node', 'price-drift', 'double-count', 'nan', 'reconcile-error', 'gap', 'empty'])(
    '%s: what the stores had wrong is right',
    async (fault) => {
      const { before, after } = await repairBoth(fault);
      expect(before.length).toBeGreaterThan(0);
      expect(after).toEqual([]);
    },
  );

  test.each(['prices-stop', 'duplicate-node', 'cluster-typo', 'pods-missing', 'all-free'])(
    '%s: what the metrics have wrong comes back',
    async (fault) => {
      const { before, after } = await repairBoth(fault);
      expect(before.length).toBeGreaterThan(0);
      expect(after).toEqual(before);
    },
  );
});

describe('a repair beyond the retention of Prometheus', () => {
  test('empties the set', async () => {
    const clock = stoppedClock();
    await using server = await serve({ retention: 48 }, clock);
    expect(await countRows(server)).toBeGreaterThan(100);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 6000;
    expect(await server.data(`/allocation?${window}`)).toEqual([{}]);
    expect(await fileOf(server)).toMatchObject({ warnings: ['set is empty'], errors: [] });
  });

  test('shrinks the set to the hours that are left', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: [`metrics-lost=${broken},18h`] }, clock);
    const total = async () =>
      rows(await server.data(`/allocation?${window}&idle=false&reconcile=false`))
        .map(([, row]) => Number(row['totalCost']))
        .reduce((sum, cost) => sum + cost, 0);
    const before = await total();
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 6000;
    expect((await total()) / before).toBeGreaterThan(0.1);
    expect((await total()) / before).toBeLessThan(0.4);
  });
});

describe('a repair that goes wrong', () => {
  test('repair-fails: the set stays as it was, with an error in its file and in the log', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: ['repair-fails', `nan=${broken}`] }, clock);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 6000;
    expect(await auditsOf(server)).toEqual(['CheckNullCost']);
    expect((await eventsOf(server)).at(-1)).toBe('AllocationSetComputeError');
    expect(await fileOf(server)).toMatchObject({
      isRepairing: false,
      errors: ['error repairing allocation set: query timed out'],
    });
    const metrics = await (await fetch(`${server.url}/model/metrics`)).text();
    expect(metrics).toContain(
      'kubecost_allocation_data_status{resolution="daily",status="error"} 1\n',
    );
  });

  test('repair-restart: the front end answers 502, then the request is forgotten; a second one works', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: ['repair-restart', 'gap'] }, clock);
    await server.data(`/etl/asset/repair?${window}`);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 2000;
    const status = await fetch(`${server.url}/model/etl/status`);
    expect(status.status).toBe(502);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    clock.time += 10_000;
    expect(await countRows(server)).toBe(0);
    const { counters } = (await server.data('/etl/log')) as { counters: Record<string, number> };
    expect(counters['AllocationSetSaved']).toBeUndefined();
    expect(counters['AllocationSetLoaded']).toBeGreaterThan(10);
    await server.data(`/etl/allocation/repair?${window}`);
    clock.time += 6000;
    expect(await countRows(server)).toBeGreaterThan(100);
  });

  test('repair-relapse: the next reconciliation run brings the fault back', async () => {
    const clock = stoppedClock();
    const faults = [`repair-relapse=${broken}`, `lost-disk=${broken}`];
    await using server = await serve({ faults }, clock);
    await server.data(`/etl/asset/repair?${window}`);
    clock.time += 6000;
    expect(await auditsOf(server)).toEqual([]);
    const before = await server.data('/etl/log?kind=AssetSetReconciled');
    clock.time += 3_600_000;
    expect(await auditsOf(server)).toEqual(['AuditClusterEquality']);
    const after = await server.data('/etl/log?kind=AssetSetReconciled');
    expect(after).not.toEqual(before);
  });
});

describe('a repair in a federated setup', () => {
  const faults = (cluster: string) => ['federated', `lost-disk=${broken},${cluster}`];

  test.each([
    ['cluster-one', []],
    ['cluster-two', ['AuditClusterEquality']],
  ])('reaches the local cluster alone: a disk lost in %s', async (cluster, left) => {
    const clock = stoppedClock();
    await using server = await serve({ faults: faults(cluster) }, clock);
    expect(await auditsOf(server)).toEqual(['AuditClusterEquality']);
    await server.data(`/etl/asset/repair?${window}`);
    clock.time += 6000;
    expect(await auditsOf(server)).toEqual(left);
  });

  test('of a day that is missing rebuilds the rows and the file of the local cluster', async () => {
    const clock = stoppedClock();
    await using server = await serve({ faults: ['federated', 'gap'] }, clock);
    await server.data(`/etl/allocation/repair?${window}`);
    await server.data(`/etl/asset/repair?${window}`);
    clock.time += 12_000;
    const clusters = rows(await server.data(`/assets?${window}&aggregate=cluster`));
    expect(clusters.map(([name]) => name)).toContain('cluster-one');
    expect(clusters.map(([name]) => name)).not.toContain('cluster-two');
    const { allocation } = (await server.data('/etl/status')) as {
      allocation: Record<string, { daily: { backup: { files: StatusFile[] } } }>;
    }; // the documented shape
    const day = `/1d/${Date.parse(broken) / 1000}-`;
    const present = Object.entries(allocation)
      .filter(([, { daily }]) => daily.backup.files.some(({ name }) => name.includes(day)))
      .map(([cluster]) => cluster);
    expect(present).toEqual(['cluster-one']);
  });

  test('cannot be planned for other clusters: Prometheus has the local one alone', async () => {
    await using server = await serve({ faults: ['federated'] }, stoppedClock());
    const { data } = (await server.json(
      `/prometheusQuery?query=${encodeURIComponent('count by (cluster_id) (kube_node_info)')}`,
    )) as { data: { result: { metric: Record<string, string> }[] } }; // Prometheus's shape
    expect(data.result.map(({ metric }) => metric['cluster_id'])).toEqual(['cluster-one']);
  });
});
