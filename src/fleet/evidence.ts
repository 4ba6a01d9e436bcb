import type { Span } from '../time.ts';

/** The costs of a cluster on a UTC day, as the server sums them. */
export interface ClusterDay {
  /** NaN where the server has no number. */
  readonly cost: number;
  /** CPU core hours and RAM gibibyte hours. */
  readonly hours: number;
  /** Whether bill adjustments are part of the cost. */
  readonly isAdjusted: boolean;
}

/** Days by their starts, in milliseconds since 1970. */
export type ClusterDays = ReadonlyMap<number, ClusterDay>;

/** Days that could not be read, and why. */
export interface UnreadDays {
  readonly span: Span;
  readonly reason: string;
}

/** What one server answered. */
export interface ServerEvidence {
  readonly server: string | null;
  /** Null where the server does not say enough. */
  readonly product: 'kubecost' | 'opencost' | null;
  readonly version: string | null;
  /** Settled days of the window; oldest first, their starts in milliseconds since 1970. */
  readonly days: readonly number[];
  /** Every day that was requested: also those around the window, which show whether a cluster reports. */
  readonly requested: readonly number[];
  readonly unread: readonly UnreadDays[];
  readonly clusters: ReadonlyMap<string, ClusterDays>;
}

/** A server of which nothing could be read. */
export interface FailedServer extends Pick<ServerEvidence, 'server' | 'product' | 'version'> {
  readonly reason: string;
  /** Whether it refused the credentials. */
  readonly isRefused: boolean;
}
