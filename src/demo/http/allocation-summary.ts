import { addTo, copy } from '../build/aggregates.ts';
import { type Allocation, allocationTotal } from '../build/allocation.ts';
import type { Kubecost } from '../kubecost.ts';
import { rfc3339 } from '../time.ts';
import type { ProductVariant } from '../variants.ts';
import { allocationQuery, rowsOf } from './allocation.ts';
import { efficiencies, hoursOf, windowJson } from './allocation-json.ts';
import { shortest } from './numbers.ts';
import { page } from './params.ts';
import { envelope, type HttpRequest, type HttpResponse } from './response.ts';
import { type Step, stepsOf } from './steps.ts';
import { requiredWindow } from './window.ts';

/** `GET /allocation/summary`: the rows of `/allocation` with fewer fields, not rounded. */
export function allocationSummary({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { variant, stores } = kubecost;
  const query = allocationQuery(params, kubecost);
  const window = requiredWindow(params, now);
  const steps = stepsOf(window, params, kubecost, now);
  const rows = page(params, variant);
  const write = summaryWriter(variant);
  const nanoseconds = (steps[0] ? steps[0].window.end - steps[0].window.start : 0) * 1_000_000;
  function* parts(): Generator<string> {
    yield `{"step":${nanoseconds},"sets":[`;
    let between = '';
    for (const step of steps) {
      yield `${between}{"allocations":{`;
      let comma = '';
      for (const row of rows(rowsOf(stores, step, query))) {
        yield `${comma}${JSON.stringify(row.name)}:${write(row)}`;
        comma = ',';
      }
      yield `},"window":${windowJson(step.window)}}`;
      between = ',';
    }
    yield `],"window":${windowJson(window)}}`;
  }
  return envelope(parts());
}

/** `GET /allocation/summary/topline`: one sum of everything. */
export function allocationTopline({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { variant, stores } = kubecost;
  const query = allocationQuery(params, kubecost);
  const window = requiredWindow(params, now);
  const step: Step = {
    window,
    sets: stepsOf(window, params, kubecost, now).flatMap(({ sets }) => sets),
  };
  let count = 0;
  let total: Allocation | null = null;
  for (const row of rowsOf(stores, step, query)) {
    count += 1;
    const plain = { ...row, pvs: null, lbs: null };
    if (total) addTo(total, plain);
    else total = copy(plain, 'total');
  }
  const rows = total ? `"total":${summaryWriter(variant)(total)}` : '';
  return envelope([
    `{"numResults":${count},"combined":{"allocations":{${rows}},"window":${windowJson(window)}}}`,
  ]);
}

function summaryWriter(variant: ProductVariant): (row: Allocation) => string {
  const n = shortest;
  const newer = variant.allocationNumbers !== '%f';
  const idle = variant.fields.includes('costIdle');
  return (row) => {
    const h = hoursOf(row);
    const per = (amount: number) => n(h === 0 ? 0 : amount / h);
    return (
      `{"name":${JSON.stringify(row.name)},"start":"${rfc3339(row.start)}","end":"${rfc3339(row.end)}"` +
      `,"cpuCoreRequestAverage":${per(row.cpuRequestHours)}` +
      `,"cpuCoreUsageAverage":${per(row.cpuUsageHours)}` +
      `,"cpuCost":${n(row.cpuCost + row.cpuCostAdjustment)}` +
      (idle ? ',"cpuCostIdle":0' : '') +
      `,"gpuCost":${n(row.gpuCost + row.gpuCostAdjustment)}` +
      (idle ? ',"gpuCostIdle":0' : '') +
      `,"networkCost":${n(row.networkCost + row.networkCostAdjustment)}` +
      `,"loadBalancerCost":${n(row.loadBalancerCost + row.loadBalancerCostAdjustment)}` +
      `,"pvCost":${n(row.pvCost + row.pvCostAdjustment)}` +
      `,"ramByteRequestAverage":${per(row.ramRequestHours)}` +
      `,"ramByteUsageAverage":${per(row.ramUsageHours)}` +
      `,"ramCost":${n(row.ramCost + row.ramCostAdjustment)}` +
      (idle ? ',"ramCostIdle":0' : '') +
      `,"sharedCost":${n(row.sharedCost)},"externalCost":${n(row.externalCost)}` +
      (newer
        ? `,"totalEfficiency":${n(efficiencies(row).total)},"totalCost":${n(allocationTotal(row))}`
        : '') +
      '}'
    );
  };
}
