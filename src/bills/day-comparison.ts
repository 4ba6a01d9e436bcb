import type { Span } from '../time.ts';
import type { BillDay, BillDifference } from './bill-day.ts';
import type { BillMetric } from './bill-line.ts';
import type { Billed, BillSums } from './bill-sums.ts';
import type { AssetGroup, BilledAssets } from './billed-asset.ts';
import { causesOf } from './causes.ts';
import { providerNamed } from './identity.ts';

export interface BillOptions {
  /** Null: amortized net where the day is reconciled, else list. */
  readonly metric: BillMetric | null;
  /** The product never reconciles: its costs are estimates from list prices. */
  readonly isEstimate: boolean;
  /** Half a unit of the last printed decimal of an asset's cost. */
  readonly roundingError: number;
}

/** A day, and how its assets are compared with the bill. */
interface DayOptions extends BillOptions {
  readonly day: Span;
  readonly metric: BillMetric;
}

/** Recorded and billed times of a machine differ by sampling at both ends, and by its start-up. */
const startUp = (2 * 300 + 300) / 3600;
/** A rate of exchange shows where less than this part of the cost may differ. */
const significantPart = 0.025;
const estimate = { relative: 0.01, absolute: 0.01 } as const;

export const metricNames: Readonly<Record<BillMetric, string>> = {
  list: 'list price',
  net: 'net cost',
  amortized: 'amortized cost',
  amortizedNet: 'amortized net cost',
};

/** The assets of a day, compared one by one with the lines of the bill that are about them. */
export class DayComparison {
  readonly #options: DayOptions;
  readonly #sums: BillSums;
  readonly #differences: BillDifference[] = [];
  readonly #missing: { key: readonly [string, string]; description: string }[] = [];
  /** Assets without a line in accounts that the bill has no line of, by account. */
  readonly #accountsWithoutLines = new Map<string, { assets: number; cost: number }>();
  /** Assets of providers that the bill has no line of. */
  readonly #otherProviders = { assets: 0, cost: 0, names: new Set<string>() };
  readonly #significant = { assets: 0, differing: 0 };
  #compared = 0;
  /** Assets whose lines have no cost in the metric. */
  #unpriced = 0;
  #minLimit = Number.POSITIVE_INFINITY;
  #maxLimit = 0;
  /** List price minus amortized net cost. */
  #discount = 0;

  constructor(options: DayOptions, sums: BillSums) {
    this.#options = options;
    this.#sums = sums;
  }

  /** Compares all assets of the day. @returns why the day cannot be compared; null where it can */
  addAll(assets: BilledAssets): string | null {
    const { start } = this.#options.day;
    for (const [key, group] of assets.searchedBy((one) => this.#sums.billed(one, start) !== null)) {
      const billed = this.#sums.billed(key, start);
      if (billed === null) {
        this.#addWithoutLines(group);
        continue;
      }
      if (Number.isNaN(billed.costs[this.#options.metric])) {
        this.#unpriced++;
        continue;
      }
      if (!Number.isFinite(group.totalCost)) return `the cost of ${group.name} is not a number`;
      this.#compare(group, billed);
    }
    return null;
  }

  #addWithoutLines(group: AssetGroup): void {
    const { providers, accounts } = this.#sums;
    const provider = providerNamed(group.provider);
    if (provider !== '' && providers.size > 0 && !providers.has(provider)) {
      this.#otherProviders.assets += group.rows;
      this.#otherProviders.cost += group.totalCost;
      this.#otherProviders.names.add(group.provider);
      return;
    }
    if (Math.abs(group.totalCost) <= group.rows * this.#options.roundingError) return;
    if (group.account !== '' && accounts.size > 0 && !accounts.has(group.account)) {
      const known = this.#accountsWithoutLines.get(group.account) ?? { assets: 0, cost: 0 };
      const cost = known.cost + group.totalCost;
      this.#accountsWithoutLines.set(group.account, { assets: known.assets + 1, cost });
      return;
    }
    this.#missing.push({
      key: [group.providerID, group.category],
      description: `${group.name} costs ${group.totalCost.toFixed(5)} and has no line in the bill`,
    });
  }

  #compare(group: AssetGroup, billed: Billed): void {
    const { day, metric, isEstimate } = this.#options;
    this.#compared++;
    const cost = billed.costs[metric];
    const expected = isEstimate ? cost * monthFactor(day, group) : cost;
    const limit = limitOf(group, expected, this.#options);
    this.#maxLimit = Math.max(this.#maxLimit, limit);
    this.#minLimit = Math.min(this.#minLimit, limit);
    if (isEstimate && metric === 'list') this.#discount += cost - billed.costs.amortizedNet;
    const delta = group.totalCost - expected;
    const isSignificant = limit <= significantPart * Math.abs(expected);
    if (isSignificant) this.#significant.assets++;
    if (Math.abs(delta) <= limit) return;
    if (isSignificant) this.#significant.differing++;
    this.#differences.push({
      key: [group.providerID, group.category],
      expected,
      actual: group.totalCost,
      resolution: limit,
      causes: causesOf({ day, group, billed, metric, isEstimate, expected, delta, limit }),
    });
  }

  /** @param unjoinable notes on assets that cannot be found in a bill */
  result(unjoinable: readonly string[]): BillDay {
    const missing = [...this.#missing];
    for (const [account, { assets, cost }] of this.#accountsWithoutLines) {
      missing.push({
        key: [account, 'account'],
        description: `the bill has no line of account ${account}: ${assets} assets, ${cost.toFixed(2)}`,
      });
    }
    const notes = [...unjoinable, ...this.#notes()];
    const compared = this.#compared;
    if (compared === 0 && missing.length === 0) {
      return { ...this.skipped('no asset of this day could be compared with the bill'), notes };
    }
    return {
      day: this.#options.day,
      skipped: null,
      metric: this.#options.metric,
      differences: this.#differences,
      missing,
      notes,
      compared,
      significant: this.#significant,
      resolutions: compared > 0 ? [this.#minLimit, this.#maxLimit] : null,
    };
  }

  /** The day where it is not compared. */
  skipped(reason: string): BillDay {
    return {
      day: this.#options.day,
      skipped: reason,
      metric: this.#options.metric,
      differences: [],
      missing: [],
      notes: [],
      compared: 0,
      significant: { assets: 0, differing: 0 },
      resolutions: null,
    };
  }

  #notes(): string[] {
    const { metric } = this.#options;
    const { assets, cost, names } = this.#otherProviders;
    const notes: string[] = [];
    if (assets > 0) {
      const providers = [...names].sort().join(' and ');
      notes.push(
        `not compared: ${assets} assets of ${providers} (${cost.toFixed(2)}), which the bill does not cover`,
      );
    }
    if (this.#unpriced > 0) {
      const advice = metric.startsWith('amortized') ? '; use an amortized export' : '';
      notes.push(
        `not compared: ${this.#unpriced} assets whose bill lines have no ${metricNames[metric]}${advice}`,
      );
    }
    if (this.#discount > 0.005) {
      notes.push(
        `the bill is ${this.#discount.toFixed(2)} below list price (commitments, discounts, spot)`,
      );
    }
    return notes;
  }
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
  { roundingError, isEstimate }: DayOptions,
): number {
  const rounding = group.rows * roundingError + 1e-9 * Math.abs(expected);
  if (!isEstimate) return rounding + 1e-5;
  const isWhole = group.minutes >= (24 * 60 * 59) / 60;
  const perHour = group.minutes > 0 ? group.totalCost / (group.minutes / 60) : 0;
  const hours = isWhole ? 0 : Math.abs(perHour) * startUp;
  return Math.max(estimate.absolute, estimate.relative * Math.abs(expected)) + hours + rounding;
}
