import type { Client } from '../../kubecost/client.ts';
import { documentAt } from '../../kubecost/document-at.ts';
import { identify } from '../../kubecost/identity.ts';
import { retentionOf } from '../../kubecost/metrics-retention.ts';
import { detectProduct, type Product, productText } from '../../kubecost/product.ts';
import { readProductConfigs } from '../../kubecost/product-configs.ts';
import { hour, type Span } from '../../time.ts';

/** Why a product cannot repair, and what to do instead; null where it can. */
export function unsupportedReason({ name, version }: Product): string | null {
  if (name === 'opencost') {
    return (
      'OpenCost stores nothing and has no repair: it computes every day from Prometheus. Restore the samples, or fix ' +
      'what scrapes them; days without samples stay wrong'
    );
  }
  if (/^v?[3-9]\./.test(version ?? '')) {
    return (
      `Kubecost ${version} has no repair: its agents push each day once. Fix the agent of the cluster; new days are ` +
      'right, and past days can be restored from the object storage'
    );
  }
  return null;
}

/** Facts about a server that do not change while a repair runs. */
export interface ServerFacts {
  readonly product: Product;
  /** Name and version. */
  readonly productText: string;
  /** The cluster that the server builds; empty where it does not say. */
  readonly clusterId: string;
  /** Time that Prometheus keeps samples, in milliseconds; null where it is not reported. */
  readonly retention: number | null;
}

/** @param probe a day that should have data, to tell the products apart */
export async function readServerFacts(client: Client, probe: Span): Promise<ServerFacts> {
  const product = await detectProduct(client, { start: probe.start, end: probe.start + hour });
  const { clusterId, prometheusRetention } = identify({
    productConfigs: await readProductConfigs(client, product),
    clusterInfo: await documentAt(client, '/clusterInfo'),
  });
  const retention = prometheusRetention === null ? null : retentionOf(prometheusRetention);
  return { product, productText: productText(product), clusterId: clusterId ?? '', retention };
}
