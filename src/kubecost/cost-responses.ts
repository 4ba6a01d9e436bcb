import type { ResponseContent, RowSink } from '../audits/local/audit-window.ts';
import { type CostRequest, isAggregate } from '../costs/requests.ts';
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

/** What is said of an answer while it comes in. */
export interface Meter {
  bytes: number;
  rows: number;
  moved(): void;
}

export interface FetchContext {
  readonly client: Client;
  readonly product: Product;
  readonly metric: CostMetric;
  /** Whether labels and services of allocations are wanted, which costs time. */
  readonly withProperties: boolean;
  readonly meter: Meter;
}

/**
 * Asks one question and gives its rows to an intake, which is made anew for every try.
 *
 * @throws KcEtlError
 */
export async function fetchCosts(
  question: CostRequest,
  window: Span,
  intake: () => RowSink,
  asking: FetchContext,
): Promise<ResponseContent> {
  const { path, params } = requestFor(question, window, asking.product);
  const read = (answer: ApiResponse) =>
    take(question, metered(answer, asking.meter), intake(), asking);
  try {
    return await asking.client.get(path, params, read);
  } catch (error) {
    // before 1.103 OpenCost has it under this name only
    const older = asking.product.name === 'opencost' && path === '/allocation';
    if (!older || !(error instanceof EndpointNotFoundError)) throw error;
    return asking.client.get('/allocation/compute', params, read);
  }
}

async function take(
  question: CostRequest,
  answer: ApiResponse,
  intake: RowSink,
  { metric, withProperties, meter }: FetchContext,
): Promise<ResponseContent> {
  const counted =
    <Row>(give: ((row: Row) => void) | undefined) =>
    (row: Row) => {
      meter.rows++;
      give?.(row);
    };
  if (question === 'topline') {
    const topline = await readData(answer, assetToplineSchema);
    intake.topline?.(topline);
    return 'rows';
  }
  if (question === 'bills') return stateOf(await readBills(answer, metric, counted(intake.bill)));
  if (question === 'summary') return stateOf(await readSummary(answer, counted(intake.summary)));
  if (question === 'assets') return stateOf(await readAssets(answer, counted(intake.asset)));
  if (isAggregate(question)) {
    return stateOf(await readAggregates(answer, counted(intake.aggregate)));
  }
  const properties = withProperties && question === 'allocations';
  return stateOf(await readAllocations(answer, counted(intake.allocation), properties));
}

function stateOf({ sets, rows }: SetCount): ResponseContent {
  return rows > 0 ? 'rows' : sets > 0 ? 'empty' : 'none';
}

function metered(answer: ApiResponse, meter: Meter): ApiResponse {
  async function* body() {
    for await (const chunk of answer.body) {
      meter.bytes += chunk.length;
      meter.moved();
      yield chunk;
    }
  }
  return { ...answer, body: body() };
}
