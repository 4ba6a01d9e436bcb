import { type AuditType, auditTypeNames, serverAuditTypes } from '../../audits/types.ts';
import { day, hour, type Span } from '../../time.ts';
import { type SetSpec, storeState } from '../build/spec.ts';
import type { Pipeline } from '../pipeline.ts';
import { hash } from '../random.ts';
import type { Stores } from '../stores.ts';
import { dayOf, isoDate } from '../time.ts';
import { salt } from '../world/salt.ts';
import { type AuditEngine, type AuditFinding, auditStores } from './engine.ts';

export interface AuditResult extends AuditFinding {
  /** Last run: milliseconds since 1970, and the nanoseconds below them. */
  readonly at: number;
  readonly nanos: number;
}

/** The audits of one day; null for an audit that never ran. */
export interface AuditSet {
  readonly window: Span;
  readonly results: ReadonlyMap<AuditType, AuditResult | null>;
}

interface Run {
  readonly window: Span | null;
  readonly types: readonly AuditType[];
  readonly at: number;
}

interface AuditStoreDeps {
  readonly stores: Stores;
  readonly pipeline: Pipeline;
  readonly engine: AuditEngine;
  readonly clampsIdle: boolean;
  readonly seed: number;
}

/** Days before today that the nightly run audits. */
const nightlyDays = 7;

/** Audits of every day in the stores, run every night over the last week and on request. */
export class AuditStore {
  readonly #runs: Run[] = [];
  readonly #findings = new Map<string, ReadonlyMap<AuditType, AuditFinding>>();
  readonly #firstDay: number;
  readonly #deps: AuditStoreDeps;

  constructor(deps: AuditStoreDeps, now: number) {
    this.#deps = deps;
    this.#firstDay = dayOf(now) - nightlyDays * day;
  }

  /** Starts audits that end at `at`; a null window is every day, a null type every type. */
  start(window: Span | null, type: AuditType | null, at: number): void {
    this.#runs.push({ window, types: type === null ? auditTypeNames : [type], at });
  }

  sets(window: Span | null, now: number): AuditSet[] {
    return this.#deps.pipeline
      .days(now)
      .filter(({ window: set }) => !window || (set.start < window.end && set.end > window.start))
      .map((set) => ({
        window: set.window,
        results: this.#results(set, now),
      }));
  }

  #results(set: SetSpec, now: number): Map<AuditType, AuditResult | null> {
    const runs = new Map<number, AuditType[]>();
    const results = new Map<AuditType, AuditResult | null>();
    for (const type of serverAuditTypes) {
      const at = this.#lastRun(set.window, type, now);
      results.set(type, null);
      if (at !== null) runs.set(at, [...(runs.get(at) ?? []), type]);
    }
    const { seed } = this.#deps;
    for (const [at, types] of runs) {
      const nanos = (type: AuditType) =>
        hash(seed, salt.pipeline, at / hour, type.length) % 1_000_000;
      for (const [type, finding] of this.#found(set, types, at)) {
        results.set(type, { ...finding, at, nanos: nanos(type) });
      }
    }
    return results;
  }

  /** Audits that ran at the same time, computed together because they read the same rows. */
  #found(
    set: SetSpec,
    types: readonly AuditType[],
    at: number,
  ): ReadonlyMap<AuditType, AuditFinding> {
    const key = `${isoDate(set.window.start)} ${at} ${types.join()}`;
    const known = this.#findings.get(key);
    if (known) return known;
    const found = new Map(
      this.#evaluate(set, types, at).map((finding) => [finding.type, finding] as const),
    );
    this.#findings.set(key, found);
    return found;
  }

  #lastRun(window: Span, type: AuditType, now: number): number | null {
    const requested = this.#runs.filter(
      (run) =>
        run.at <= now &&
        run.types.includes(type) &&
        (!run.window || (run.window.start < window.end && run.window.end > window.start)),
    );
    const times = requested.map((run) => run.at);
    const night = this.#lastNight(window.start, now);
    if (night !== null) times.push(night);
    return times.length === 0 ? null : Math.max(...times);
  }

  /** Time of the last nightly run that audited the day; null for none. */
  #lastNight(dayStart: number, now: number): number | null {
    if (dayStart < this.#firstDay) return null;
    const at = this.#deps.pipeline.effectiveTime(now);
    const tonight = this.#nightOf(dayOf(at));
    const latest = tonight <= at ? dayOf(at) : dayOf(at) - day;
    const night = Math.min(latest, dayStart + nightlyDays * day);
    return night <= dayStart ? null : this.#nightOf(night);
  }

  #nightOf(midnight: number): number {
    return midnight + hour + (hash(this.#deps.seed, salt.pipeline, midnight / day, 9) % hour);
  }

  #evaluate(set: SetSpec, types: readonly AuditType[], at: number): readonly AuditFinding[] {
    const { pipeline, stores, engine, clampsIdle } = this.#deps;
    const then = pipeline.set('day', set.window.start, at) ?? set;
    const absent = [
      storeState(then, 'assets') !== 'full' && 'assets',
      storeState(then, 'allocations') !== 'full' && 'allocations',
    ];
    const missing = absent
      .filter((store) => store !== false)
      .map((store) => ({
        key: [isoDate(set.window.start)],
        description: `no ${store} in the store`,
      }));
    if (missing.length > 0) {
      return types.map((type) => ({
        type,
        status: 'Warning',
        description: '',
        differences: [],
        missing,
      }));
    }
    return engine({ window: then.window, types, stores: auditStores(stores, then), clampsIdle });
  }
}
