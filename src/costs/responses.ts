import type { Span } from '../time.ts';
import type { CostRequest } from './requests.ts';
import type {
  AggregateRow,
  AllocationRow,
  AssetRow,
  BillRow,
  SummaryRow,
  Topline,
} from './rows.ts';

/**
 * Receives the rows of one response as they are decoded. A row object may serve all rows in turn, so
 * a sink copies what it keeps. Every attempt of a request gets a sink of its own.
 */
export interface RowSink {
  /** Whether rows are wanted with the details of their objects, which takes longer to read. */
  readonly detailed?: boolean;
  /** A further set begins: 24 of them where a day is answered hour by hour. */
  set?(): void;
  allocation?(row: AllocationRow): void;
  asset?(row: AssetRow): void;
  aggregate?(row: AggregateRow): void;
  bill?(row: BillRow): void;
  summary?(row: SummaryRow): void;
  topline?(topline: Topline): void;
}

/** What a response held: `none` no set at all, `empty` a set without rows. */
export type ResponseContent = 'rows' | 'empty' | 'none';

/** A complete response, besides its rows. */
export interface CostResponse {
  readonly content: ResponseContent;
  /** Sets inside the requested window; only their rows reach the sink. */
  readonly sets: number;
  /** Sets outside the requested window, whose rows were left out. */
  readonly setsOutside: number;
  /** The first set that is only partly inside the window, or overlaps another; null: none is. */
  readonly straddling: Span | null;
  /** What the server says about its data; null where it says nothing. */
  readonly warning: string | null;
}

/** A response of one set inside the window, such as rows in memory are. */
export function completeResponse(content: ResponseContent): CostResponse {
  const sets = content === 'none' ? 0 : 1;
  return { content, sets, setsOutside: 0, straddling: null, warning: null };
}

/** Why there is no response. */
export interface FailedRequest {
  readonly reason: string;
  /** The server has no such endpoint or parameter: nothing went wrong. */
  readonly unsupported: boolean;
  /** The server is overloaded: nothing more should be requested. */
  readonly overloaded?: boolean;
}

/** Where the rows come from: a server, a recording, or rows in memory. */
export interface CostSource {
  /**
   * Fetches one response into a sink.
   *
   * @param sink makes a sink for each attempt
   * @returns what the response was, or why there is none
   * @throws KcEtlError only where nothing can be fetched at all, such as for missing credentials
   */
  fetch(
    request: CostRequest,
    window: Span,
    sink: () => RowSink,
  ): Promise<CostResponse | FailedRequest>;
}

/** One sink that passes everything to two. */
export function bothSinks(a: RowSink, b: RowSink): RowSink {
  return {
    detailed: a.detailed === true || b.detailed === true,
    set() {
      a.set?.();
      b.set?.();
    },
    allocation(row) {
      a.allocation?.(row);
      b.allocation?.(row);
    },
    asset(row) {
      a.asset?.(row);
      b.asset?.(row);
    },
    aggregate(row) {
      a.aggregate?.(row);
      b.aggregate?.(row);
    },
    bill(row) {
      a.bill?.(row);
      b.bill?.(row);
    },
    summary(row) {
      a.summary?.(row);
      b.summary?.(row);
    },
    topline(row) {
      a.topline?.(row);
      b.topline?.(row);
    },
  };
}
