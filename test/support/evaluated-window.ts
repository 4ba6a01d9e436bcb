import { AuditWindow, type AuditWindowOptions } from '../../src/audits/local/audit-window.ts';
import type { Audit } from '../../src/audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../src/audits/types.ts';
import { allocationProperties } from '../../src/costs/keys.ts';
import type { CostRequest } from '../../src/costs/requests.ts';
import type { Client } from '../../src/kubecost/client.ts';
import { fetchCosts } from '../../src/kubecost/cost-responses.ts';

export const span = { start: Date.UTC(2026, 2, 7), end: Date.UTC(2026, 2, 8) };

interface Judging {
  readonly product?: 'kubecost' | 'opencost';
  readonly clampsIdle?: boolean;
  readonly tolerance?: AuditWindowOptions['tolerance'];
  readonly types?: readonly AuditType[];
}

/** The verdicts on one day whose answers are given as their text, by question. */
export async function judged(
  answer: (question: CostRequest) => string,
  {
    product = 'kubecost',
    clampsIdle = false,
    tolerance = null,
    types = auditTypeNames,
  }: Judging = {},
): Promise<Map<AuditType, Audit>> {
  const day = new AuditWindow(span, {
    types,
    scope: { product, clampsIdle, properties: allocationProperties, cluster: null, hourly: false },
    tolerance,
    now: span.end + 30 * 86_400_000,
    includeUnsettled: false,
  });
  const meter = { bytes: 0, rows: 0, moved() {} };
  for (const question of day.questions) {
    const client = clientOf(answer(question));
    const asking = {
      client,
      product: { name: product, version: null },
      metric: 'amortizedNetCost',
      withProperties: false,
      meter,
    } as const;
    day.answered(question, await fetchCosts(question, span, () => day.intake(question), asking));
  }
  return new Map(day.audits('2026-04-07T00:00:00Z').map((audit) => [audit.type, audit]));
}

/** Answers everything with one text. */
function clientOf(text: string): Client {
  const url = new URL('http://localhost/');
  async function* body() {
    yield Buffer.from(text);
  }
  return {
    server: url.href,
    get: (_path, _params, read) => read({ url, date: null, body: body() }),
    post: () => Promise.reject(new Error('nothing is posted')),
  };
}

/** A number in an answer, where a test puts in a difference. */
export interface Place {
  readonly question: CostRequest;
  /** Of the row: its name, or the end of it. */
  readonly key: string;
  readonly field?: string;
  /** So many are printed. */
  readonly decimals: number;
}

/** An answer with an amount more in one place. */
export function raised(
  text: string,
  { question, key, field = 'totalCost', decimals }: Place,
  by: number,
): string {
  if (by === 0) return text;
  const answer = JSON.parse(text);
  const set = Array.isArray(answer.data) ? answer.data[0] : (answer.data.sets?.[0] ?? answer.data);
  const rows = set.cloudCosts ?? set.allocations ?? set;
  const name = Object.keys(rows).find((one) => one === key || one.endsWith(`/${key}`)) ?? '';
  const path = field.split('.');
  let at = question === 'topline' ? answer.data : rows[name];
  for (const part of path.slice(0, -1)) at = at[part];
  const last = path.at(-1) ?? '';
  at[last] = Number((at[last] + by).toFixed(decimals));
  return JSON.stringify(answer);
}
