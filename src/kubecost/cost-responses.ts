import { type CostRequest, isAggregate } from '../costs/requests.ts';
import type { CostResponse, RowSink } from '../costs/responses.ts';
import type { Span } from '../time.ts';
import type { Client } from './client.ts';
import { requestFor } from './cost-requests.ts';
import { EndpointNotFoundError } from './failure.ts';
import type { SetCount } from './json/sets.ts';
import type { Product } from './product.ts';
import { type ApiResponse, readData } from './response.ts';
import { readAggregates } from './schemas/aggregate.ts';
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
export async function fetchCosts(
  { request, window, sink }: CostFetch,
  context: FetchContext,
): Promise<CostResponse> {
  const { client, product, meter } = context;
  const { path, params } = requestFor(request, window, product);
  const read = (response: ApiResponse) =>
    readRows(request, metered(response, meter), sink(), context);
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
  request: CostRequest,
  response: ApiResponse,
  sink: RowSink,
  { metric, withProperties, meter }: FetchContext,
): Promise<CostResponse> {
  const counted =
    <Row>(emit: ((row: Row) => void) | undefined) =>
    (row: Row) => {
      meter.rows++;
      emit?.(row);
    };
  if (request === 'topline') {
    sink.topline?.(await readData(response, assetToplineSchema));
    return responseOf({ sets: 1, rows: 1 });
  }
  if (request === 'bills') {
    return responseOf(await readBills(response, metric, counted(sink.bill)));
  }
  if (request === 'summary') return responseOf(await readSummary(response, counted(sink.summary)));
  const detailed = sink.detailed === true;
  if (request === 'assets') {
    return responseOf(await readAssets(response, counted(sink.asset), detailed));
  }
  if (isAggregate(request)) {
    return responseOf(await readAggregates(response, counted(sink.aggregate)));
  }
  const wanted = { properties: withProperties && request === 'allocations', detailed };
  return responseOf(await readAllocations(response, counted(sink.allocation), wanted));
}

function responseOf({ sets, rows }: SetCount): CostResponse {
  const content = rows > 0 ? 'rows' : sets > 0 ? 'empty' : 'none';
  return { content, sets, setsOutside: 0, straddling: null, warning: null };
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
