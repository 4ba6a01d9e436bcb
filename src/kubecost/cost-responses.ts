import { type CostRequest, isAggregate, propertyOf } from '../costs/requests.ts';
import { type CostResponse, completeResponse, type RowSink } from '../costs/responses.ts';
import type { Span } from '../time.ts';
import type { Client } from './client.ts';
import { requestFor } from './cost-requests.ts';
import { EndpointNotFoundError } from './failure.ts';
import type { SetCount } from './json/sets.ts';
import type { Product } from './product.ts';
import type { ApiResponse } from './response.ts';
import { readData } from './response-data.ts';
import { readAllocationAggregates, readAssetAggregates } from './schemas/aggregate.ts';
import { readAllocations } from './schemas/allocation.ts';
import { readSummary } from './schemas/allocation-summary.ts';
import { assetToplineSchema, readAssets } from './schemas/assets.ts';
import { type CostMetric, readBills } from './schemas/cloud-cost.ts';

/** Counts what arrives, for a progress line. */
export interface Meter {
  bytes: number;
  rows: number;
  /** Called for each chunk. */
  moved(): void;
}

export interface FetchContext {
  readonly client: Client;
  readonly product: Product;
  readonly metric: CostMetric;
  /** Whether labels and services of allocations are read, which costs time. */
  readonly withProperties: boolean;
  readonly meter: Meter;
}

/** One request for one window. */
export interface CostFetch {
  readonly request: CostRequest;
  readonly window: Span;
  /** Makes a sink for each attempt. */
  readonly sink: () => RowSink;
}

/**
 * Fetches one response and passes its rows to a sink.
 *
 * @throws KcEtlError
 */
export async function fetchCosts(fetch: CostFetch, context: FetchContext): Promise<CostResponse> {
  const { client, product } = context;
  const { request, window, sink } = fetch;
  const { path, params } = requestFor(request, window, product);
  const read = (response: ApiResponse) => readRows(fetch, response, sink(), context);
  try {
    return await client.get(path, params, read);
  } catch (error) {
    // before 1.103 OpenCost has it under this name only
    const isOlderName = product.name === 'opencost' && path === '/allocation';
    if (!isOlderName || !(error instanceof EndpointNotFoundError)) throw error;
    return client.get('/allocation/compute', params, read);
  }
}

async function readRows(
  { request, window }: CostFetch,
  response: ApiResponse,
  sink: RowSink,
  { metric, withProperties, meter }: FetchContext,
): Promise<CostResponse> {
  const warnings = new Set<string>();
  const listening = {
    ...metered(response, meter),
    onWarning(sentence: string) {
      warnings.add(sentence);
      response.onWarning?.(sentence);
    },
  };
  const counted =
    <Row>(emit: ((row: Row) => void) | undefined) =>
    (row: Row) => {
      meter.rows++;
      emit?.(row);
    };
  const scope = { window, onSet: () => sink.set?.() };
  const detailed = sink.detailed === true;
  const read = (): Promise<SetCount> => {
    if (request === 'bills' || request === 'bills by provider')
      return readBills(listening, metric, counted(sink.bill), scope);
    if (request === 'summary') return readSummary(listening, counted(sink.summary), scope);
    if (request === 'assets')
      return readAssets(listening, counted(sink.asset), { detailed, scope });
    if (isAggregate(request)) {
      const ofAllocations = propertyOf(request, 'allocations') !== null;
      const readAggregates = ofAllocations ? readAllocationAggregates : readAssetAggregates;
      return readAggregates(listening, counted(sink.aggregate), scope);
    }
    const isPlain = request === 'allocations';
    return readAllocations(listening, counted(sink.allocation), {
      properties: withProperties && isPlain,
      detailed,
      parts: isPlain,
      scope,
    });
  };
  if (request === 'topline') {
    sink.topline?.(await readData(listening, assetToplineSchema));
    return { ...completeResponse('rows'), warning: warningOf(warnings) };
  }
  const { sets, rows, windows } = await read();
  const isElsewhere = rows === 0 && windows.outside > 0;
  return {
    content: rows > 0 ? 'rows' : sets === 0 || isElsewhere ? 'none' : 'empty',
    sets: windows.inside,
    setsOutside: windows.outside,
    straddling: windows.straddling,
    warning: warningOf(warnings),
  };
}

function warningOf(warnings: ReadonlySet<string>): string | null {
  return warnings.size === 0 ? null : [...warnings].join('; ');
}

function metered(response: ApiResponse, meter: Meter): ApiResponse {
  async function* body() {
    for await (const chunk of response.body) {
      meter.bytes += chunk.length;
      meter.moved();
      yield chunk;
    }
  }
  return { ...response, body: body() };
}
