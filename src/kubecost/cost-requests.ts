import { type CostRequest, propertyOf } from '../costs/requests.ts';
import { day, formatSpan, hour, type Span } from '../time.ts';
import type { Params } from './client.ts';
import type { Product } from './product.ts';

/** What an unaggregated day is asked with; said explicitly, since defaults differ. */
const plain = {
  accumulate: 'false',
  idle: 'false',
  shareIdle: 'false',
  reconcile: 'true',
  shareTenancyCosts: 'false',
  external: 'false',
} as const;

const withIdle = { ...plain, idle: 'true', splitIdle: 'true', idleByNode: 'true' } as const;

/**
 * How a product is asked. OpenCost ignores parameters that it does not know, and `includeIdle` hangs
 * on some versions: it gets neither.
 */
export function requestFor(
  question: CostRequest,
  window: Span,
  { name }: Pick<Product, 'name'>,
): { readonly path: string; readonly params: Params } {
  const opencost = name === 'opencost';
  const of = (params: Params) => ({ window: formatSpan(window), ...params });
  // one set for the whole window, where a Kubecost would answer with its hourly ones
  const step = stepOf(window);
  const allocation = (kubecost: Params, aggregate: string | null = null, path = '/allocation') => ({
    path,
    params: of({ aggregate, ...(opencost ? {} : { ...kubecost, step }) }),
  });
  switch (question) {
    case 'allocations':
      return allocation(plain);
    case 'idle':
      return allocation(withIdle, 'cluster,node');
    case 'clusters':
      return allocation({ ...withIdle, shareTenancyCosts: 'true' }, 'cluster');
    case 'summary':
      return allocation(plain, null, '/allocation/summary');
    case 'assets':
      return { path: '/assets', params: of(opencost ? {} : { accumulate: 'false' }) };
    case 'topline':
      return { path: '/assets/topline', params: of({}) };
    case 'bills':
      return { path: '/cloudCost', params: of({ aggregate: 'providerID,category' }) };
    case 'bills by provider':
      return { path: '/cloudCost', params: of({ aggregate: 'provider' }) };
  }
  const property = propertyOf(question, 'allocations');
  if (property !== null) return allocation(plain, property);
  const aggregate = propertyOf(question, 'assets');
  return { path: '/assets', params: of({ aggregate, accumulate: 'false' }) };
}

function stepOf({ start, end }: Span): string | null {
  const length = end - start;
  return length === day ? '1d' : length === hour ? '1h' : null;
}
