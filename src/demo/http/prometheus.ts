import { day, hour, minute, second } from '../../time.ts';
import type { Kubecost } from '../kubecost.ts';
import { type HttpRequest, type HttpResponse, rawJson } from './response.ts';

const units: Record<string, number> = { s: second, m: minute, h: hour, d: day, w: 7 * day };

/**
 * `GET /prometheusQuery?query=[&time=]`: Prometheus's own answer. Whatever is requested for, there is a
 * sample as long as the metrics of that time are kept, and none before.
 */
export function prometheusQuery(
  { params, now }: HttpRequest,
  { options, world }: Kubecost,
): HttpResponse {
  const query = params.get('query') ?? '';
  if (query === '') {
    return rawJson(
      '{"status":"error","errorType":"bad_data","error":"unknown position: parse error: no expression found in input"}\n',
    );
  }
  const offset = /\boffset\s+(\d+)([smhdw])/.exec(query);
  const requested = Number(params.get('time'));
  const at =
    (params.has('time') && Number.isFinite(requested) ? requested * second : now) -
    (offset ? Number(offset[1]) * (units[offset[2] ?? ''] ?? 0) : 0);
  const kept = at > now - options.retention * hour && at <= now;
  const result = kept
    ? world.clusters.map((cluster) => ({
        metric: { cluster_id: cluster.id },
        value: [at / second, String(world.slots(cluster).length)],
      }))
    : [];
  return rawJson(
    `${JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })}\n`,
  );
}
