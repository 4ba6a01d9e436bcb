import type { Client } from './client.ts';
import { documentAt } from './document-at.ts';
import type { Product } from './product.ts';

/**
 * The response of `/productConfigs`, read already where the product was detected by it;
 * undefined where the server does not return it.
 *
 * @param product null where it was not detected
 */
export async function readProductConfigs(
  client: Client,
  product: Product | null,
): Promise<unknown> {
  return product?.configs ?? (await documentAt(client, '/productConfigs'));
}
