import type { Store } from '../events/kinds.ts';
import { day, hour, minute } from '../time.ts';
import type { SetSpec } from './build/spec.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type LogEvent, LogWriter } from './log-writer.ts';
import type { Pipeline } from './pipeline.ts';
import { between } from './random.ts';
import type { Repair } from './repairs.ts';
import type { Stores } from './stores.ts';
import { dayOf } from './time.ts';
import type { Cluster } from './world/clusters.ts';
import { salt } from './world/salt.ts';

interface LogDeps {
  readonly pipeline: Pipeline;
  readonly stores: Stores;
  readonly plan: FaultPlan;
  readonly seed: number;
  readonly days: number;
}

interface LogOptions {
  /** Cluster whose sets are in the log; null for all. */
  readonly cluster: Cluster | null;
  /** `crash-loop` */
  readonly crashes: boolean;
  /** `error-without-window` */
  readonly losesWindows: boolean;
}

/** Interval between two restarts of a crash loop. */
const crashInterval = 7 * minute;

function lastCrash(now: number): number {
  return Math.floor(now / crashInterval) * crashInterval;
}

/** The time, or a little earlier where the next run would begin while the sets are being loaded. */
function betweenRuns(pipeline: Pipeline, at: number): number {
  const next = pipeline.runTime(pipeline.builtUntil(at) + hour);
  return next - at < minute ? at - minute : at;
}

/** Maximum number of events in the log; counters are not limited. */
const maxEvents = 20_000;

/** Event log of the pipeline since the server process started, updated when it is read. */
export class EventLog {
  /** Start of the server process. */
  startedAt: number;
  readonly counters = new Map<string, number>();
  #events: LogEvent[] = [];
  /** End of the last hour whose run is in the log. */
  #until: number;
  #repairsSeen = 0;
  readonly #pipeline: Pipeline;
  readonly #stores: Stores;
  readonly #plan: FaultPlan;
  readonly #seed: number;
  readonly #days: number;
  readonly #options: LogOptions;

  constructor(deps: LogDeps, options: LogOptions, now: number) {
    this.#options = options;
    this.#pipeline = deps.pipeline;
    this.#stores = deps.stores;
    this.#plan = deps.plan;
    this.#seed = deps.seed;
    this.#days = deps.days;
    this.startedAt = options.crashes
      ? lastCrash(now)
      : betweenRuns(
          deps.pipeline,
          deps.pipeline.effectiveTime(now) - between(20, 44, deps.seed, salt.pipeline, 1) * hour,
        );
    this.#until = deps.pipeline.builtUntil(this.startedAt);
    this.#load();
  }

  events(now: number): readonly LogEvent[] {
    this.#catchUp(now);
    return this.#events;
  }

  #catchUp(now: number): void {
    for (const repair of this.#pipeline.repairs.all.slice(this.#repairsSeen)) {
      if (repair.at > now) break;
      this.#runUntil(repair.at);
      if (repair.outcome === 'lost') this.#restart(repair.at);
      else this.#append(this.#repaired(repair));
      this.#repairsSeen += 1;
    }
    this.#runUntil(now);
    if (this.#options.crashes) this.#restart(lastCrash(now));
  }

  /** Appends the events of every run that has ended by `now`. */
  #runUntil(now: number): void {
    const fresh: LogEvent[] = [];
    const built = this.#pipeline.builtUntil(now);
    while (this.#until < built) {
      this.#until += hour;
      fresh.push(...this.#run(this.#until));
    }
    this.#append(fresh);
  }

  /** A restarted process has a new log and loads every set again. */
  #restart(at: number): void {
    if (this.startedAt === at) return;
    this.startedAt = at;
    this.#events = [];
    this.counters.clear();
    this.#load();
  }

  #append(fresh: LogEvent[]): void {
    for (const { kind } of fresh) this.counters.set(kind, (this.counters.get(kind) ?? 0) + 1);
    if (fresh.length > 0) this.#events = [...this.#events, ...fresh].slice(-maxEvents);
  }

  /** Events of the start of the process, which loads every set and derives its totals and aggregates. */
  #load(): void {
    const writer = this.#writer(this.startedAt);
    const at = this.startedAt;
    const sets = [...this.#pipeline.days(at), ...this.#pipeline.hours(at)];
    for (const store of ['asset', 'allocation'] as const) {
      for (const set of sets) {
        if (stateOf(set, store) !== 'missing') {
          writer.set(store, 'Loaded', set);
          writer.derived(store, set);
        } else if (this.#failed(store, set)) writer.set(store, 'ComputeError', set);
        if (set.assetsReconciled) this.#reconcile(writer, store, set);
      }
    }
    this.#append(writer.events);
  }

  /** Events of the run that builds the hour before `end` and the current day. */
  #run(end: number): LogEvent[] {
    const at = this.#pipeline.runTime(end);
    const writer = this.#writer(at);
    const hourStart = end - hour;
    const sets = [
      this.#pipeline.set('hour', hourStart, at),
      this.#pipeline.set('day', dayOf(hourStart), at),
    ];
    const settled = this.#settledBetween(this.#pipeline.runTime(end - hour), at);
    const relapsing = {
      asset: this.#pipeline.relapsing('assets', at),
      allocation: this.#pipeline.relapsing('allocations', at),
    };
    for (const store of ['asset', 'allocation'] as const) {
      for (const set of sets) {
        if (!set) continue;
        if (stateOf(set, store) !== 'missing') {
          writer.set(store, 'Saved', set);
          writer.derived(store, set);
        } else if (this.#failed(store, set)) writer.set(store, 'ComputeError', set);
      }
      for (const dayStart of [...settled, ...relapsing[store]]) {
        const set = this.#pipeline.set('day', dayStart, at);
        if (set) this.#reconcile(writer, store, set);
      }
    }
    if (this.#options.losesWindows)
      writer.windowless('asset', 'vector cannot contain metrics with the same labelset');
    this.#expire(writer, end);
    return writer.events;
  }

  #reconcile(writer: LogWriter, store: Store, set: SetSpec): void {
    if (stateOf(set, store) === 'missing') return;
    if (store === 'allocation' && !set.allocationsReconciled) {
      writer.set(store, 'ReconcileError', set);
      return;
    }
    writer.set(store, 'Reconciled', set);
    writer.derived(store, set);
  }

  #failed(store: Store, set: SetSpec): boolean {
    return (
      store === 'allocation' &&
      set.resolution === 'day' &&
      this.#plan.affectsDay('compute-error', set.window.start)
    );
  }

  /** Days that are reconciled by the run that starts at `to`. */
  #settledBetween(from: number, to: number): number[] {
    return this.#pipeline
      .billedBetween(from, to)
      .filter((dayStart) => this.#pipeline.set('day', dayStart, to)?.assetsReconciled === true);
  }

  #expire(writer: LogWriter, end: number): void {
    const { hourlyRetention } = this.#pipeline;
    const old = end - (hourlyRetention + 1) * hour;
    const spans = hourlyRetention === 0 ? [] : [{ start: old, end: old + hour }];
    if (dayOf(end) === end - hour) {
      const first = dayOf(end) - this.#days * day;
      spans.push({ start: first, end: first + day });
    }
    for (const span of spans) {
      writer.add('asset', 'DeletedEvent', span, null);
      writer.add('allocation', 'DeletedEvent', span, null);
    }
  }

  #repaired(repair: Repair): LogEvent[] {
    const writer = this.#writer(repair.at);
    const set = this.#pipeline.set('day', repair.dayStart, repair.at);
    if (!set || repair.store === 'cloud') return [];
    const store = repair.store === 'assets' ? 'asset' : 'allocation';
    if (repair.outcome === 'failed') {
      writer.set(store, 'ComputeError', set);
      return writer.events;
    }
    writer.set(store, 'Saved', set);
    writer.derived(store, set);
    const reconciled = store === 'asset' ? set.assetsReconciled : set.allocationsReconciled;
    if (reconciled) this.#reconcile(writer, store, set);
    return writer.events;
  }

  #writer(at: number): LogWriter {
    return new LogWriter(
      { stores: this.#stores, seed: this.#seed, cluster: this.#options.cluster },
      at,
    );
  }
}

function stateOf(set: SetSpec, store: Store): SetSpec['assets'] {
  return store === 'asset' ? set.assets : set.allocations;
}
