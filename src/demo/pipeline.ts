import type { Resolution, SetSpec, SetState } from './build/spec.ts';
import type { Plan } from './plan.ts';
import { between, hash } from './random.ts';
import { day, dayOf, hour, minute, type Span } from './time.ts';
import { billArrival } from './world/bills.ts';
import { salt } from './world/salt.ts';

/** Hours that have a set of their own; older ones are only in their day's. */
export const hourlySets = 48;

export type RepairStore = 'assets' | 'allocations' | 'cloud';

export interface Repair {
  readonly store: RepairStore;
  readonly dayStart: number;
  /** When the rebuilt set is in the store. */
  readonly at: number;
  /** There were no metrics any more to build it from. */
  readonly emptied: boolean;
}

export interface PipelineOptions {
  readonly seed: number;
  readonly days: number;
  /** Hours of metrics. */
  readonly retention: number;
  /** Whether bills are reconciled with assets and allocations. */
  readonly reconciles: boolean;
  /** When the pipeline stopped; null: it goes on. */
  readonly stoppedAt: number | null;
}

/**
 * What the pipeline has done up to a given time: every hour, some minutes late, it builds the set of
 * the last hour and the set of the day so far, and reconciles the day whose bill has come.
 * All of it follows from the time; only repairs are remembered.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #plan: Plan;
  readonly #repairs: Repair[] = [];

  constructor(options: PipelineOptions, plan: Plan) {
    this.#options = options;
    this.#plan = plan;
  }

  get repairs(): readonly Repair[] {
    return this.#repairs;
  }

  /** When the run begins that builds the hour before `end`. */
  runTime(end: number): number {
    return end + between(2, 7, this.#options.seed, salt.pipeline, end / hour) * minute;
  }

  /** The time at which the pipeline stands: now, or when it stopped. */
  standing(now: number): number {
    return Math.min(now, this.#options.stoppedAt ?? now);
  }

  /** The end of the last hour that has been built. */
  builtUntil(now: number): number {
    const at = this.standing(now);
    const end = Math.floor(at / hour) * hour;
    return this.runTime(end) <= at ? end : end - hour;
  }

  /** The beginning of the first run after the bill of a day has come. */
  reconciledAt(dayStart: number): number {
    const arrival = billArrival(this.#options.seed, dayStart);
    const end = Math.floor(arrival / hour) * hour;
    return this.runTime(end) >= arrival ? this.runTime(end) : this.runTime(end + hour);
  }

  /** First day of which there is a set. */
  oldestDay(now: number): number {
    return dayOf(this.standing(now)) - (this.#options.days - 1) * day;
  }

  /** The set of the day or hour that begins at `start`; null where the stores never had one. */
  set(resolution: Resolution, start: number, now: number): SetSpec | null {
    const built = this.builtUntil(now);
    const window = { start, end: start + (resolution === 'day' ? day : hour) };
    const oldest = resolution === 'day' ? this.oldestDay(now) : built - hourlySets * hour;
    if (start < oldest || start >= built || (resolution === 'hour' && window.end > built))
      return null;
    const dayStart = dayOf(start);
    const repaired = {
      assets: this.#repaired('assets', dayStart, now),
      allocations: this.#repaired('allocations', dayStart, now),
    };
    const billed = resolution === 'day' && this.reconciledAt(dayStart) <= this.standing(now);
    const settled = billed && this.#options.reconciles;
    const failed = this.#plan.hitsDay('reconcile-error', dayStart) && !repaired.allocations;
    return {
      resolution,
      window,
      data: { start, end: Math.min(window.end, built) },
      billed,
      assetsReconciled: settled,
      allocationsReconciled: settled && !failed,
      assets: this.#state('assets', resolution, dayStart, repaired.assets),
      allocations: this.#state('allocations', resolution, dayStart, repaired.allocations),
      repaired: { assets: repaired.assets !== null, allocations: repaired.allocations !== null },
    };
  }

  #state(
    store: 'assets' | 'allocations',
    resolution: Resolution,
    dayStart: number,
    repair: Repair | null,
  ): SetState {
    if (repair) return repair.emptied ? 'empty' : 'full';
    if (this.#plan.hitsDay('gap', dayStart)) return 'missing';
    if (this.#plan.hitsDay('empty', dayStart)) return 'empty';
    const failed = store === 'allocations' && resolution === 'day';
    return failed && this.#plan.hitsDay('compute-error', dayStart) ? 'missing' : 'full';
  }

  #repaired(store: RepairStore, dayStart: number, now: number): Repair | null {
    return (
      this.#repairs.findLast((r) => r.store === store && r.dayStart === dayStart && r.at <= now) ??
      null
    );
  }

  /** Sets that overlap the span, oldest first. */
  sets(resolution: Resolution, span: Span, now: number): SetSpec[] {
    const length = resolution === 'day' ? day : hour;
    const first = Math.max(
      Math.floor(span.start / length) * length,
      resolution === 'day' ? this.oldestDay(now) : this.builtUntil(now) - hourlySets * hour,
    );
    const found: SetSpec[] = [];
    for (let start = first; start < Math.min(span.end, this.builtUntil(now)); start += length) {
      const set = this.set(resolution, start, now);
      if (set) found.push(set);
    }
    return found;
  }

  /** Every day of which there should be a set. */
  days(now: number): SetSpec[] {
    return this.sets('day', { start: this.oldestDay(now), end: now }, now);
  }

  /** Accepts the repair of every day the window touches; it is done a moment later. */
  repair(store: RepairStore, window: Span, now: number): Repair[] {
    const accepted: Repair[] = [];
    for (const { window: set } of this.sets('day', window, now)) {
      accepted.push({
        store,
        dayStart: set.start,
        at: now + 2000 + (hash(this.#options.seed, salt.pipeline, set.start / day, 5) % 3000),
        emptied: set.start < now - this.#options.retention * hour,
      });
    }
    this.#repairs.push(...accepted);
    return accepted;
  }
}
