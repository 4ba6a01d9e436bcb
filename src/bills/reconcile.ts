import { day as dayLength, formatTime, hour, type Span } from '../time.ts';
import type { BillDay, BillDifference } from './bill-day.ts';
import type { BillMetric } from './bill-line.ts';
import type { BillSums } from './bill-sums.ts';
import type { AssetGroup, BilledAssets } from './billed-asset.ts';
import { causesOf, markDayShifts } from './causes.ts';
import { providerNamed } from './identity.ts';

export interface BillOptions {
  /** Null: amortized net where the day is reconciled, else list. */
  readonly metric: BillMetric | null;
  /** The product never reconciles: its costs are estimates from list prices. */
  readonly isEstimate: boolean;
  /** Half a unit of the last printed decimal of an asset's cost. */
  readonly roundingError: number;
}

/** Recorded and billed times of a machine differ by sampling at both ends, and by its start-up. */
const startUp = (2 * 300 + 300) / 3600;
/** A rate of exchange shows where less than this part of the cost may differ. */
const significantPart = 0.025;
const estimate = { relative: 0.01, absolute: 0.01 } as const;

/** Compares the assets of each day with the bill's lines for them. */
export function reconcileBill(
  days: readonly { readonly day: Span; readonly assets: BilledAssets }[],
  sums: BillSums,
  options: BillOptions,
): BillDay[] {
  const results = days.map(({ day, assets }) => reconcileDay(day, assets, sums, options));
  markDayShifts(results);
  return results;
}

function reconcileDay(
  day: Span,
  assets: BilledAssets,
  sums: BillSums,
  options: BillOptions,
): BillDay {
  const isEstimate = options.isEstimate || !assets.isReconciled;
  const metric = options.metric ?? (isEstimate ? 'list' : 'amortizedNet');
  const base = {
    day,
    metric,
    differences: [],
    missing: [],
    notes: [],
    compared: 0,
    significant: { assets: 0, differing: 0 },
    resolutions: null,
  };
  const skipped = notCovered(day, sums);
  if (skipped !== null) return { ...base, skipped };
  const differences: BillDifference[] = [];
  const missing: { key: readonly [string, string]; description: string }[] = [];
  const lost = new Map<string, { assets: number; cost: number }>();
  const elsewhere = { assets: 0, cost: 0, providers: new Set<string>() };
  let compared = 0;
  const significant = { assets: 0, differing: 0 };
  let unpriced = 0;
  let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
  let discount = 0;
  for (const [key, group] of assets.searchedBy((key) => sums.billed(key, day.start) !== null)) {
    const billed = sums.billed(key, day.start);
    const name = [group.providerID, group.category] as const;
    if (billed === null) {
      const provider = providerNamed(group.provider);
      if (provider !== '' && sums.providers.size > 0 && !sums.providers.has(provider)) {
        elsewhere.assets += group.rows;
        elsewhere.cost += group.totalCost;
        elsewhere.providers.add(group.provider);
        continue;
      }
      if (Math.abs(group.totalCost) <= group.rows * options.roundingError) continue;
      if (group.account !== '' && sums.accounts.size > 0 && !sums.accounts.has(group.account)) {
        const known = lost.get(group.account) ?? { assets: 0, cost: 0 };
        lost.set(group.account, { assets: known.assets + 1, cost: known.cost + group.totalCost });
        continue;
      }
      missing.push({
        key: name,
        description: `${group.name} costs ${group.totalCost.toFixed(5)} and has no line in the bill`,
      });
      continue;
    }
    const cost = billed.costs[metric];
    if (Number.isNaN(cost)) {
      unpriced++;
      continue;
    }
    if (!Number.isFinite(group.totalCost)) {
      return { ...base, skipped: `the cost of ${group.name} is not a number` };
    }
    compared++;
    const comparison = { day, group, billed, metric, isEstimate };
    const expected = isEstimate ? cost * monthFactor(day, group) : cost;
    const limit = limitOf(group, expected, isEstimate, options);
    largest = Math.max(largest, limit);
    smallest = Math.min(smallest, limit);
    if (isEstimate && metric === 'list') discount += cost - billed.costs.amortizedNet;
    const delta = group.totalCost - expected;
    const isSignificant = limit <= significantPart * Math.abs(expected);
    if (isSignificant) significant.assets++;
    if (Math.abs(delta) <= limit) continue;
    if (isSignificant) significant.differing++;
    differences.push({
      key: name,
      expected,
      actual: group.totalCost,
      resolution: limit,
      causes: causesOf({ ...comparison, expected, delta, limit }),
    });
  }
  for (const [account, { assets: count, cost }] of lost) {
    missing.push({
      key: [account, 'account'],
      description: `the bill has no line of account ${account}: ${count} assets, ${cost.toFixed(2)}`,
    });
  }
  const notes = [
    ...assets.unjoinableTexts(),
    ...(elsewhere.assets > 0
      ? [
          `not compared: ${elsewhere.assets} assets of ${[...elsewhere.providers].sort().join(' and ')} (${elsewhere.cost.toFixed(2)}), which the bill does not cover`,
        ]
      : []),
    ...(unpriced > 0
      ? [
          `not compared: ${unpriced} assets whose bill lines have no ${metricNames[metric]}${metric.startsWith('amortized') ? '; use an amortized export' : ''}`,
        ]
      : []),
    ...(discount > 0.005
      ? [`the bill is ${discount.toFixed(2)} below list price (commitments, discounts, spot)`]
      : []),
  ];
  if (compared === 0 && missing.length === 0) {
    return { ...base, notes, skipped: `no asset of this day could be compared with the bill` };
  }
  const found = { differences, missing, notes, compared, significant };
  const resolutions = compared > 0 ? ([smallest, largest] as const) : null;
  return { ...base, ...found, skipped: null, resolutions };
}

export const metricNames: Readonly<Record<BillMetric, string>> = {
  list: 'list price',
  net: 'net cost',
  amortized: 'amortized cost',
  amortizedNet: 'amortized net cost',
};

/** A bill ends somewhere in its last hours: what comes later has not been delivered yet. */
function notCovered(day: Span, sums: BillSums): string | null {
  if (sums.usageLines === 0) return 'the bill has no usage line with a resource';
  if (sums.longLines > sums.usageLines / 2) {
    return 'most lines of the bill cover more than a day; export it with daily or hourly lines';
  }
  const range = `${formatTime(sums.first).slice(0, 10)} to ${formatTime(sums.last).slice(0, 10)}`;
  if (day.end <= sums.first || day.start > sums.last) return `the bill covers ${range} only`;
  if (sums.last + hour < day.end && day.end - (sums.last + hour) < dayLength) {
    // lines of a day carry its first hour in daily bills
    const isDaily = sums.last % dayLength === 0;
    if (!isDaily || sums.last < day.start) {
      return `the bill ends at ${formatTime(sums.last)}; lines of this day can still be missing`;
    }
  }
  if (sums.first > day.start && sums.first < day.end) {
    return `the bill starts at ${formatTime(sums.first)}, within this day`;
  }
  return null;
}

/** OpenCost divides a disk's price of a month by 730 hours, AWS by the hours of the month. */
function monthFactor(day: Span, { type, provider, providerID }: AssetGroup): number {
  if (type !== 'Disk' || !(/aws|amazon/i.test(provider) || providerID.startsWith('vol-'))) return 1;
  const date = new Date(day.start);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return (days * 24) / 730;
}

function limitOf(
  group: AssetGroup,
  expected: number,
  isEstimate: boolean,
  { roundingError }: BillOptions,
): number {
  const rounding = group.rows * roundingError + 1e-9 * Math.abs(expected);
  if (!isEstimate) return rounding + 1e-5;
  const isWhole = group.minutes >= (24 * 60 * 59) / 60;
  const perHour = group.minutes > 0 ? group.totalCost / (group.minutes / 60) : 0;
  const hours = isWhole ? 0 : Math.abs(perHour) * startUp;
  return Math.max(estimate.absolute, estimate.relative * Math.abs(expected)) + hours + rounding;
}
