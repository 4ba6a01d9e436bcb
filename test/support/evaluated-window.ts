import { type AuditOptions, AuditWindow } from '../../src/audits/local/audit-window.ts';
import { evaluateWindow } from '../../src/audits/local/evaluate.ts';
import type { Audit } from '../../src/audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../src/audits/types.ts';
import { allocationProperties, assetProperties } from '../../src/costs/keys.ts';
import type { CostRequest } from '../../src/costs/requests.ts';
import type { Client } from '../../src/kubecost/client.ts';
import { fetchCosts } from '../../src/kubecost/cost-responses.ts';
import { day } from '../../src/time.ts';
import { span } from './rows.ts';

interface EvaluateOptions {
  readonly product?: 'kubecost' | 'opencost';
  readonly clampsIdle?: boolean;
  readonly tolerance?: AuditOptions['tolerance'];
  readonly types?: readonly AuditType[];
}

/** The audits of one day whose responses are given as text, by request. */
export async function evaluated(
  responseTo: (request: CostRequest) => string,
  {
    product = 'kubecost',
    clampsIdle = false,
    tolerance = null,
    types = auditTypeNames,
  }: EvaluateOptions = {},
): Promise<Map<AuditType, Audit>> {
  const scope = {
    product,
    clampsIdle,
    properties: allocationProperties,
    assetProperties,
    cluster: null,
    hourly: false,
  };
  const now = span.end + 30 * day;
  const window = new AuditWindow(span, { types, scope, tolerance, now, includeUnsettled: false });
  for (const request of window.requests) {
    const fetch = { request, window: span, sink: () => window.sink(request) };
    const response = await fetchCosts(fetch, {
      client: clientOf(responseTo(request)),
      product: { name: product, version: null },
      metric: 'amortizedNetCost',
      withProperties: false,
      meter: { bytes: 0, rows: 0, moved() {} },
    });
    window.complete(request, response);
  }
  const { audits } = evaluateWindow(window, '2026-04-07T00:00:00Z');
  return new Map(audits.map((audit) => [audit.type, audit]));
}

/** A client that answers every request with one text. */
function clientOf(text: string): Client {
  const url = new URL('http://localhost/');
  async function* body() {
    yield Buffer.from(text);
  }
  return {
    server: url.href,
    get: (_path, _params, read) => read({ url, date: null, body: body() }),
    getOnce: () => Promise.reject(new Error('no request that writes is expected')),
    post: () => Promise.reject(new Error('no POST is expected')),
  };
}

/** A number in a response, which a test changes. */
export interface Place {
  readonly request: CostRequest;
  /** Of the row: its name, or the end of it. */
  readonly key: string;
  readonly field?: string;
  /** How many of them are printed. */
  readonly decimals: number;
}

/** A response with one number raised. */
export function raised(
  text: string,
  { request, key, field = 'totalCost', decimals }: Place,
  by: number,
): string {
  if (by === 0) return text;
  const response = JSON.parse(text);
  const set = Array.isArray(response.data)
    ? response.data[0]
    : (response.data.sets?.[0] ?? response.data);
  const rows = set.cloudCosts ?? set.allocations ?? set;
  const name = Object.keys(rows).find((one) => one === key || one.endsWith(`/${key}`)) ?? '';
  const path = field.split('.');
  let at = request === 'topline' ? response.data : rows[name];
  for (const part of path.slice(0, -1)) at = at[part];
  const last = path.at(-1) ?? '';
  at[last] = Number((at[last] + by).toFixed(decimals));
  return JSON.stringify(response);
}
