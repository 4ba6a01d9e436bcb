import type { DayEvidence, HourlySamples } from '../../../src/repair/evidence.ts';
import type { RepairAnswer, RepairProgress, RepairSource } from '../../../src/repair/source.ts';
import { type RepairMetric, type RepairStore, repairMetrics } from '../../../src/repair/stores.ts';
import { day, hour, type Span, second } from '../../../src/time.ts';

/** What goes wrong with a request. */
export type Trouble = 'none' | 'fails' | 'restart' | 'rejected' | 'answer-lost' | 'request-lost';

/** A day of the simulated server. */
export interface SimulatedDay {
  /** Whole days before now; 0 is today. */
  readonly age: number;
  /** Rows of the sets, asset and allocation; a whole set has `wholeRows`. */
  readonly stored: { readonly asset: number; readonly allocation: number };
  /** Hours at the start of the day whose samples are lost; 24: all. */
  readonly lostHours: number;
  readonly trouble: Trouble;
  readonly isRepairing: boolean;
}

export interface SimulatedWorld {
  readonly days: readonly SimulatedDay[];
  /** Hours of samples that Prometheus keeps. */
  readonly retention: number;
  /** Whether the server keeps an event log. */
  readonly hasLog: boolean;
}

export const wholeRows = 100;
export const now = Date.UTC(2026, 10, 26, 12);

export function spanOf(age: number): Span {
  const start = Math.floor(now / day) * day - age * day;
  return { start, end: start + day };
}

interface Rebuild {
  readonly store: RepairStore;
  readonly start: number;
  readonly at: number;
  readonly outcome: 'rebuilt' | 'failed' | 'forgotten';
}

/** A server that rebuilds sets as a real one does: later, from the samples that are left then. */
export class SimulatedServer implements RepairSource {
  time = now;
  readonly sets = new Map<string, number>();
  /** Requests that arrived, in order. */
  readonly sent: { readonly store: RepairStore; readonly start: number }[] = [];
  readonly #world: SimulatedWorld;
  readonly #rebuilds: Rebuild[] = [];
  #startedAt = now - 100 * day;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    for (const { age, stored } of world.days) {
      this.sets.set(`asset ${spanOf(age).start}`, stored.asset);
      this.sets.set(`allocation ${spanOf(age).start}`, stored.allocation);
    }
  }

  async server() {
    const { retention } = this.#world;
    return { now: this.time, unsupported: null, retention: retention * hour, isBilled: true };
  }

  async evidence(span: Span): Promise<DayEvidence> {
    this.#work();
    const one = this.#dayAt(span.start);
    const samples = new Map<RepairMetric, HourlySamples>(
      repairMetrics.map((metric) => [metric, new Map([['c/n', this.#hours(span.start)]])]),
    );
    return {
      day: span,
      samples: { value: samples },
      expected: { value: [{ key: 'c/n', ...span }] },
      elsewhere: [],
      stored: new Map([
        ['asset', await this.stored('asset', span)],
        ['allocation', await this.stored('allocation', span)],
      ]),
      repairing: new Set(one?.isRepairing ? (['asset', 'allocation'] as const) : []),
    };
  }

  async stored(store: RepairStore, { start }: Span) {
    this.#work();
    const rows = this.sets.get(`${store} ${start}`) ?? 0;
    return { value: { rows, cost: rows * 0.5 } };
  }

  async send(store: RepairStore, { start }: Span): Promise<RepairAnswer> {
    const trouble = this.#dayAt(start)?.trouble ?? 'none';
    if (trouble === 'rejected') return { kind: 'rejected', reason: '403' };
    if (trouble === 'request-lost') return { kind: 'unknown', reason: 'broke off' };
    this.sent.push({ store, start });
    const outcome =
      trouble === 'fails' ? 'failed' : trouble === 'restart' ? 'forgotten' : 'rebuilt';
    this.#rebuilds.push({ store, start, at: this.time + 7 * second, outcome });
    return trouble === 'answer-lost'
      ? { kind: 'unknown', reason: 'broke off' }
      : { kind: 'accepted' };
  }

  async progress(store: RepairStore, { start }: Span, sent: number): Promise<RepairProgress> {
    this.#work();
    const own = this.#rebuilds.filter((one) => one.store === store && one.start === start);
    const ended = own.filter(({ at }) => at <= this.time && at >= sent);
    const hasFailed = ended.some(({ outcome }) => outcome === 'failed');
    return {
      saved: this.#world.hasLog ? ended.some(({ outcome }) => outcome === 'rebuilt') : null,
      error: hasFailed ? 'query timed out' : null,
      repairing: own.some(({ at }) => at > this.time),
      restarted: this.#startedAt > sent,
    };
  }

  async backupFile(store: RepairStore, { start }: Span) {
    return `${store}s/1d/${start / second}`;
  }

  #dayAt(start: number): SimulatedDay | undefined {
    return this.#world.days.find(({ age }) => spanOf(age).start === start);
  }

  /** Samples of a node in the hours of a day. */
  #hours(start: number): number[] {
    const lost = this.#dayAt(start)?.lostHours ?? 0;
    const oldest = this.time - this.#world.retention * hour;
    return Array.from({ length: 24 }, (_, at) => {
      const end = start + (at + 1) * hour;
      if (at < lost || end <= oldest || end - hour >= this.time) return 0;
      return Math.round(60 * Math.min(1, (end - oldest) / hour));
    });
  }

  #work(): void {
    for (const one of this.#rebuilds) {
      if (one.at > this.time) continue;
      if (one.outcome === 'forgotten') this.#startedAt = Math.max(this.#startedAt, one.at);
      if (one.outcome !== 'rebuilt') continue;
      const samples = this.#hours(one.start).reduce((sum, count) => sum + count, 0);
      this.sets.set(`${one.store} ${one.start}`, Math.round((wholeRows * samples) / (24 * 60)));
    }
  }
}
