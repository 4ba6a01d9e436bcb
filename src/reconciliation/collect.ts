import type { CostRequest } from '../costs/requests.ts';
import type { CostResponse, CostSource, FailedRequest } from '../costs/responses.ts';
import { type AllocationRow, isSynthetic } from '../costs/rows.ts';
import { day, type Span } from '../time.ts';
import type { Billing } from './billing.ts';
import { type AllocationTotals, DayEvidence } from './day-evidence.ts';

/** Where the evidence comes from. Errors that make every further request pointless are thrown. */
export interface ReconciliationSource {
  /** Assets and bills of one day. */
  readonly costs: CostSource;
  /** Why the rows of a response are not all those of its window; null where they are. */
  untrusted(request: CostRequest, response: CostResponse): string | null;
  /** Allocations by cluster and node; `emit` gets rows of whole days or parts of them, `restart` precedes each attempt. */
  allocations(
    span: Span,
    side: keyof AllocationTotals,
    sink: { restart(): void; emit(row: AllocationRow): void },
  ): Promise<FailedRequest | null>;
  billing(): Promise<Billing>;
  /**
   * Adds the Reconciled and ReconcileError events of days; nothing where the server keeps no log.
   *
   * @returns why the log could not be read; null where it was, or there is none
   */
  events(days: ReadonlyMap<number, DayEvidence>): Promise<string | null>;
}

export interface CollectOptions {
  /** Whether the product reconciles: only then are bills, allocations and events requested. */
  readonly reconciles: boolean;
  /** Called after each day. */
  onDay(done: number): void;
}

/** Days of one request for allocations; the response has a row per node and day. */
const allocationDays = 7;

/** Evidence of UTC days. A request that fails makes its days unknown, it never counts as an empty response. */
export async function collectEvidence(
  spans: readonly Span[],
  source: ReconciliationSource,
  { reconciles, onDay }: CollectOptions,
): Promise<DayEvidence[]> {
  const days = spans.map((span) => new DayEvidence(span));
  let overload: string | null = null;
  for (const [i, one] of days.entries()) {
    if (overload === null) overload = await fetchDay(one, source, reconciles);
    else one.assetsFailure = notRequested(overload);
    onDay(i + 1);
  }
  if (!reconciles) return days;
  for (const part of runsOf(days.filter(hasAdjustments))) {
    if (overload === null) overload = await fetchAllocations(part, source);
    else for (const one of part) one.allocationsFailure = notRequested(overload);
  }
  const eventsFailure = await source.events(byStart(days));
  for (const one of days) one.eventsFailure = eventsFailure;
  return days;
}

/** @returns why nothing more should be requested; null where it may be */
async function fetchDay(
  one: DayEvidence,
  source: ReconciliationSource,
  reconciles: boolean,
): Promise<string | null> {
  const { costs } = source;
  const fetchAssets = () =>
    costs.fetch('assets', one.day, () => {
      one.clearAssets();
      return { asset: (row) => one.addAsset(row) };
    });
  const fetchBills = () =>
    costs.fetch('bills', one.day, () => {
      one.clearBills();
      return { bill: (row) => one.addBill(row) };
    });
  const [assets, bills] = await Promise.all([fetchAssets(), reconciles ? fetchBills() : null]);
  if ('reason' in assets) {
    one.clearAssets();
    if (!reconciles && assets.unsupported) return fetchClusters(one, costs);
    one.assetsFailure = assets.reason;
    return assets.overloaded ? assets.reason : null;
  }
  one.assetsFailure = source.untrusted('assets', assets);
  if (bills === null) return null;
  if (!('reason' in bills)) {
    one.bills ??= new Map();
    one.billsFailure = source.untrusted('bills', bills);
    return null;
  }
  one.bills = null;
  if (!bills.unsupported) one.billsFailure = bills.reason;
  return bills.overloaded ? bills.reason : null;
}

/** The clusters of an OpenCost that has no assets. */
async function fetchClusters(one: DayEvidence, costs: CostSource): Promise<string | null> {
  const clusters = await costs.fetch('allocations by cluster', one.day, () => ({
    aggregate({ name }) {
      if (!isSynthetic(name)) one.addCluster(name);
    },
  }));
  if (!('reason' in clusters)) return null;
  one.clearAssets();
  one.assetsFailure = clusters.reason;
  return clusters.overloaded ? clusters.reason : null;
}

function notRequested(overload: string): string {
  return `not requested after an earlier failure: ${overload}`;
}

function byStart(days: readonly DayEvidence[]): Map<number, DayEvidence> {
  return new Map(days.map((one) => [one.day.start, one]));
}

function hasAdjustments({ groups }: DayEvidence): boolean {
  return [...groups.values()].some(({ nodes }) =>
    [...nodes.values()].some(({ adjustment }) => adjustment !== 0),
  );
}

/** @param days consecutive ones */
async function fetchAllocations(
  days: readonly DayEvidence[],
  source: ReconciliationSource,
): Promise<string | null> {
  const starts = byStart(days);
  const span = { start: days[0]?.day.start ?? 0, end: days.at(-1)?.day.end ?? 0 };
  const fetchSide = (side: keyof AllocationTotals) =>
    source.allocations(span, side, {
      restart() {
        for (const one of days) one.clearAllocations(side);
      },
      emit(row) {
        starts.get(Math.floor(row.start / day) * day)?.addAllocation(row, side);
      },
    });
  const failed = (await fetchSide('reconciled')) ?? (await fetchSide('unreconciled'));
  for (const one of days) {
    if (failed !== null) {
      one.allocations.clear();
      if (!failed.unsupported) one.allocationsFailure = failed.reason;
    } else if (one.allocations.size === 0) {
      one.allocationsFailure = 'the allocation store has no rows on this day';
    }
  }
  return failed?.overloaded ? failed.reason : null;
}

/** Consecutive days in parts of at most `allocationDays`. */
function runsOf(days: readonly DayEvidence[]): DayEvidence[][] {
  const runs: DayEvidence[][] = [];
  for (const one of days) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last?.day.end === one.day.start && run.length < allocationDays) run.push(one);
    else runs.push([one]);
  }
  return runs;
}
