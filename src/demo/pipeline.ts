import { day, hour, minute, type Span } from '../time.ts';
import { lastSampledHour } from './build/fault-names.ts';
import type { Resolution, SetSpec, SetState } from './build/spec.ts';
import type { FaultPlan } from './fault-plan.ts';
import { between } from './random.ts';
import type { Repair, RepairStore, Repairs } from './repairs.ts';
import { dayOf } from './time.ts';
import { billArrival } from './world/bills.ts';
import { salt } from './world/salt.ts';

/** Hourly retention: hours older than this are in daily sets only. */
const hourlySets = 48;

export interface PipelineOptions {
  readonly seed: number;
  readonly days: number;
  /** Whether assets and allocations are reconciled with bills. */
  readonly reconciles: boolean;
  /** Whether hours are kept besides days. */
  readonly hasHours: boolean;
  /** Whether a repair reaches the rows of the local cluster only. */
  readonly federated: boolean;
  /** When the pipeline stopped; null: it runs. */
  readonly stoppedAt: number | null;
}

/**
 * The state of the ETL pipeline at any time. Every hour, some minutes late, it builds the set of the
 * last hour and that of the current day, and reconciles the day whose bill has arrived.
 * The state is a function of the time; only repairs are stored.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #plan: FaultPlan;
  readonly repairs: Repairs;

  /** Hours that are kept; 0 where only days are. */
  get hourlyRetention(): number {
    return this.#options.hasHours ? hourlySets : 0;
  }

  constructor(options: PipelineOptions, plan: FaultPlan, repairs: Repairs) {
    this.#options = options;
    this.#plan = plan;
    this.repairs = repairs;
  }

  /** Start of the run that builds the hour before `end`. */
  runTime(end: number): number {
    return end + between(2, 7, this.#options.seed, salt.pipeline, end / hour) * minute;
  }

  /** Now, or the time at which the pipeline stopped. */
  effectiveTime(now: number): number {
    return Math.min(now, this.#options.stoppedAt ?? now);
  }

  /** End of the last hour that is built. */
  builtUntil(now: number): number {
    const at = this.effectiveTime(now);
    const end = Math.floor(at / hour) * hour;
    return this.runTime(end) <= at ? end : end - hour;
  }

  /** Start of the first run after the bill of a day has arrived; infinite where it never does. */
  reconciledAt(dayStart: number): number {
    if (this.#plan.affectsDay('missing-bill', dayStart)) return Number.POSITIVE_INFINITY;
    const late = this.#plan.amountOfDay('late-bill', dayStart);
    const arrival =
      late === null ? billArrival(this.#options.seed, dayStart) : dayStart + day + late;
    const end = Math.floor(arrival / hour) * hour;
    return this.runTime(end) >= arrival ? this.runTime(end) : this.runTime(end + hour);
  }

  /** Days whose bill a run after `from` and at the latest at `to` finds. */
  billedBetween(from: number, to: number): number[] {
    const found: number[] = [];
    for (let dayStart = this.oldestDay(to); dayStart < dayOf(to); dayStart += day) {
      const at = this.reconciledAt(dayStart);
      if (at > from && at <= to) found.push(dayStart);
    }
    return found;
  }

  /** First day in the stores. */
  oldestDay(now: number): number {
    return dayOf(this.effectiveTime(now)) - (this.#options.days - 1) * day;
  }

  /** The set of the day or hour that starts at `start`; null outside of the stores' range. */
  set(resolution: Resolution, start: number, now: number): SetSpec | null {
    const built = this.builtUntil(now);
    const window = { start, end: start + (resolution === 'day' ? day : hour) };
    const oldest = resolution === 'day' ? this.oldestDay(now) : this.#oldestHour(now);
    if (start < oldest || start >= built || (resolution === 'hour' && window.end > built))
      return null;
    const dayStart = dayOf(start);
    const repaired = {
      assets: this.repairs.last('assets', dayStart, now),
      allocations: this.repairs.last('allocations', dayStart, now),
      cloud: this.repairs.last('cloud', dayStart, now),
    };
    const isStopped = this.#plan.affectsDay('samples-stop', dayStart);
    const sampledUntil = isStopped ? dayStart + lastSampledHour * hour : built;
    // a bill of the whole day would make up for the hours without samples
    const billed =
      resolution === 'day' && !isStopped && this.reconciledAt(dayStart) <= this.effectiveTime(now);
    const isSampled = start < sampledUntil;
    const settled = billed && this.#options.reconciles;
    const isRepaired = {
      assets: this.#isRepaired(repaired.assets, now),
      allocations: this.#isRepaired(repaired.allocations, now),
      cloud: this.#isRepaired(repaired.cloud, now),
    };
    const failed = this.#plan.affectsDay('reconcile-error', dayStart);
    const others = {
      assets: this.#state('assets', resolution, dayStart, null),
      allocations: this.#state('allocations', resolution, dayStart, null),
      allocationsReconciled: settled && !failed,
    };
    return {
      resolution,
      window,
      data: { start, end: Math.max(start, Math.min(window.end, built, sampledUntil)) },
      sampled: !this.#options.reconciles,
      billed,
      assetsReconciled: settled,
      allocationsReconciled: settled && !(failed && !isRepaired.allocations),
      assets: isSampled ? this.#state('assets', resolution, dayStart, repaired.assets) : 'empty',
      allocations: isSampled
        ? this.#state('allocations', resolution, dayStart, repaired.allocations)
        : 'empty',
      repaired: isRepaired,
      repairFailed: {
        assets: this.repairs.hasFailed('assets', dayStart, now),
        allocations: this.repairs.hasFailed('allocations', dayStart, now),
      },
      others: this.#options.federated ? others : null,
      rebuilt: {
        assets: repaired.assets?.data ?? null,
        allocations: repaired.allocations?.data ?? null,
      },
    };
  }

  #state(
    store: 'assets' | 'allocations',
    resolution: Resolution,
    dayStart: number,
    repair: Repair | null,
  ): SetState {
    if (repair) return repair.outcome === 'emptied' ? 'empty' : 'full';
    const isLost =
      this.#plan.affectsDay('gap', dayStart) ||
      this.#plan.affectsDay('utc-offset-changed', dayStart);
    if (isLost) return 'missing';
    if (this.#plan.affectsDay('empty', dayStart)) return 'empty';
    const failed = store === 'allocations' && resolution === 'day';
    return failed && this.#plan.affectsDay('compute-error', dayStart) ? 'missing' : 'full';
  }

  /** Whether the faults of a day were removed by a repair and no later run brought them back. */
  #isRepaired(repair: Repair | null, now: number): boolean {
    if (repair === null) return false;
    const relapse = this.#relapseOf(repair);
    return relapse === null || relapse > this.effectiveTime(now);
  }

  /** `repair-relapse`: the reconciliation run that brings the faults of a repaired day back. */
  #relapseOf({ at, dayStart }: Repair): number | null {
    if (!this.#plan.affectsDay('repair-relapse', dayStart)) return null;
    const end = Math.floor(at / hour) * hour;
    return this.runTime(end) > at ? this.runTime(end) : this.runTime(end + hour);
  }

  /** Days of a store that the run at `at` reconciles once more because they were repaired. */
  relapsing(store: RepairStore, at: number): number[] {
    const days = this.repairs.all
      .filter((one) => one.store === store && one.data !== null && this.#relapseOf(one) === at)
      .map(({ dayStart }) => dayStart);
    return [...new Set(days)];
  }

  /** Sets that overlap the span, oldest first. */
  sets(resolution: Resolution, span: Span, now: number): SetSpec[] {
    const length = resolution === 'day' ? day : hour;
    const first = Math.max(
      Math.floor(span.start / length) * length,
      resolution === 'day' ? this.oldestDay(now) : this.#oldestHour(now),
    );
    const found: SetSpec[] = [];
    for (let start = first; start < Math.min(span.end, this.builtUntil(now)); start += length) {
      const set = this.set(resolution, start, now);
      if (set) found.push(set);
    }
    return found;
  }

  /** Every day that the stores should have. */
  days(now: number): SetSpec[] {
    return this.sets('day', { start: this.oldestDay(now), end: now }, now);
  }

  /** Every hour that the stores should have. */
  hours(now: number): SetSpec[] {
    return this.sets('hour', { start: this.#oldestHour(now), end: this.builtUntil(now) }, now);
  }

  #oldestHour(now: number): number {
    return this.builtUntil(now) - this.hourlyRetention * hour;
  }

  /** Queues a repair of every day that the window overlaps. */
  repair(store: RepairStore, window: Span, now: number): void {
    const days = this.sets('day', window, now).map((set) => set.window.start);
    this.repairs.request(store, days, now);
  }
}
