import { day, hour } from '../../time.ts';
import type { Kubecost } from '../kubecost.ts';
import { rfc3339 } from '../time.ts';
import { data, type HttpRequest, type HttpResponse } from './response.ts';

const refreshInterval = 6 * hour;

/** `GET /cloudCost/status`: the billing integration of every cloud that a cluster runs on. */
export function cloudCostStatus({ now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { pipeline, world, log } = kubecost;
  const billed = pipeline.days(now).filter((set) => set.billed);
  const lastRun = Math.floor(pipeline.effectiveTime(now) / refreshInterval) * refreshInterval;
  const accounts = new Map(world.clusters.map((cluster) => [cluster.account, cluster]));
  return data(
    [...accounts].map(([account, { provider }]) => ({
      key: `${provider.name.toLowerCase()}-${account}`,
      source: provider.name === 'AWS' ? 'Athena' : provider.name === 'GCP' ? 'BigQuery' : 'Storage',
      provider: provider.name,
      active: true,
      valid: true,
      lastRun: rfc3339(lastRun),
      nextRun: rfc3339(lastRun + refreshInterval),
      RefreshRate: '6h0m0s',
      created: rfc3339(log.startedAt),
      runs: Math.max(1, Math.floor((now - log.startedAt) / refreshInterval)),
      coverage: coverage(billed[0]?.window.start, billed.at(-1)?.window.start),
      connectionStatus: 'Connection Successful',
      config: { account, authorizer: { authorizerType: 'SimulatedKey', secret: 'REDACTED' } },
    })),
  );
}

/** Go's notation of a window: `[2026-03-01T00:00:00+0000, 2026-03-14T00:00:00+0000)`. */
function coverage(first: number | undefined, last: number | undefined): string {
  if (first === undefined || last === undefined) return '[nil, nil)';
  const time = (at: number) => rfc3339(at).replace('Z', '+0000');
  return `[${time(first)}, ${time(last + day)})`;
}
