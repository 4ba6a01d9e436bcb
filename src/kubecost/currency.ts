import type { Client } from './client.ts';
import { identify } from './identity.ts';
import type { Product } from './product.ts';
import { readProductConfigs } from './product-configs.ts';

/**
 * The currency of the server's costs, as `EUR`: `kubecostProductConfigs.currencyCode` of the Helm values, which
 * `/productConfigs` can contain. Null where the server does not report it; its costs are in USD then unless
 * prices in another currency were configured, since nothing converts them.
 */
export async function serverCurrency(client: Client, product: Product): Promise<string | null> {
  return identify({ productConfigs: await readProductConfigs(client, product) }).currency;
}
