import { day as dayLength, hour, type Span } from '../time.ts';
import {
  type BillCosts,
  type BillLine,
  billMetrics,
  type Exclusion,
  exclusions,
  type Provider,
} from './bill-line.ts';
import { billLineKey } from './identity.ts';

/** What was left out of a bill for one reason. */
export interface LeftOut {
  readonly reason: Exclusion;
  readonly lines: number;
  /** Net cost in the bill's currency. */
  readonly net: number;
}

/** What the bill has for one asset on one day. */
export interface Billed {
  readonly lines: number;
  readonly costs: Readonly<BillCosts>;
  /** Hours of use by the bill's own count; null where no line counts hours. */
  readonly hours: number | null;
  /** The part of `costs.net` that is licences, monitoring and other charges on the same id. */
  readonly extra: number;
}

const maxLineDuration = 25 * hour;

/** Slots of one asset and day. */
const slot = {
  list: 0,
  net: 1,
  amortized: 2,
  amortizedNet: 3,
  hours: 4,
  extra: 5,
  lines: 6,
  timed: 7,
};
const slots = 8;

/**
 * The sums of a bill for the assets of a server: memory follows assets and days, not lines. What does
 * not belong to an asset is counted and added up by reason.
 */
export class BillSums {
  readonly #keys: ReadonlyMap<string, number>;
  readonly #days: ReadonlyMap<number, number>;
  readonly #dayCount: number;
  readonly #sums: Float64Array;
  readonly #leftOut = new Map<Exclusion, { lines: number; net: number }>();
  #currency = '';
  #account = '';
  #provider = '';
  readonly currencies = new Set<string>();
  readonly accounts = new Set<string>();
  readonly providers = new Set<Provider>();
  /** Start of the oldest and the newest usage line; milliseconds since 1970. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  lines = 0;
  /** Usage lines that cover more than a day, by which a monthly bill is recognised. */
  longLines = 0;
  usageLines = 0;

  /**
   * @param keys the join keys of all assets, see assetKey; each with a number from 0
   * @param days the audited UTC days
   */
  constructor(keys: Iterable<string>, days: readonly Span[]) {
    this.#keys = new Map([...keys].map((key, at) => [key, at]));
    this.#days = new Map(days.map(({ start }, at) => [start, at]));
    this.#dayCount = days.length;
    this.#sums = new Float64Array(this.#keys.size * days.length * slots);
  }

  add(line: BillLine): void {
    this.lines++;
    if (line.exclusion !== null) {
      this.#leave(line.exclusion, line.costs.net);
      return;
    }
    this.usageLines++;
    this.#note(line);
    const length = line.end - line.start;
    if (length > maxLineDuration) {
      this.longLines++;
      this.#leave('long-period', line.costs.net);
      return;
    }
    if (line.start < this.first) this.first = line.start;
    if (line.start > this.last) this.last = line.start;
    const key = this.#assetOf(line);
    const midnight = Math.floor(line.start / dayLength) * dayLength;
    const whole = length <= 0 || line.end <= midnight + dayLength;
    if (key < 0) {
      const inside = this.#days.has(midnight) || (!whole && this.#days.has(midnight + dayLength));
      this.#leave(inside ? 'other-resource' : 'outside-window', line.costs.net);
      return;
    }
    if (whole) {
      this.#addTo(key, midnight, line, 1);
      return;
    }
    for (let at = midnight; at < line.end; at += dayLength) {
      const part = Math.min(at + dayLength, line.end) - Math.max(at, line.start);
      this.#addTo(key, at, line, part / length);
    }
  }

  /** Currency, account and provider, which are the same on most lines that follow each other. */
  #note({ currency, account, provider }: BillLine): void {
    if (currency !== this.#currency) {
      this.#currency = currency;
      if (currency !== '') this.currencies.add(currency);
    }
    if (account !== this.#account) {
      this.#account = account;
      if (account !== '') this.accounts.add(account);
    }
    if (provider !== this.#provider) {
      this.#provider = provider;
      if (provider !== '') this.providers.add(provider);
    }
  }

  /** What the bill has for an asset on a day; null where it has no line. */
  billed(key: string, dayStart: number): Billed | null {
    const at = this.#at(this.#keys.get(key), this.#days.get(dayStart));
    if (at < 0 || this.#value(at, slot.lines) === 0) return null;
    return {
      lines: this.#value(at, slot.lines),
      costs: {
        list: this.#value(at, slot.list),
        net: this.#value(at, slot.net),
        amortized: this.#value(at, slot.amortized),
        amortizedNet: this.#value(at, slot.amortizedNet),
      },
      hours: this.#value(at, slot.timed) > 0 ? this.#value(at, slot.hours) : null,
      extra: this.#value(at, slot.extra),
    };
  }

  /** What was left out, the largest amount first. */
  leftOut(): LeftOut[] {
    return [...this.#leftOut]
      .map(([reason, { lines, net }]) => ({ reason, lines, net }))
      .sort((a, b) => Math.abs(b.net) - Math.abs(a.net));
  }

  #leave(reason: Exclusion, net: number): void {
    const known = this.#leftOut.get(reason);
    if (known) {
      known.lines++;
      known.net += net;
    } else this.#leftOut.set(reason, { lines: 1, net });
  }

  #addTo(key: number, dayStart: number, line: BillLine, share: number): void {
    const at = this.#at(key, this.#days.get(dayStart));
    if (at < 0) {
      this.#leave('outside-window', line.costs.net * share);
      return;
    }
    const sums = this.#sums;
    for (const metric of billMetrics) {
      sums[at + slot[metric]] = (sums[at + slot[metric]] ?? 0) + line.costs[metric] * share;
    }
    if (line.hours !== null) {
      sums[at + slot.hours] = (sums[at + slot.hours] ?? 0) + line.hours * share;
      sums[at + slot.timed] = 1;
    }
    if (line.isExtra) sums[at + slot.extra] = (sums[at + slot.extra] ?? 0) + line.costs.net * share;
    sums[at + slot.lines] = (sums[at + slot.lines] ?? 0) + 1;
  }

  #at(key: number | undefined, dayIndex: number | undefined): number {
    if (key === undefined || dayIndex === undefined) return -1;
    return (key * this.#dayCount + dayIndex) * slots;
  }

  #value(at: number, offset: number): number {
    return this.#sums[at + offset] ?? 0;
  }

  /** The number of the asset that a line belongs to; -1 for none. */
  #assetOf({ provider, category, resource }: BillLine): number {
    if (resource.provider !== provider || resource.category !== category) {
      resource.provider = provider;
      resource.category = category;
      resource.asset = this.#keys.get(billLineKey(provider, category, resource.id)) ?? -1;
    }
    return resource.asset;
  }
}

/** `taxes, credits, refunds, fees and purchases: 14 lines, 210.52`. */
export function leftOutText({ reason, lines, net }: LeftOut): string {
  return `${exclusions[reason]}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${net.toFixed(2)}`;
}
