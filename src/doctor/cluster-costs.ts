import type { ProbeResult, Requester } from './requests.ts';

/** Allocations by cluster; before 1.103 OpenCost has them at `/allocation/compute` only. */
export async function clusterCosts(
  requester: Requester,
  window: '1h' | '1d',
): Promise<ProbeResult<unknown>> {
  const query = `?window=${window}&aggregate=cluster&accumulate=true`;
  const costs = await requester.data('/allocation', query);
  if (costs.ok || costs.specificity !== 'missing') return costs;
  const older = await requester.data('/allocation/compute', query);
  return older.ok ? older : costs;
}
