import type { Client } from './client.ts';
import { documentAt } from './metrics-retention.ts';

/**
 * The currency of the server's costs, as `EUR`: `kubecostProductConfigs.currencyCode` of the Helm values, which
 * `/productConfigs` can contain. Null where the server does not report it; its costs are in USD then unless
 * prices in another currency were configured, since nothing converts them.
 */
export async function serverCurrency(client: Client): Promise<string | null> {
  const configs = await documentAt(client, '/productConfigs');
  const code: unknown =
    typeof configs === 'object' && configs !== null ? Reflect.get(configs, 'currencyCode') : null;
  return typeof code === 'string' && /^[a-z]{3}$/i.test(code.trim())
    ? code.trim().toUpperCase()
    : null;
}
