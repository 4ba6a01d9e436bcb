import { day, hour } from '../time.ts';
import type { Client } from './client.ts';
import { identify } from './identity.ts';
import type { Product } from './product.ts';
import { readProductConfigs } from './product-configs.ts';

/** Time for which Prometheus keeps samples, in milliseconds; null where the server does not report it. */
export async function readMetricsRetention(
  client: Client,
  product: Product,
): Promise<number | null> {
  const productConfigs = await readProductConfigs(client, product);
  const { prometheusRetention } = identify({ productConfigs });
  return prometheusRetention === null ? null : retentionOf(prometheusRetention);
}

const units = { h: hour, d: day, w: 7 * day, y: 365 * day } as const;

/** Milliseconds of `97h`, `15d` or `2w`; null for anything else. */
export function retentionOf(text: string): number | null {
  const [, amount, unit] = /^(\d+)([hdwy])$/.exec(text.trim()) ?? [];
  return amount === undefined ? null : Number(amount) * units[unit as keyof typeof units]; // as matched
}
