import type { Client } from '../../kubecost/client.ts';
import { readPrometheusVector } from '../../kubecost/schemas/prometheus-query.ts';
import { type RepairMetric, repairMetrics } from '../../repair/stores.ts';
import { hour, type Span } from '../../time.ts';

/** Queries at a time; each is an instant query of one hour. */
const maxParallel = 4;

type Counts = Map<string, number[]>;

/**
 * The number of samples of each node in each hour of a day, by metric.
 *
 * @param localCluster the cluster of series without a cluster label
 * @throws DataError where Prometheus cannot be asked
 */
export async function readHourlySamples(
  client: Client,
  day: Span,
  localCluster: string,
): Promise<Map<RepairMetric, Counts>> {
  const hours = Math.round((day.end - day.start) / hour);
  const found = new Map<RepairMetric, Counts>(repairMetrics.map((metric) => [metric, new Map()]));
  const queries = repairMetrics.flatMap((metric) =>
    Array.from({ length: hours }, (_, at) => ({ metric, at })),
  );
  for (let from = 0; from < queries.length; from += maxParallel) {
    const batch = queries.slice(from, from + maxParallel).map(async ({ metric, at }) => {
      const query = `sum by (cluster_id, cluster, node) (count_over_time(${metric}[1h]))`;
      const time = String((day.start + (at + 1) * hour) / 1000);
      const vector = await client.get('/prometheusQuery', { query, time }, readPrometheusVector);
      for (const { labels, value } of vector) {
        const cluster = labels.get('cluster_id') || labels.get('cluster') || localCluster;
        const key = `${cluster}/${labels.get('node') ?? ''}`;
        const counts = found.get(metric)?.get(key) ?? Array<number>(hours).fill(0);
        counts[at] = (counts[at] ?? 0) + value;
        found.get(metric)?.set(key, counts);
      }
    });
    await Promise.all(batch);
  }
  return found;
}
