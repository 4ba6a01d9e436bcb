import { day, type Span, second } from '../time.ts';
import type { Samples } from './prometheus/samples.ts';
import { between, hash, unit } from './random.ts';
import { salt } from './world/salt.ts';

export type RepairStore = 'assets' | 'allocations' | 'cloud';

/** The rebuild of one day of one store. */
export interface Repair {
  readonly store: RepairStore;
  readonly dayStart: number;
  /** When it ends, however it ends. Repairs run one after the other. */
  readonly at: number;
  /** `rebuilt` from the samples of `data`; `emptied` for want of samples; `lost` in a restart. */
  readonly outcome: 'rebuilt' | 'emptied' | 'failed' | 'lost';
  /** Part of the day that is rebuilt; null where nothing is. */
  readonly data: Span | null;
}

export interface RepairOptions {
  readonly seed: number;
  /** Share of the repairs that fail. */
  readonly failing: number;
  /** Whether the process restarts during the first repair, which drops the queue. */
  readonly restarts: boolean;
}

/** Simulated time from the first request to the restart. */
const untilRestart = 1.5 * second;

/** Simulated time that a restart takes. */
export const restartDuration = 4 * second;

/** Repair requests of the simulated server, in the order in which they arrived. */
export class Repairs {
  readonly #options: RepairOptions;
  readonly #samples: Samples;
  readonly #accepted: Repair[] = [];
  #restartAt: number | null = null;

  constructor(options: RepairOptions, samples: Samples) {
    this.#options = options;
    this.#samples = samples;
  }

  get all(): readonly Repair[] {
    return this.#accepted;
  }

  /** Whether the process is restarting, so that only the front end answers. */
  isRestarting(now: number): boolean {
    const at = this.#restartAt;
    return at !== null && now >= at && now < at + restartDuration;
  }

  /** Queues the rebuild of days, given as midnights. */
  request(store: RepairStore, days: readonly number[], now: number): void {
    if (this.#options.restarts && days.length > 0) this.#restartAt ??= now + untilRestart;
    const restartAt = this.#restartAt;
    for (const dayStart of days) {
      if (restartAt === null || now >= restartAt) this.#accept(store, dayStart, now);
      else {
        this.#accepted.push({ store, dayStart, at: restartAt, outcome: 'lost', data: null });
      }
    }
  }

  #accept(store: RepairStore, dayStart: number, now: number): void {
    const { seed, failing } = this.#options;
    const index = this.#accepted.length;
    const begin = Math.max(now, this.#accepted.at(-1)?.at ?? now);
    const at = begin + Math.round(between(2, 5, seed, salt.repair, index) * second);
    const data = this.#rebuildable(store, dayStart, at);
    const fails = unit(hash(seed, salt.repair), index) < failing;
    const outcome = fails ? 'failed' : data === null ? 'emptied' : 'rebuilt';
    this.#accepted.push({ store, dayStart, at, outcome, data: fails ? null : data });
  }

  /** The day from its first sample on; a day that has not ended goes on being built. */
  #rebuildable(store: RepairStore, dayStart: number, at: number): Span | null {
    const whole = { start: dayStart, end: dayStart + day };
    if (store === 'cloud') return whole;
    const [first] = this.#samples.available(whole, at);
    return first ? { start: first.start, end: whole.end } : null;
  }

  /** The last rebuild of a day that has ended; failed and lost ones change nothing. */
  last(store: RepairStore, dayStart: number, now: number): Repair | null {
    return (
      this.#ended(store, dayStart, now).findLast(
        ({ outcome }) => outcome === 'rebuilt' || outcome === 'emptied',
      ) ?? null
    );
  }

  /** Whether a day is queued or being rebuilt. */
  isRepairing(store: RepairStore, dayStart: number, now: number): boolean {
    return this.#of(store, dayStart).some(({ at }) => at > now);
  }

  /** Whether the last attempt at a day failed. */
  hasFailed(store: RepairStore, dayStart: number, now: number): boolean {
    return this.#ended(store, dayStart, now).at(-1)?.outcome === 'failed';
  }

  #ended(store: RepairStore, dayStart: number, now: number): Repair[] {
    return this.#of(store, dayStart).filter(({ at }) => at <= now);
  }

  #of(store: RepairStore, dayStart: number): Repair[] {
    return this.#accepted.filter((one) => one.store === store && one.dayStart === dayStart);
  }
}
