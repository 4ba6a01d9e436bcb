import type { Span } from '../time.ts';
import type { DayEvidence, Known, ServerEvidence } from './evidence.ts';
import type { StoredTotals } from './schema.ts';
import type { RepairStore } from './stores.ts';

/** Progress of a rebuild, as far as the server reports it. */
export interface RepairProgress {
  /** The set was saved after the request; null where the server keeps no log. */
  readonly saved: boolean | null;
  /** Error of the rebuild; null without one. */
  readonly error: string | null;
  readonly repairing: boolean;
  /** The process started after the request, so that the request is forgotten. */
  readonly restarted: boolean;
}

/** How the server answered a repair request. */
export type RepairAnswer =
  | { readonly kind: 'accepted' }
  /** The request was not accepted. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** No response arrived: the request may have been accepted. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The server of a repair. Only `send` writes, and it is never repeated. */
export interface RepairSource {
  server(): Promise<ServerEvidence>;
  evidence(day: Span): Promise<DayEvidence>;
  stored(store: RepairStore, day: Span): Promise<Known<StoredTotals>>;
  send(store: RepairStore, day: Span): Promise<RepairAnswer>;
  /** @param sent time of the request, in milliseconds since 1970 by the server's clock */
  progress(store: RepairStore, day: Span, sent: number): Promise<RepairProgress>;
  /** Name of the set's file in the ETL directory; null where the server does not list it. */
  backupFile(store: RepairStore, day: Span): Promise<string | null>;
}
