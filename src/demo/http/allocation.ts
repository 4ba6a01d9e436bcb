import { allocationKey } from '../build/aggregates.ts';
import type { Allocation } from '../build/allocation.ts';
import { storeState } from '../build/spec.ts';
import type { Kubecost } from '../kubecost.ts';
import {
  type AllocationQuery,
  accumulateAllocations,
  queryAllocations,
} from '../query/allocations.ts';
import type { Stores } from '../stores.ts';
import { allocationWriter } from './allocation-json.ts';
import { allocationFilter } from './filter.ts';
import { flag, type Page, page } from './params.ts';
import { envelope, HttpError, type HttpRequest, type HttpResponse, textError } from './response.ts';
import { type Step, stepsOf } from './steps.ts';
import { requiredWindow } from './window.ts';

/** `GET /allocation` and `/allocation/compute`: sets of rows, generated while they are sent. */
export function allocation({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { variant, stores } = kubecost;
  const query = allocationQuery(params, kubecost);
  const steps = stepsOf(requiredWindow(params, now), params, kubecost, now);
  if (!steps.some(hasAllocations)) return envelope([variant.noData]);
  const write = allocationWriter(variant);
  const dropsEmpty = !variant.reconciles && query.filter !== null;
  return envelope(
    setsJson(steps, { stores, query, page: page(params, variant), dropsEmpty, write }),
  );
}

interface Writing {
  readonly stores: Stores;
  readonly query: AllocationQuery;
  readonly page: Page;
  /** OpenCost omits sets that a filter leaves empty. */
  readonly dropsEmpty: boolean;
  readonly write: ReturnType<typeof allocationWriter>;
}

function* setsJson(steps: readonly Step[], writing: Writing): Generator<string> {
  yield '[';
  let between = '';
  for (const step of steps) {
    let comma = '';
    for (const row of writing.page(rowsOf(writing.stores, step, writing.query))) {
      yield `${comma === '' ? `${between}{` : comma}${JSON.stringify(row.name)}:${writing.write(row, step.window)}`;
      comma = ',';
    }
    if (comma === '' && writing.dropsEmpty) continue;
    yield comma === '' ? `${between}{}` : '}';
    between = ',';
  }
  yield ']';
}

function hasAllocations({ sets }: Step): boolean {
  return sets.some((set) => storeState(set, 'allocations') !== 'missing');
}

/** Rows of a step; several sets are summed by name. */
export function rowsOf(
  stores: Stores,
  { sets }: Step,
  query: AllocationQuery,
): Iterable<Allocation> {
  const [only, ...others] = sets;
  if (!only) return [];
  if (others.length === 0) return queryAllocations(stores, only, query);
  return accumulateAllocations(sets.map((set) => queryAllocations(stores, set, query))).values();
}

/**
 * The query from the parameters that this product variant knows; it ignores others.
 * @throws HttpError for a property that allocations do not have, and for an invalid filter
 */
export function allocationQuery(
  params: URLSearchParams,
  { variant }: Pick<Kubecost, 'variant'>,
): AllocationQuery {
  const kubecost = variant.reconciles;
  return {
    aggregate: params.getAll('aggregate').flatMap((text) =>
      text
        .split(',')
        .filter((property) => property !== '')
        .map((property) => {
          const key = allocationKey(property);
          if (key) return { property, key };
          throw new HttpError(
            textError(400, `Invalid 'aggregate' parameter: unrecognized: ${property}`),
          );
        }),
    ),
    idle: kubecost ? flag(params, 'idle', true) : flag(params, 'includeIdle', false),
    splitIdle: kubecost && flag(params, 'splitIdle', false),
    idleByNode: flag(params, 'idleByNode', false),
    shareIdle: flag(params, 'shareIdle', false),
    reconcile: !kubecost || flag(params, 'reconcile', true),
    shareTenancyCosts: kubecost && flag(params, 'shareTenancyCosts', true),
    filter: allocationFilter(params, variant.oldFilters),
  };
}
