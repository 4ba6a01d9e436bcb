import type { Kubecost } from '../kubecost.ts';
import type { RepairStore } from '../repairs.ts';
import { data, type HttpRequest, type HttpResponse, jsonError } from './response.ts';
import { parseWindow } from './window.ts';

const sentences: Record<RepairStore, string> = {
  assets: 'Repairing Asset ETL',
  allocations: 'Repairing Allocation ETL',
  cloud: 'Repairing Cloud Cost ETL',
};

/** A repair endpoint, a GET that writes: rebuilds the days of a window and empties those beyond the metrics retention. */
export function repair(
  store: RepairStore,
): (request: HttpRequest, kubecost: Kubecost) => HttpResponse {
  return ({ params, now }, { pipeline }) => {
    const text = params.get('window') ?? '';
    const window = parseWindow(text, now);
    if (!window) return jsonError(400, `invalid window: illegal window: ${text}`);
    pipeline.repair(store, window, now);
    return data(sentences[store]);
  };
}
