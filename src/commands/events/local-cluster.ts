import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { kubecostVersion } from '../../kubecost/product.ts';

/**
 * A note on Kubecost 2, whose front end answers `/etl/*` from the cost-model of the local cluster,
 * while costs come from all clusters; otherwise none.
 */
export async function localClusterNotes(client: Client, isWanted: boolean): Promise<string[]> {
  if (!isWanted || client.saved !== undefined) return [];
  try {
    const version = await kubecostVersion(client);
    return /^v?2\./.test(version ?? '')
      ? ['on Kubecost 2 the event log covers the local cluster only, not the other clusters']
      : [];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}
