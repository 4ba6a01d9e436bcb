import type { CostRequest } from '../../costs/requests.ts';
import type { CostSource } from '../../costs/responses.ts';
import type { Span } from '../../time.ts';
import type { Audit } from '../schema.ts';
import { type AuditType, auditTypeNames } from '../types.ts';
import { type AuditOptions, AuditWindow, type RowCollector } from './audit-window.ts';
import { evaluateWindow } from './evaluate.ts';
import { Fetcher } from './fetcher.ts';
import {
  evaluateMissingWindows,
  hasData,
  hasPartialCluster,
  unknownNeighbours,
  type WindowPresence,
  wholeClusters,
  windowPresence,
} from './missing-windows.ts';
import { onlyStoreReason } from './only-store.ts';
import { confirmed, needsEvidence, scopeToRecheck, suspectsOf, typesToRecheck } from './recheck.ts';
import { missingRowsReason } from './usability.ts';

/** What a local run is about, and where everything outside the engine comes from. */
export interface LocalRunOptions {
  /** In order of time, without overlap. */
  readonly windows: readonly Span[];
  /**
   * From the first window to the last one, where `windows` are only some of them; beyond its ends it is
   * requested whether there is data. From the first to the last of `windows` where it is left out.
   */
  readonly range?: Span;
  readonly audit: AuditOptions;
  readonly source: CostSource;
  /** Requests at a time. */
  readonly concurrency: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a window is evaluated. */
  readonly onWindow?: (evaluated: WindowResult) => void | Promise<void>;
  /** Makes a further reader of the rows of a window, for the first or the second look at it. */
  readonly collect?: (look: WindowLook) => RowCollector;
}

export interface WindowLook {
  readonly span: Span;
  readonly look: 'first' | 'second';
  /** The audits of the first look; empty in the first. */
  readonly audits: readonly Audit[];
}

/** A window with its audits, before its sums are dropped. */
export interface WindowResult {
  readonly window: AuditWindow;
  /** The window as it was read again for audits with findings; null where nothing was. */
  readonly second: AuditWindow | null;
  /** Without CheckMissingWindow, which needs all windows. */
  readonly audits: readonly Audit[];
  readonly presence: WindowPresence;
  /** Why requests for it failed; empty where they did not. */
  readonly failures: readonly string[];
}

export interface LocalRun {
  /** In order of window, then of the types. */
  readonly audits: readonly Audit[];
  /** Why requests failed that an audit needed, each reason once. */
  readonly failures: readonly string[];
}

/** Computes the audits of some windows from what the cost APIs return. */
export async function runLocally(options: LocalRunOptions): Promise<LocalRun> {
  const run = new Run(options);
  const audits = await run.audits();
  return { audits, failures: run.failures };
}

/** Fetches the windows, evaluates each as soon as its responses are there, and keeps its audits. */
class Run {
  readonly #options: LocalRunOptions;
  readonly #windows: readonly AuditWindow[];
  readonly #fetcher: Fetcher;
  readonly #audits = new Map<AuditWindow, readonly Audit[]>();
  readonly #presence = new Map<AuditWindow, WindowPresence>();

  constructor(options: LocalRunOptions) {
    this.#options = options;
    this.#fetcher = new Fetcher(options.source, options.concurrency);
    this.#windows = options.windows.map((span) => this.#window(span, options.audit, []));
  }

  get failures(): readonly string[] {
    return this.#fetcher.failures;
  }

  async audits(): Promise<Audit[]> {
    await this.#fetcher.fetchAll(this.#windows, (window) => this.#evaluate(window));
    const missing = this.#missingWindows();
    return this.#windows.flatMap((window, i) => {
      const own = missing[i];
      const audits = [...(this.#audits.get(window) ?? []), ...(own ? [own] : [])];
      return audits.sort(byType);
    });
  }

  /** @param audits those of the first look; empty where this is the first */
  #window(span: Span, options: AuditOptions, audits: readonly Audit[]): AuditWindow {
    const look = audits.length === 0 ? 'first' : 'second';
    return new AuditWindow(span, options, this.#options.collect?.({ span, look, audits }) ?? null);
  }

  async #evaluate(window: AuditWindow): Promise<void> {
    const { audits: first, dataError } = evaluateWindow(window, this.#lastRun());
    const responseOf = (request: CostRequest) => window.response(request);
    const missingRows = window.requests.map((request) => missingRowsReason(request, responseOf));
    for (const reason of [dataError, ...missingRows]) {
      if (reason !== null) this.#fetcher.fail(reason, window);
    }
    const types = typesToRecheck(first, window.scope);
    const isDoubtful = types.length > 0 || (this.#options.collect && needsEvidence(first));
    const second = isDoubtful ? await this.#lookAgain(window, first, types) : null;
    const again = second ? evaluateWindow(second, this.#lastRun()).audits : [];
    const audits = first.map((audit) => {
      const other = again.find(({ type }) => type === audit.type);
      return other ? confirmed(audit, other, window.scope) : audit;
    });
    const presence = await this.#presenceOf(window);
    const onlyStore = onlyStoreReason(window, presence.neighbours);
    if (onlyStore !== null) this.#fetcher.fail(onlyStore, window);
    const failures = [window, ...(second ? [second] : [])].flatMap((one) =>
      this.#fetcher.failuresOf(one),
    );
    this.#audits.set(window, audits);
    this.#presence.set(window, presence);
    await this.#options.onWindow?.({ window, second, audits, presence, failures });
    window.release();
  }

  async #lookAgain(
    window: AuditWindow,
    first: readonly Audit[],
    types: readonly AuditType[],
  ): Promise<AuditWindow> {
    const suspects = suspectsOf(first);
    const scope = scopeToRecheck(first, window.scope);
    const second = this.#window(window.span, { ...window.options, types, suspects, scope }, first);
    await this.#fetcher.fetchWindow(second);
    if (needsEvidence(first)) await this.#fetcher.fetchEvidence(second);
    return second;
  }

  #missingWindows(): Audit[] {
    if (!this.#options.audit.types.includes('CheckMissingWindow')) return [];
    const presences = this.#windows.flatMap((window) => this.#presence.get(window) ?? []);
    return evaluateMissingWindows(presences, () => this.#lastRun());
  }

  /** What is outside the audited windows matters where the first or last has no data, or a cluster in part. */
  async #presenceOf(window: AuditWindow): Promise<WindowPresence> {
    const presence = windowPresence(window);
    if (!window.options.types.includes('CheckMissingWindow')) return presence;
    if (presence.empty.length === 0 && !hasPartialCluster(presence)) return presence;
    const neighbour = async (direction: 1 | -1) =>
      this.#isBorder(window, direction) || !this.#hasAdjacent(window, direction)
        ? this.#neighbourOf(window, direction)
        : null;
    const before = await neighbour(-1);
    const after = await neighbour(1);
    const now = this.#options.now();
    const neighbours = {
      ...unknownNeighbours,
      ...(before && { before: hasData(before), wholeBefore: wholeClusters(before, now) }),
      ...(after && { after: hasData(after), wholeAfter: wholeClusters(after, now) }),
    };
    return { ...presence, neighbours };
  }

  /** Whether a window is the first or the last one of the run. */
  #isBorder({ span }: AuditWindow, direction: 1 | -1): boolean {
    const { windows, range } = this.#options;
    return direction === -1
      ? span.start === (range?.start ?? windows[0]?.start)
      : span.end === (range?.end ?? windows.at(-1)?.end);
  }

  /** Whether the window before or after one is evaluated, too, or was so before where `range` has it. */
  #hasAdjacent({ span }: AuditWindow, direction: 1 | -1): boolean {
    const border = direction === -1 ? span.start : span.end;
    const adjacent = this.#windows.find((other) =>
      direction === -1 ? other.span.end === border : other.span.start === border,
    );
    if (adjacent) return adjacent.skipReason('CheckMissingWindow') === null;
    const { range } = this.#options;
    return range !== undefined && range.start < border && border < range.end;
  }

  async #neighbourOf(window: AuditWindow, direction: 1 | -1): Promise<WindowPresence> {
    const { span, options } = window;
    const length = span.end - span.start;
    const start = span.start + direction * length;
    const types: readonly AuditType[] = ['CheckMissingWindow'];
    const neighbour = new AuditWindow(
      { start, end: start + length },
      { ...options, types, includeUnsettled: true },
    );
    await this.#fetcher.fetchWindow(neighbour);
    for (const reason of this.#fetcher.failuresOf(neighbour)) this.#fetcher.fail(reason, window);
    return windowPresence(neighbour);
  }

  #lastRun(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

function byType(a: Audit, b: Audit): number {
  return auditTypeNames.indexOf(a.type) - auditTypeNames.indexOf(b.type);
}
