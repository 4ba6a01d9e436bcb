import { second } from '../../time.ts';
import { amountOf } from '../faults.ts';
import type { Kubecost } from '../kubecost.ts';
import { evaluateQuery, type VectorElement } from '../prometheus/evaluate.ts';
import { parseQuery, QueryError } from '../prometheus/promql.ts';
import type { World } from '../world/world.ts';
import { type HttpRequest, type HttpResponse, rawJson } from './response.ts';

/** `GET /prometheusQuery?query=[&time=]`: Prometheus's response to an instant query, without an envelope. */
export function prometheusQuery({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const query = params.get('query') ?? '';
  if (query.trim() === '') {
    return failure('unknown position: parse error: no expression found in input');
  }
  const time = params.get('time');
  const at = time === null ? now : timeOf(time);
  if (at === null) return failure(`invalid parameter "time": cannot parse "${time}"`);
  try {
    const { samples } = kubecost;
    const world = monitored(kubecost);
    const vector = evaluateQuery(parseQuery(query), { world, samples, now }, at);
    const result = vector.map((element) => elementJson(element, at));
    return rawJson(
      `${JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })}\n`,
    );
  } catch (error) {
    if (error instanceof QueryError) return failure(`invalid parameter "query": ${error.message}`);
    throw error;
  }
}

/** Clusters whose metrics the Prometheus has: the local one alone where each has its own. */
function monitored({ world, options }: Kubecost): World {
  const isFederated = amountOf(options.faults, 'federated') !== null;
  return isFederated ? { ...world, clusters: world.clusters.slice(0, 1) } : world;
}

function elementJson({ labels, value }: VectorElement, at: number): object {
  return { metric: labels, value: [at / second, String(value)] };
}

function failure(error: string): HttpResponse {
  return rawJson(`${JSON.stringify({ status: 'error', errorType: 'bad_data', error })}\n`);
}

/** Unix seconds or RFC 3339. */
function timeOf(text: string): number | null {
  const seconds = Number(text);
  const at = Number.isFinite(seconds) && text !== '' ? seconds * second : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}
