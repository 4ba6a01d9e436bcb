import { z } from 'zod';
import { DataError } from '../errors.ts';
import type { Client } from './client.ts';
import { isUnsupported, WebPageError } from './failure.ts';
import { identify } from './identity.ts';
import { readData } from './response-data.ts';

/**
 * The cluster id that a server reports for itself; null where it reports none.
 *
 * @throws KcEtlError where the request fails, so that it is not known: a day stored without the id would
 * be that of another server
 */
export async function clusterIdOf(client: Client): Promise<string | null> {
  try {
    const clusterInfo = await client.get('/clusterInfo', {}, (response) =>
      readData(response, z.unknown()),
    );
    return identify({ clusterInfo }).clusterId;
  } catch (error) {
    if (isUnsupported(error) || error instanceof WebPageError) return null;
    if (!(error instanceof DataError)) throw error;
    throw new DataError(
      `the days cannot be stored without the server's cluster id: ${error.message}`,
      error.hint,
    );
  }
}
