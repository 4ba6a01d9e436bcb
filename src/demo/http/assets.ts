import { assetKey, assetTotal } from '../build/asset.ts';
import {
  type AssetKeyOf,
  type AssetSum,
  addAssets,
  aggregateAssets,
  assetProperty,
} from '../build/asset-aggregates.ts';
import { type SetSpec, storeState } from '../build/spec.ts';
import { amountsOf, assetTotalsSum } from '../build/totals.ts';
import type { Kubecost } from '../kubecost.ts';
import { assetJson } from './asset-json.ts';
import { assetFilter } from './filter.ts';
import { flag, page } from './params.ts';
import {
  data,
  envelope,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  rawJson,
  textError,
} from './response.ts';
import { type Step, stepsOf } from './steps.ts';
import { requiredWindow } from './window.ts';

/** `GET /assets`: one map per day; on OpenCost one map for the whole window. */
export function assets({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { variant } = kubecost;
  const steps = stepsOf(requiredWindow(params, now), params, kubecost, now);
  const array = variant.assets === 'array';
  if (
    array &&
    !steps.some(({ sets }) => sets.some((set) => storeState(set, 'assets') !== 'missing'))
  ) {
    return envelope([variant.noData]);
  }
  const refusal = rowLimitRefusal(steps, params, kubecost);
  if (refusal) return refusal;
  const read = reader(params, kubecost);
  const pageOf = page(params, variant);
  const adjusted = !flag(params, 'disableAdjustments', false);
  function* parts(): Generator<string> {
    if (array) yield '[';
    for (const [index, step] of steps.entries()) {
      if (index > 0) yield ',';
      yield '{';
      let comma = '';
      for (const [key, asset] of pageOf(read(step))) {
        yield `${comma}${JSON.stringify(key)}:${assetJson(asset, step.window, adjusted)}`;
        comma = ',';
      }
      yield '}';
    }
    if (array) yield ']';
  }
  return envelope(parts());
}

/** `row-limit`: the refusal of a response with too many rows, which Kubecost sends with status 200. */
function rowLimitRefusal(
  steps: readonly Step[],
  params: URLSearchParams,
  kubecost: Kubecost,
): HttpResponse | null {
  const limit = kubecost.options.faults.find(({ name }) => name === 'row-limit')?.amount;
  if (limit === undefined) return null;
  const read = reader(params, kubecost);
  const rows = steps.reduce((sum, step) => sum + [...read(step)].length, 0);
  if (rows <= limit) return null;
  const warning = `Requested ${rows} rows of Asset data which exceeds the limit of ${limit}.`;
  return rawJson(`${JSON.stringify({ code: 200, data: {}, warning })}\n`);
}

type Reader = (step: Step) => Iterable<readonly [string, AssetSum]>;

function reader(params: URLSearchParams, { variant, stores }: Kubecost): Reader {
  const properties = variant.assets === 'map' ? [] : aggregateOf(params);
  const keys = properties.map(({ key }) => key);
  const filter = assetFilter(params, variant.oldFilters);
  const ofSet = (set: SetSpec): Iterable<readonly [string, AssetSum]> => {
    if (filter) return aggregateAssets(filtered(stores.assets(set), filter), keys);
    if (keys.length > 0)
      return stores.assetsBy(
        set,
        properties.map(({ property }) => property),
        keys,
      );
    return plain(stores.assets(set));
  };
  return ({ sets }) => {
    const [only, ...others] = sets;
    if (!only) return [];
    if (others.length === 0) return ofSet(only);
    const sums = new Map<string, AssetSum>();
    for (const set of sets) {
      for (const [key, asset] of ofSet(set)) {
        const known = sums.get(key);
        sums.set(key, known ? addAssets(known, asset) : asset);
      }
    }
    return sums;
  };
}

function* plain(
  assets: Iterable<Parameters<typeof assetKey>[0]>,
): Generator<readonly [string, AssetSum]> {
  for (const asset of assets) yield [assetKey(asset), { ...asset, total: assetTotal(asset) }];
}

function* filtered<T>(items: Iterable<T>, filter: (item: T) => boolean): Generator<T> {
  for (const item of items) if (filter(item)) yield item;
}

/** @throws HttpError for a property that assets do not have */
function aggregateOf(params: URLSearchParams): { property: string; key: AssetKeyOf }[] {
  return params
    .getAll('aggregate')
    .flatMap((text) => text.split(','))
    .filter((property) => property !== '')
    .map((property) => {
      const key = assetProperty(property);
      if (key) return { property, key };
      throw new HttpError(
        textError(400, `Invalid 'aggregate' parameter: unrecognized: ${property}`),
      );
    });
}

/** `GET /assets/topline`: one sum of everything, from the total store. */
export function assetsTopline({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const steps = stepsOf(requiredWindow(params, now), params, kubecost, now);
  const sum = { totalCost: 0, adjustment: 0, numResults: 0 };
  for (const set of steps.flatMap(({ sets }) => sets)) {
    for (const totals of kubecost.stores.assetTotals(set).byCluster.values()) {
      sum.totalCost += assetTotalsSum(totals);
      for (const { adjustment } of amountsOf(totals)) sum.adjustment += adjustment;
    }
    sum.numResults += kubecost.stores.sizes(set).assets;
  }
  return data(sum);
}
