/**
 * What can be asked of a server for one window; how, is for the client to know. `allocations by x`
 * and `assets by x` are answered from the aggregate stores.
 */
export type CostRequest =
  | 'allocations'
  | 'idle'
  | 'clusters'
  | 'summary'
  | 'assets'
  | 'topline'
  | 'bills'
  | `allocations by ${string}`
  | `assets by ${string}`;

/** Whether only the keys and totals of its answer count. */
export function isAggregate(question: CostRequest): boolean {
  return propertyOf(question, 'allocations') !== null || propertyOf(question, 'assets') !== null;
}

/** The property of an aggregated question; null for the others. */
export function propertyOf(question: CostRequest, of: 'allocations' | 'assets'): string | null {
  const head = `${of} by `;
  return question.startsWith(head) ? question.slice(head.length) : null;
}

/** What a server is and what was asked of it: it decides which questions there are. */
export interface AuditScope {
  readonly product: 'kubecost' | 'opencost';
  /** Whether an idle below 0 becomes 0 there; null where that is not known. */
  readonly clampsIdle: boolean | null;
  /** What allocation aggregates are audited by. */
  readonly properties: readonly string[];
  /** Only this cluster; null for all. */
  readonly cluster: string | null;
  /** Whether windows are shorter than a day, and so without adjustments. */
  readonly hourly: boolean;
}
