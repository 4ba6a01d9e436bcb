import type { BillLine } from '../build/bills.ts';
import type { Kubecost } from '../kubecost.ts';
import { windowJson } from './allocation-json.ts';
import { shortest } from './numbers.ts';
import { flag } from './params.ts';
import { envelope, HttpError, type HttpRequest, type HttpResponse, textError } from './response.ts';
import { type Step, stepsOf } from './steps.ts';
import { requiredWindow } from './window.ts';

/** Properties that bill lines can be aggregated by, in the order of the unaggregated key. */
const properties = {
  invoiceEntityID: (line: BillLine) => line.accountID,
  accountID: (line: BillLine) => line.accountID,
  provider: (line: BillLine) => line.provider,
  providerID: (line: BillLine) => line.providerID,
  category: (line: BillLine) => line.category,
  service: (line: BillLine) => line.service,
} as const;
type Property = keyof typeof properties;
const names = Object.keys(properties) as Property[]; // keys() widens to string

const costs = ['listCost', 'netCost', 'amortizedNetCost'] as const;

interface Sum {
  readonly common: Map<Property, string>;
  readonly cost: Record<(typeof costs)[number], number>;
  kubernetes: number;
}

/** `GET /cloudCost`: bill lines summed by the requested properties. */
export function cloudCost({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const window = requiredWindow(params, now);
  const requested = aggregateOf(params);
  const steps = stepsOf(
    window,
    withoutStep(params),
    { ...kubecost, variant: { ...kubecost.variant, reconciles: true } },
    now,
  );
  function* parts(): Generator<string> {
    yield '{"sets":[';
    for (const [index, step] of steps.entries()) {
      yield `${index === 0 ? '' : ','}{"cloudCosts":`;
      yield* setJson(sumsOf(step, requested.length === 0 ? names : requested, kubecost), step);
      yield `,"window":${windowJson(step.window)},"aggregationProperties":${requested.length === 0 ? 'null' : JSON.stringify(requested)}}`;
    }
    yield `],"window":${windowJson(window)}}`;
  }
  return envelope(parts());
}

/** Parameters with a step of one day: bills are daily. */
function withoutStep(params: URLSearchParams): URLSearchParams {
  const own = new URLSearchParams({ step: '1d' });
  if (flag(params, 'accumulate', false)) own.set('accumulate', 'true');
  return own;
}

function aggregateOf(params: URLSearchParams): Property[] {
  const wanted = params.getAll('aggregate').flatMap((text) => text.split(','));
  return wanted
    .filter((text) => text !== '')
    .map((text) => {
      const name = names.find((known) => known.toLowerCase() === text.toLowerCase());
      if (name) return name;
      throw new HttpError(textError(400, `Invalid 'aggregate' parameter: unrecognized: ${text}`));
    });
}

function sumsOf({ sets }: Step, by: readonly Property[], { stores }: Kubecost): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const set of sets) {
    for (const line of stores.bills(set)) {
      const key = by.map((name) => properties[name](line) || '__unallocated__').join('/');
      const known = sums.get(key);
      const sum = known ?? start(line);
      sums.set(key, sum);
      for (const cost of costs) sum.cost[cost] += line[cost];
      sum.kubernetes += line.netCost * line.kubernetesPercent;
      for (const [name, value] of sum.common) {
        if (properties[name](line) !== value) sum.common.delete(name);
      }
    }
  }
  return sums;
}

function start(line: BillLine): Sum {
  return {
    common: new Map(names.map((name) => [name, properties[name](line)])),
    cost: { listCost: 0, netCost: 0, amortizedNetCost: 0 },
    kubernetes: 0,
  };
}

function* setJson(sums: Map<string, Sum>, { window }: Step): Generator<string> {
  if (sums.size === 0) {
    yield 'null';
    return;
  }
  let comma = '{';
  for (const [key, { common, cost, kubernetes }] of sums) {
    const percent = cost.netCost === 0 ? 0 : Math.min(1, Math.max(0, kubernetes / cost.netCost));
    const metric = (amount: number) =>
      `{"cost":${shortest(amount)},"kubernetesPercent":${shortest(percent)}}`;
    yield `${comma}${JSON.stringify(key)}:{"properties":${JSON.stringify(Object.fromEntries(common))}` +
      `,"window":${windowJson(window)},"listCost":${metric(cost.listCost)}` +
      `,"netCost":${metric(cost.netCost)},"amortizedNetCost":${metric(cost.amortizedNetCost)}` +
      `,"invoicedCost":${metric(cost.netCost)},"amortizedCost":${metric(cost.amortizedNetCost)}}`;
    comma = ',';
  }
  yield '}';
}
