import type { ProductVariant } from '../variants.ts';

/** A boolean parameter as Go's ParseBool reads it; an invalid value is the default. */
export function flag(params: URLSearchParams, name: string, fallback: boolean): boolean {
  const text = params.get(name)?.toLowerCase();
  if (text === 'true' || text === '1' || text === 't') return true;
  if (text === 'false' || text === '0' || text === 'f') return false;
  return fallback;
}

/** Applies `offset` and `limit` to the rows of a set. */
export type Page = <T>(rows: Iterable<T>) => Iterable<T>;

export function page(params: URLSearchParams, variant: ProductVariant): Page {
  const offset = Math.max(0, Number.parseInt(params.get('offset') ?? '', 10) || 0);
  const limit = Number.parseInt(params.get('limit') ?? '', 10);
  if (!variant.pages || (offset === 0 && !(limit >= 0))) return (rows) => rows;
  return (rows) => part(rows, offset, limit >= 0 ? offset + limit : Number.POSITIVE_INFINITY);
}

function* part<T>(rows: Iterable<T>, from: number, to: number): Generator<T> {
  let index = 0;
  for (const row of rows) {
    if (index >= to) return;
    if (index >= from) yield row;
    index += 1;
  }
}
