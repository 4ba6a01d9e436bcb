import type { CostRequest } from '../../costs/requests.ts';
import type { CostSource } from '../../costs/responses.ts';
import type { AuditWindow } from './audit-window.ts';
import { untrustedReason } from './usability.ts';

interface Task {
  readonly window: AuditWindow;
  readonly request: CostRequest;
}

/** Fetches the requests of many windows, few at a time; a failed request is recorded as such. */
export class Fetcher {
  /** Why requests failed and what responses lacked, each reason once. */
  readonly failures: string[] = [];
  readonly #byWindow = new Map<AuditWindow, string[]>();
  readonly #source: CostSource;
  readonly #concurrency: number;
  /** Why nothing more is requested; null while requests are made. */
  #stopReason: string | null = null;

  /** @param concurrency requests at a time */
  constructor(source: CostSource, concurrency: number) {
    this.#source = source;
    this.#concurrency = concurrency;
  }

  /** Fetches window after window; `complete` is called when the last response of a window is there. */
  async fetchAll(
    windows: readonly AuditWindow[],
    complete: (window: AuditWindow) => Promise<void>,
  ): Promise<void> {
    const pending = new Map(windows.map((window) => [window, window.requests.length]));
    for (const window of windows) if (window.requests.length === 0) await complete(window);
    const tasks = windows
      .flatMap((window) => window.requests.map((request): Task => ({ window, request })))
      [Symbol.iterator]();
    const work = async () => {
      for (const { window, request } of tasks) {
        await this.#fetch(window, request);
        const left = (pending.get(window) ?? 0) - 1;
        pending.set(window, left);
        if (left === 0) await complete(window);
      }
    };
    await Promise.all(Array.from({ length: this.#concurrency }, work));
  }

  /** Fetches the requests of one window one after the other. */
  async fetchWindow(window: AuditWindow): Promise<void> {
    for (const request of window.requests) await this.#fetch(window, request);
  }

  /** Fetches what the collector of a window reads and no audit of it needs. */
  async fetchEvidence(window: AuditWindow): Promise<void> {
    if (window.collector === null) return;
    for (const request of ['allocations', 'assets'] as const) {
      if (!window.requests.includes(request)) await this.#fetch(window, request);
    }
  }

  /** Records why not all of the data of a window is there. */
  fail(reason: string, window: AuditWindow): void {
    if (!this.failures.includes(reason)) this.failures.push(reason);
    this.#failWindow(reason, window);
  }

  /** Why not all of the data of a window is there; empty where it is. */
  failuresOf(window: AuditWindow): readonly string[] {
    return this.#byWindow.get(window) ?? [];
  }

  #failWindow(reason: string, window: AuditWindow): void {
    this.#byWindow.set(window, [...this.failuresOf(window), reason]);
  }

  async #fetch(window: AuditWindow, request: CostRequest): Promise<void> {
    if (this.#stopReason !== null) {
      window.fail(request, { reason: this.#stopReason, unsupported: false });
      this.#failWindow(this.#stopReason, window);
      return;
    }
    const response = await this.#source.fetch(request, window.span, () => window.sink(request));
    if ('content' in response) {
      window.complete(request, response);
      const untrusted = untrustedReason(request, response);
      if (untrusted !== null) this.fail(untrusted, window);
      return;
    }
    window.fail(request, response);
    if (!response.unsupported || isRequired(request, window)) this.fail(response.reason, window);
    if (response.overloaded) this.#stopReason ??= `no further requests after: ${response.reason}`;
  }
}

/** Whether every version of a product answers a request: then a 400 or 404 is a failure, not a missing feature. */
function isRequired(request: CostRequest, { scope }: AuditWindow): boolean {
  // OpenCost has assets since 1.104
  return request === 'allocations' || (request === 'assets' && scope.product === 'kubecost');
}
