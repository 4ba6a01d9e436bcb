import { z } from 'zod';
import type { ProbeResult, Requester } from './requests.ts';

const set = z.record(z.string(), z.looseObject({}).nullable()).nullable();

/** `data` of `/allocation` and `/assets`, as far as every command reads it: maps of rows. */
export const costSetsSchema = z.union([z.array(set), set]);

/** Allocations by cluster; before 1.103 OpenCost has them at `/allocation/compute` only. */
export async function clusterCosts(
  requester: Requester,
  window: '1h' | '2d',
): Promise<ProbeResult<unknown>> {
  const query = `?window=${window}&aggregate=cluster&accumulate=true`;
  const costs = await requester.data('/allocation', query, costSetsSchema);
  if (costs.ok || costs.specificity !== 'missing') return costs;
  const older = await requester.data('/allocation/compute', query, costSetsSchema);
  return older.ok ? older : costs;
}
