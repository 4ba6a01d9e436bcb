import { hour } from '../time.ts';
import { notReadyReason, stuckReason } from './health.ts';
import type { ShownReport, WatchStatus } from './status.ts';

/** A server of a watch; its name is null where there is only one. */
export interface WatchedServer {
  readonly name: string | null;
  readonly status: WatchStatus;
}

/** The reports of several servers. */
export interface ShownServers {
  readonly servers: readonly {
    readonly name: string;
    /** The newest report; null where there is none yet. */
    readonly shown: ShownReport | null;
    /** Why the last run brought no new report; null where it did. */
    readonly error: string | null;
  }[];
}

/** The servers of a watch as its pages show them. */
export class WatchGroup {
  readonly servers: readonly WatchedServer[];
  #shown: ShownServers | null = null;
  #shownOf: readonly unknown[] = [];

  constructor(servers: readonly WatchedServer[]) {
    this.servers = servers;
  }

  /** The newest reports, the same object until one of them changes; null before the first one. */
  get shown(): ShownReport | ShownServers | null {
    const [first] = this.servers;
    if (first === undefined || first.name === null) return first?.status.shown ?? null;
    if (this.servers.every(({ status }) => status.shown === null)) return null;
    const shownOf = this.servers.flatMap(({ status }) => [status.shown, status.lastRun]);
    if (this.#shown === null || shownOf.some((one, i) => one !== this.#shownOf[i])) {
      this.#shownOf = shownOf;
      this.#shown = { servers: this.servers.map(shownServer) };
    }
    return this.#shown;
  }

  /**
   * Why the watch is stuck; null where it is not. A server whose run waits for its turn, while those of
   * others show activity, is not stuck.
   */
  stuckReason(now: number): string | null {
    const newest = Math.max(...this.servers.map(({ status }) => status.lastActivity));
    if (this.servers.length > 1 && now - newest < hour) return null;
    return this.#first((status) => stuckReason(status, now));
  }

  /** Why there is nothing to show yet; null where one server has a report. */
  get notReadyReason(): string | null {
    return this.shown === null ? this.#first(notReadyReason) : null;
  }

  #first(reasonOf: (status: WatchStatus) => string | null): string | null {
    for (const { name, status } of this.servers) {
      const reason = reasonOf(status);
      if (reason !== null) return name === null ? reason : `${name}: ${reason}`;
    }
    return null;
  }
}

function shownServer({ name, status }: WatchedServer): ShownServers['servers'][number] {
  const { shown, lastRun } = status;
  const none = shown === null ? (notReadyReason(status) ?? '') : null;
  const failed = lastRun?.result === 'failed' ? (lastRun.failures[0] ?? 'unknown reason') : none;
  return { name: name ?? '', shown, error: failed };
}
