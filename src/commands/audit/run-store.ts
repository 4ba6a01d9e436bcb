import type { RowCollector } from '../../audits/local/audit-window.ts';
import type { CollectedWindow } from '../../audits/local/evidence/evidence-log.ts';
import type { WindowLook, WindowResult } from '../../audits/local/run.ts';
import { settlingTime } from '../../audits/local/settling.ts';
import { auditsVersion } from '../../audits/local/version.ts';
import { bothSinks, type CostSource } from '../../costs/responses.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Client } from '../../kubecost/client.ts';
import { clusterIdOf } from '../../kubecost/cluster-id.ts';
import type { Product } from '../../kubecost/product.ts';
import { redact } from '../../redaction.ts';
import type { AuditStore } from '../../store/audit-store.ts';
import { spanOf } from '../../store/diagnose-days.ts';
import type { KnownDays } from '../../store/known-days.ts';
import { folderOf } from '../../store/layout.ts';
import type { StoredDay, StoredOptions, Totals } from '../../store/schema.ts';
import { type Shard, type ShardPlan, shardOf } from '../../store/shard.ts';
import { changedTotals, TotalsCollector, totalRequests } from '../../store/totals.ts';
import { formatTime, type Span, windowOf } from '../../time.ts';
import type { Context } from '../command.ts';
import type { LocalOptions } from './local-options.ts';
import { openAuditStore, optionsKey, temporaryStore } from './open-store.ts';
import { RepairFacts } from './repair-facts.ts';
import { storedDay, storedOptions } from './stored-day.ts';
import { type StoredReport, storedReport } from './stored-report.ts';

interface RunStoreParts {
  readonly store: AuditStore;
  readonly client: Client;
  readonly context: Context;
  readonly server: StoredDay['server'];
  readonly options: StoredOptions;
  readonly product: Product;
}

/** Which stored days, though settled, are looked at again. */
export interface StoredDayPolicy {
  /** Whether a day is evaluated again. */
  readonly evaluate: (day: StoredDay) => boolean;
  /** Whether its totals are compared with those of the server. */
  readonly compare: (day: StoredDay) => boolean;
}

/** The AuditStore of a run: which days it need not evaluate, and where those go that it does. */
export class RunStore {
  readonly #parts: RunStoreParts;
  /** Every day of this server and these options that is known, by its start. */
  readonly #days: Map<number, StoredDay>;
  readonly #totals = new Map<number, TotalsCollector>();
  readonly #failed = new Set<number>();
  readonly #repairFacts: RepairFacts;
  #pending: readonly Span[] = [];
  #shard: (Shard & { readonly plan: ShardPlan }) | null = null;

  private constructor(parts: RunStoreParts, days: readonly StoredDay[]) {
    this.#parts = parts;
    this.#repairFacts = new RepairFacts(parts);
    this.#days = new Map(days.map((day) => [spanOf(day).start, day]));
  }

  /**
   * @param dir null: days are kept as long as the process runs
   * @throws UsageError where the directory cannot be used, DataError where the server cannot be identified */
  static async open(
    dir: string | null,
    values: LocalOptions & { readonly type: readonly string[]; readonly knownDays?: KnownDays },
    { client, product, context }: Pick<RunStoreParts, 'client' | 'product' | 'context'>,
  ): Promise<RunStore> {
    context.deps.catchSignals(); // no file is left half-written
    const store = await (dir === null
      ? temporaryStore()
      : openAuditStore(dir, 'write', context.secrets));
    const clusterId = await clusterIdOf(client);
    const server = {
      product: product.name,
      clusterId: clusterId && redact(clusterId, context.secrets),
      address: await context.address(),
      version: product.version,
    };
    const options = storedOptions(values);
    const { days, damaged } = await store.read(folderOf(server), values.knownDays ?? null);
    for (const { path, problem } of damaged) {
      await context.reporter.warn(`${dir}/${path} ${problem}; the day is evaluated again`);
    }
    const key = optionsKey({ server, options });
    const own = days.filter((day) => optionsKey(day) === key && day.options.step === options.step);
    return new RunStore({ store, client, context, server, options, product }, own);
  }

  /**
   * Keeps the plan of a sharded run.
   *
   * @param windows those of all shards
   * @returns those of this shard
   */
  async planned(windows: readonly Span[], shard: Shard): Promise<Span[]> {
    const { store, server, client, options } = this.#parts;
    const { product, clusterId, address } = server;
    this.#shard = {
      ...shard,
      plan: {
        ...{ schemaVersion: 1, kind: 'ShardPlan', server: { product, clusterId, address } },
        ...{ url: client.server, options, count: shard.count },
        windows: windows.map((window) => windowOf(window).start),
      },
    };
    await store.writePlan(this.#shard.plan);
    return windows.filter(
      (window) => shardOf(server, windowOf(window).start, shard.count) === shard.index,
    );
  }

  /**
   * The windows that have to be evaluated: all but settled days that the same audits evaluated.
   *
   * @param again whether such a day is evaluated again all the same
   */
  pending(windows: readonly Span[], again: StoredDayPolicy['evaluate']): readonly Span[] {
    const now = this.#parts.context.deps.clock.now();
    this.#pending = windows.filter(({ start }) => {
      const day = this.#days.get(start);
      return day === undefined || !isFinal(day, now) || again(day);
    });
    return this.#pending;
  }

  /**
   * Adds stored days whose totals changed on the server to what has to be evaluated.
   *
   * @param which the days whose totals are requested
   * @returns why totals could not be requested; empty where they all were
   */
  async recheck(
    windows: readonly Span[],
    source: CostSource,
    which: StoredDayPolicy['compare'],
  ): Promise<string[]> {
    const { reporter } = this.#parts.context;
    const failures = new Set<string>();
    const changed: Span[] = [];
    const stored = windows.filter((window) => {
      const day = this.#days.get(window.start);
      return !this.#pending.includes(window) && day !== undefined && which(day);
    });
    for (const window of stored) {
      const before = this.#days.get(window.start)?.totals;
      const now = await this.#currentTotals(window, source, failures);
      if (now === null || before === undefined) continue;
      const changes = changedTotals(before, now);
      const date = formatTime(window.start).slice(0, 10);
      if (changes.length > 0) {
        await reporter.note(
          `${date} changed since it was stored (${changes.join(', ')}): evaluated again`,
        );
      }
      if (changes.length > 0 || (before.allocations ?? before.assets) === null)
        changed.push(window);
    }
    this.#pending = windows.filter(
      (window) => this.#pending.includes(window) || changed.includes(window),
    );
    return [...failures];
  }

  get toEvaluate(): readonly Span[] {
    return this.#pending;
  }

  /** A collector that reads the totals of a day, too. */
  withTotals(collector: RowCollector, { span, look }: WindowLook): RowCollector {
    if (look === 'second') return collector;
    const totals = new TotalsCollector();
    this.#totals.set(span.start, totals);
    return {
      sink(request) {
        const [own, sums] = [collector.sink(request), totals.sink(request)];
        return own && sums ? bothSinks(own, sums) : (own ?? sums);
      },
    };
  }

  /** Stores an evaluated day; one of which a request failed is only part of the report, and replaces no copy. */
  async save(result: WindowResult, collected: CollectedWindow): Promise<void> {
    const { window, failures } = result;
    const facts = await this.#repairFacts.of(result, this.#pending);
    const totals = this.#totals.get(window.span.start)?.totals ?? noTotals;
    const day = storedDay(result, collected, { ...this.#parts, totals, ...facts });
    this.#totals.delete(window.span.start);
    this.#days.set(window.span.start, day);
    if (failures.length === 0) await this.#parts.store.write(day);
    else await this.#noteFailure(day);
  }

  /** Marks the stored copy of a day, which stays, as older than an evaluation that failed. */
  async #noteFailure(day: StoredDay): Promise<void> {
    this.#failed.add(spanOf(day).start);
    const { store } = this.#parts;
    const stored = await store.day(day);
    if (stored) await store.write({ ...stored, failedAt: day.storedAt });
  }

  /** The audits of some windows, whether they were stored before or not, diagnosed with all that is stored. */
  report(windows: readonly Span[]): StoredReport & { readonly shard?: AuditReport['shard'] } {
    const all = [...this.#days.values()];
    const report = storedReport(all, windows, this.#parts.context.deps.clock.now());
    if (this.#shard === null) return report;
    const starts = new Set(windows.map(({ start }) => start));
    const days = all.filter((day) => {
      const { start } = spanOf(day);
      return starts.has(start) && !this.#failed.has(start);
    });
    return { ...report, shard: { ...this.#shard, days } };
  }

  async #currentTotals(
    window: Span,
    source: CostSource,
    failures: Set<string>,
  ): Promise<Totals | null> {
    const collector = new TotalsCollector();
    for (const request of Object.values(totalRequests)) {
      const response = await source.fetch(request, window, () => collector.sink(request) ?? {});
      if ('content' in response || response.unsupported) continue;
      failures.add(response.reason);
      return null;
    }
    return collector.totals;
  }
}

const noTotals: Totals = { allocations: null, assets: null };

function isFinal(day: StoredDay, now: number): boolean {
  const isKnown = day.settled && day.auditsVersion === auditsVersion && day.failedAt === undefined;
  // a clock that was ahead may have taken it for settled
  return isKnown && now - spanOf(day).end >= settlingTime('bills', day.server.product);
}
