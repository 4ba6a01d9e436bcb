import { DataError } from '../errors.ts';
import { formatSpan, type Span } from '../time.ts';
import type { Client, Params } from './client.ts';
import { EndpointNotFoundError, GatewayGaveUpError, RefusalError } from './failure.ts';
import { identify } from './identity.ts';
import { readDocument } from './json/document.ts';
import { readEnvelope } from './json/envelope.ts';
import type { ApiResponse } from './response.ts';
import { checkEnvelope } from './response-data.ts';

/** The product that answers under an address. */
export interface Product {
  readonly name: 'kubecost' | 'opencost';
  /** As the server reports it; null where it does not. */
  readonly version: string | null;
  /** The response of `/productConfigs`; absent where it has none, or the product was not detected. */
  readonly configs?: unknown;
}

/**
 * The product and version, with as few requests as decide it: `/productConfigs` of a Kubecost,
 * `/installInfo` of an OpenCost, and where neither decides the shape of `/assets`.
 *
 * @param window a small one that should have data
 * @throws KcEtlError where nothing tells the products apart
 */
export async function detectProduct(client: Client, window: Span): Promise<Product> {
  const productConfigs = await documentOf(client, '/productConfigs');
  const configs = dataOf(productConfigs);
  const described = identify({ productConfigs: configs });
  if (described.product !== null) {
    return { name: described.product, version: described.version, configs };
  }
  const installInfo = dataOf(await documentOf(client, '/installInfo'));
  const { version } = identify({ installInfo });
  // every Kubecost has /productConfigs, and only Kubecost has a version 2 or 3
  const lacksConfigs = productConfigs instanceof EndpointNotFoundError;
  const major = majorOf(version);
  if (major !== null && major > 1) return { name: 'kubecost', version };
  if (major === 1 && lacksConfigs) return { name: 'opencost', version };
  const { product } = identify(await costsOf(client, window, lacksConfigs));
  if (product !== null) return { name: product, version };
  throw new DataError(
    `${client.server}/assets has no data, so Kubecost and OpenCost cannot be told apart`,
    'choose a --window that has data',
  );
}

/** Whether an idle below 0 becomes 0 there (OpenCost 1.118, Kubecost 3); null: not known. */
export function clampsIdle({ name, version }: Product): boolean | null {
  const [major, minor] =
    /^v?(\d+)\.(\d+)/
      .exec(version ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  if (major === undefined || minor === undefined) return null;
  return name === 'kubecost' ? major >= 3 : major > 1 || minor >= 118;
}

/** The version of a Kubecost, from `/productConfigs` alone; null for other servers, and where not reported. */
export async function kubecostVersion(client: Client): Promise<string | null> {
  const productConfigs = dataOf(await documentOf(client, '/productConfigs'));
  const { product, version } = identify({ productConfigs });
  return product === 'kubecost' ? version : null;
}

const openings = { '{': {}, '[': [] } as const;

type Costs = Partial<Record<'assets' | 'allocations', unknown>>;

/**
 * The shape of `/assets`. A server without it is an OpenCost before 1.104 if it has allocations; one that
 * refuses it, for its row limit, is an OpenCost if it has no `/productConfigs`.
 *
 * @throws KcEtlError where the server fails
 */
async function costsOf(client: Client, window: Span, lacksConfigs: boolean): Promise<Costs> {
  const params = { window: formatSpan(window) };
  try {
    const opening = await client.get('/assets', params, openingOfData);
    return opening === null ? {} : { assets: openings[opening] };
  } catch (error) {
    if (error instanceof RefusalError && lacksConfigs) return { allocations: [] };
    if (!(error instanceof EndpointNotFoundError)) throw error;
    const opening = await allocationsOf(client, params);
    return opening === null ? {} : { allocations: openings[opening] };
  }
}

async function allocationsOf(client: Client, params: Params): Promise<'{' | '[' | null> {
  try {
    return await client.get('/allocation', params, openingOfData);
  } catch (error) {
    if (!(error instanceof EndpointNotFoundError)) throw error;
    // before 1.103 OpenCost has it under this name only
    return client.get('/allocation/compute', params, openingOfData);
  }
}

function majorOf(version: string | null): number | null {
  const major = /^v?(\d+)\.\d/.exec(version ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

/**
 * A JSON document without an envelope, or why there is none.
 *
 * @throws KcEtlError where no other request would tell more
 */
async function documentOf(client: Client, path: string): Promise<unknown> {
  try {
    return await client.get(path, {}, readDocument);
  } catch (error) {
    if (error instanceof DataError && !(error instanceof GatewayGaveUpError)) return error;
    throw error;
  }
}

function dataOf(document: unknown): unknown {
  return document instanceof DataError ? undefined : document;
}

async function openingOfData(answer: ApiResponse): Promise<'{' | '[' | null> {
  let found: '{' | '[' | null = null;
  let rows = 0;
  const envelope = await readEnvelope(answer.body, (opening) => {
    found = opening;
    return {
      value(row) {
        row.json();
        rows++;
      },
    };
  });
  envelope.hasData ||= rows > 0;
  checkEnvelope(envelope, answer);
  return found;
}

/** Name as its makers write it. */
export function productName({ name }: Pick<Product, 'name'>): string {
  return name === 'kubecost' ? 'Kubecost' : 'OpenCost';
}

/** Name and version: `Kubecost 2.4.3`. */
export function productText(product: Product): string {
  return `${productName(product)}${product.version ? ` ${product.version}` : ''}`;
}
