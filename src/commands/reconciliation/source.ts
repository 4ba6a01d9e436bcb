import { untrustedReason } from '../../audits/local/usability.ts';
import type { FailedRequest } from '../../costs/responses.ts';
import type { AllocationRow } from '../../costs/rows.ts';
import { AuthError, DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { createCostSource, failedRequest } from '../../kubecost/cost-source.ts';
import { EndpointNotFoundError, WebPageError } from '../../kubecost/failure.ts';
import type { Product } from '../../kubecost/product.ts';
import { readData } from '../../kubecost/response-data.ts';
import { readAllocations } from '../../kubecost/schemas/allocation.ts';
import { type CostMetric, readBillKeys } from '../../kubecost/schemas/cloud-cost.ts';
import { cloudCostStatusSchema } from '../../kubecost/schemas/cloud-cost-status.ts';
import type { Billing, Integration } from '../../reconciliation/billing.ts';
import type { ReconciliationSource } from '../../reconciliation/collect.ts';
import type { DayEvidence } from '../../reconciliation/day-evidence.ts';
import { day, formatSpan, type Span } from '../../time.ts';
import { requestLog } from '../events/read-log.ts';
import { ReconciliationEvents } from './events.ts';

export interface SourceContext {
  readonly client: Client;
  readonly product: Product;
  readonly metric: CostMetric;
  readonly signal: AbortSignal;
  /** End of the newest day that is evaluated, in milliseconds since 1970. */
  readonly end: number;
}

/** The evidence of a server or a recording. */
export function createReconciliationSource(context: SourceContext): ReconciliationSource {
  const { client, product, metric, signal } = context;
  const meter = { bytes: 0, rows: 0, moved() {} };
  return {
    costs: createCostSource({ client, product, metric, withProperties: false, meter }, signal),
    untrusted: untrustedReason,
    allocations: (span, side, sink) => fetchAllocations(span, side === 'reconciled', sink, context),
    billing: () => fetchBilling(context),
    events: (days) => readEvents(client, days),
  };
}

async function fetchAllocations(
  span: Span,
  reconcile: boolean,
  sink: { restart(): void; emit(row: AllocationRow): void },
  { client, signal }: SourceContext,
): Promise<FailedRequest | null> {
  const params = {
    window: formatSpan(span),
    step: '1d',
    aggregate: 'cluster,node',
    accumulate: 'false',
    idle: 'false',
    shareIdle: 'false',
    shareTenancyCosts: 'false',
    external: 'false',
    reconcile: String(reconcile),
  };
  try {
    await client.get('/allocation', params, (response) => {
      sink.restart();
      return readAllocations(response, sink.emit, {
        properties: false,
        detailed: false,
        parts: false,
      });
    });
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return failedRequest(error);
  }
}

/** How far back the server's bills are looked for. */
const billingPeriod = 21 * day;

async function fetchBilling({ client, end }: SourceContext): Promise<Billing> {
  const failures: string[] = [];
  const optional = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof EndpointNotFoundError || error instanceof WebPageError) return null;
      if (!(error instanceof DataError)) throw error;
      failures.push(error.message);
      return null;
    }
  };
  const integrations = await optional(async (): Promise<Integration[]> => {
    const entries = await client.get('/cloudCost/status', {}, (response) =>
      readData(response, cloudCostStatusSchema),
    );
    return entries
      .filter(({ active }) => active)
      .map(({ provider, coverage, connectionStatus }) => ({
        provider,
        coverage,
        connection: connectionStatus,
      }));
  });
  const window = formatSpan({ start: end - billingPeriod, end });
  const providers = await optional(() =>
    client.get('/cloudCost', { window, aggregate: 'provider' }, async (response) => {
      const found = new Set<string>();
      await readBillKeys(response, (key) => found.add(key.toLowerCase()));
      return found;
    }),
  );
  return { integrations, providers, failure: failures[0] ?? null };
}

/** Evidence only: a log that cannot be read changes no state. Returns why it could not; null where there is none. */
async function readEvents(
  client: Client,
  days: ReadonlyMap<number, DayEvidence>,
): Promise<string | null> {
  try {
    const { sink } = await requestLog(
      client,
      { window: null, kinds: [] },
      () => new ReconciliationEvents(days),
    );
    sink.finish();
    return null;
  } catch (error) {
    const isMissing = error instanceof EndpointNotFoundError || error instanceof WebPageError;
    if (isMissing) return null;
    // a user may be allowed to read costs and not the log
    if (error instanceof DataError || error instanceof AuthError) return error.message;
    throw error;
  }
}
