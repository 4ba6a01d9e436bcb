import { DataError } from '../errors.ts';
import type { Client } from './client.ts';
import { failureBehind } from './failure.ts';
import { identify } from './identity.ts';
import { readUnwrappedDocument } from './json/document.ts';

/**
 * The cluster id that a server reports for itself; null where it reports none.
 *
 * @throws KcEtlError where the server cannot be reached or is overloaded, so that it is not known
 */
export async function clusterIdOf(client: Client): Promise<string | null> {
  try {
    const clusterInfo = await client.get('/clusterInfo', {}, readUnwrappedDocument);
    return identify({ clusterInfo }).clusterId;
  } catch (error) {
    const failure = error instanceof DataError ? failureBehind(error) : undefined;
    const isTemporary = failure && (failure.status === null || failure.transient);
    if (!(error instanceof DataError) || isTemporary) throw error;
    return null;
  }
}
