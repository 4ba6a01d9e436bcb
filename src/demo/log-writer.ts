import type { Step, Store } from '../events/kinds.ts';
import { hour, type Span } from '../time.ts';
import type { SetSpec } from './build/spec.ts';
import { hash } from './random.ts';
import type { Stores } from './stores.ts';
import type { Cluster } from './world/clusters.ts';
import { salt } from './world/salt.ts';

/** An entry of `/etl/log`. */
export interface LogEvent {
  readonly store: Store;
  readonly kind: string;
  /** Null for an error that names no window. */
  readonly window: Span | null;
  readonly error: string | null;
  /** Number of rows, or of aggregate keys; null where the kind has no size. */
  readonly size: (() => number) | null;
  /** Milliseconds since 1970, and the nanoseconds below them. */
  readonly at: number;
  readonly nanos: number;
}

export interface WriterDeps {
  readonly stores: Stores;
  readonly seed: number;
  /** Cluster whose sets are in the log; null for all. */
  readonly cluster: Cluster | null;
}

const setNames = { allocation: 'AllocationSet', asset: 'AssetSet' } as const;

/** Collects the events of one run, each a little later than the previous one. */
export class LogWriter {
  readonly events: LogEvent[] = [];
  readonly #deps: WriterDeps;
  #at: number;

  constructor(deps: WriterDeps, at: number) {
    this.#deps = deps;
    this.#at = Math.floor(at);
  }

  set(store: Store, step: Step, set: SetSpec): void {
    const size = step === 'ComputeError' || step === 'ReconcileError' ? null : 'rows';
    this.add(store, step, set.window, size === null ? null : () => this.#rows(store, set));
  }

  derived(store: Store, set: SetSpec): void {
    this.add(store, 'Totaled', set.window, null);
    this.add(store, 'Aggregated', set.window, () => {
      const sizes = this.#sizes(set);
      return store === 'asset' ? sizes.assetTypes : sizes.controllers;
    });
  }

  add(store: Store, step: Step, window: Span, size: (() => number) | null): void {
    this.#push({ store, kind: `${setNames[store]}${step}`, window, size, error: null });
  }

  /** A ComputeError that names no window. */
  windowless(store: Store, error: string): void {
    this.#push({ store, kind: `${setNames[store]}ComputeError`, window: null, size: null, error });
  }

  #push(event: Omit<LogEvent, 'at' | 'nanos'>): void {
    const h = hash(this.#deps.seed, salt.pipeline, this.#at / hour, this.events.length);
    this.#at += 1 + (h % 40);
    this.events.push({ ...event, at: this.#at, nanos: h % 1_000_000 });
  }

  #rows(store: Store, set: SetSpec): number {
    const sizes = this.#sizes(set);
    return store === 'asset' ? sizes.assets : sizes.allocations;
  }

  #sizes(set: SetSpec) {
    const { stores, cluster } = this.#deps;
    return stores.sizes(set, cluster ?? undefined);
  }
}
