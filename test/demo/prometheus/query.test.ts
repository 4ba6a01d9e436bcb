import { describe, expect, test } from 'vitest';
import { noon, stoppedClock } from '../support/in-process.ts';
import { type Server, serve, type TestOptions } from '../support/over-http.ts';

interface Response {
  status: string;
  error?: string;
  data?: {
    resultType: string;
    result: { metric: Record<string, string>; value: [number, string] }[];
  };
}

async function ask(server: Server, query: string, time: string | number = noon / 1000) {
  const response = await server.json(
    `/prometheusQuery?query=${encodeURIComponent(query)}&time=${time}`,
  );
  return response as Response; // the documented shape
}

async function values(options: TestOptions, query: string, time?: string) {
  await using server = await serve(options, stoppedClock());
  const { data, error } = await ask(server, query, time);
  if (!data) throw new Error(error);
  return data.result.map(({ metric, value }) => [metric, Number(value[1])] as const);
}

const world = { clusters: 2, nodes: 4, pods: 40 };
const endOf11th = '2026-03-12T00:00:00Z';

describe('GET /prometheusQuery', () => {
  test('counts a sample a minute of every node of the world', async () => {
    const nodes = await values(
      world,
      'count_over_time(node_total_hourly_cost{cluster_id="cluster-one"}[1d])',
      endOf11th,
    );
    expect(nodes.length).toBeGreaterThan(1);
    expect(Math.max(...nodes.map(([, count]) => count))).toBe(1440);
    for (const [labels] of nodes) expect(labels['cluster_id']).toBe('cluster-one');
    expect(nodes[0]?.[0]).not.toHaveProperty('__name__');
  });

  test('has no samples beyond the retention, and part of the day in which it ends', async () => {
    const query = 'max(count_over_time(kube_node_info[1d]))';
    // The clock stands at 12:20 on the 14th: 97 hours before is 11:20 on the 10th, a sample itself.
    expect(await values(world, query, '2026-03-10T00:00:00Z')).toEqual([]);
    expect(await values(world, query, '2026-03-11T00:00:00Z')).toEqual([[{}, 761]]);
    expect(await values({ ...world, retention: 24 * 30 }, query, '2026-03-10T00:00:00Z')).toEqual([
      [{}, 1440],
    ]);
  });

  test('matchers, aggregations, comparisons and offsets', async () => {
    const byCluster = await values(world, 'count by (cluster_id) (kube_node_info)');
    expect(byCluster.map(([labels]) => labels['cluster_id'])).toEqual([
      'cluster-one',
      'cluster-two',
    ]);
    const other = await values(world, 'count(kube_node_info{cluster_id!~".*-one"})');
    expect(other).toEqual([[{}, byCluster[1]?.[1]]]);
    expect(await values(world, 'up{job=~"open.*"} == 1')).toHaveLength(2);
    expect(await values(world, 'sum without (job) (up) > 3')).toEqual([]);
    const ago = await values(world, 'max(count_over_time(up[1h] offset 2d))');
    expect(ago).toEqual([[{}, 60]]);
    const cores = await values(world, 'kube_node_status_capacity{resource="cpu"}');
    expect(cores.every(([labels]) => labels['unit'] === 'core')).toBe(true);
    const containers = await values(world, 'count(container_cpu_allocation)');
    expect(containers[0]?.[1]).toBeGreaterThan(30);
    expect(await values(world, 'no_such_metric')).toEqual([]);
  });

  test('faults of the metrics show in the series', async () => {
    const day = 'fault=2026-03-11';
    const count = (fault: string, query: string) =>
      values({ ...world, faults: [day.replace('fault', fault)] }, query, endOf11th);
    expect(await count('no-samples', 'count_over_time(up[1d])')).toEqual([]);
    const stopped = await count('prices-stop', 'count_over_time(node_total_hourly_cost[1d])');
    expect(Math.min(...stopped.map(([, samples]) => samples))).toBe(14 * 60 - 1); // a range excludes its start, midnight
    const missing = await count(
      'pods-missing',
      'count by (cluster_id) (count_over_time(container_cpu_allocation[1d]))',
    );
    expect(missing.map(([labels]) => labels['cluster_id'])).toEqual(['cluster-two']);
    const twice = await count(
      'duplicate-node',
      'count by (node) (count_over_time(node_total_hourly_cost[1d])) > 1',
    );
    expect(twice).toHaveLength(1);
    const typo = await count(
      'cluster-typo',
      'count by (cluster_id) (count_over_time(node_total_hourly_cost[1d]))',
    );
    expect(typo.map(([labels]) => labels['cluster_id'])).toContain('clsuter-one');
    const renamed = await count(
      'node-renamed',
      'count by (node) (count_over_time(container_cpu_allocation{node=~".*:9100"}[1d]))',
    );
    expect(renamed).toHaveLength(1);
    const free = await count('all-free', 'max(max_over_time(node_total_hourly_cost[1d]))');
    expect(free).toEqual([[{}, 0]]);
    const lost = await count('metrics-lost', 'count_over_time(up[1d])');
    expect(lost).toEqual([]);
  });

  test('hours that Prometheus lost are missing hour by hour', async () => {
    await using server = await serve(
      { ...world, faults: ['metrics-lost=2026-03-11,6h'] },
      stoppedClock(),
    );
    const present = async (hour: number) => {
      const time = Date.UTC(2026, 2, 11, hour + 1) / 1000;
      const { data } = await ask(server, 'max(count_over_time(up[1h]))', time);
      return data?.result.length === 1;
    };
    expect(await present(5)).toBe(false);
    expect(await present(6)).toBe(true);
  });

  test.each([
    ['', /no expression found/],
    ['up[1h]', /needs a function over time/],
    ['count_over_time(up)', /expected type range vector/],
    ['rate(up[5m])', /unexpected "\("/],
    ['up{job=}', /unexpected "}"/],
    ['sum(up', /unexpected end of input/],
    ['up ++ 1', /unexpected character/],
    ['up{job=~"("}', /error parsing regexp/],
  ])('%s is an error as Prometheus has it', async (query, message) => {
    await using server = await serve(world, stoppedClock());
    const response = await ask(server, query);
    expect(response).toMatchObject({ status: 'error', error: expect.stringMatching(message) });
  });

  test('a product without the endpoint answers 404', async () => {
    await using server = await serve({ ...world, as: 'kubecost-3' }, stoppedClock());
    const response = await fetch(`${server.url}/model/prometheusQuery?query=up`);
    expect(response.status).toBe(404);
  });
});
