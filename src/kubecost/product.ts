import { DataError } from '../errors.ts';
import { formatSpan, type Span } from '../time.ts';
import type { Client } from './client.ts';
import { identify } from './identity.ts';
import { readEnvelope } from './json/envelope.ts';
import { tokenizeJson } from './json/tokenizer.ts';
import { type ApiResponse, checkEnvelope } from './response.ts';

/** What answers under an address. */
export interface Product {
  readonly name: 'kubecost' | 'opencost';
  /** As it says it; null where it does not. */
  readonly version: string | null;
}

/**
 * Recognises the product: Kubecost has a `/productConfigs` and answers `/assets` with an array,
 * OpenCost with one map.
 *
 * @param window a small one that should have data
 * @throws KcEtlError where neither can be asked
 */
export async function detectProduct(client: Client, window: Span): Promise<Product> {
  const productConfigs = await productConfigsOf(client);
  const described = identify({ ...unknown, productConfigs });
  if (described.product !== null) return { name: described.product, version: described.version };
  const opening = await client.get('/assets', { window: formatSpan(window) }, openingOfData);
  const { product } = identify({ ...unknown, assets: opening && openings[opening] });
  if (product === null) {
    throw new DataError(
      `${client.server}/assets has no data, so Kubecost and OpenCost cannot be told apart`,
      'choose a --window that has data',
    );
  }
  return { name: product, version: null };
}

/** Nothing is known yet. */
const unknown = {
  productConfigs: undefined,
  clusterInfo: undefined,
  installInfo: undefined,
  hasEventLog: false,
  assets: undefined,
  allocations: undefined,
} as const;

const openings = { '{': {}, '[': [] } as const;

/** Whether an idle below 0 becomes 0 there (OpenCost 1.118, Kubecost 3); null: not known. */
export function clampsIdle({ name, version }: Product): boolean | null {
  const [major] = /^v?(\d+)\./.exec(version ?? '')?.slice(1) ?? [];
  return name === 'opencost' || major === undefined ? null : Number(major) >= 3;
}

/** The version of a Kubecost, from `/productConfigs` alone; null for other servers, and where not reported. */
export async function kubecostVersion(client: Client): Promise<string | null> {
  const { product, version } = identify({
    ...unknown,
    productConfigs: await productConfigsOf(client),
  });
  return product === 'kubecost' ? version : null;
}

/** Undefined where there are no such configs. */
async function productConfigsOf(client: Client): Promise<unknown> {
  try {
    return await client.get('/productConfigs', {}, wholeAnswer);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

async function wholeAnswer(answer: ApiResponse): Promise<unknown> {
  let whole: unknown = null;
  await tokenizeJson(answer.body, {
    value(row) {
      whole = row.json();
    },
  });
  return whole;
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
