/**
 * What can be requested of a server for one window; the client knows how. `allocations by x` and
 * `assets by x` are answered from the aggregate stores.
 */
export type CostRequest =
  | 'allocations'
  | 'idle'
  | 'clusters'
  | 'summary'
  | 'assets'
  | 'topline'
  | 'bills'
  | 'bills by provider'
  | `allocations by ${string}`
  | `assets by ${string}`;

/** Whether only the keys and totals of its response count. */
export function isAggregate(request: CostRequest): boolean {
  return propertyOf(request, 'allocations') !== null || propertyOf(request, 'assets') !== null;
}

/** The property of an aggregated request; null for the others. */
export function propertyOf(request: CostRequest, of: 'allocations' | 'assets'): string | null {
  const head = `${of} by `;
  return request.startsWith(head) ? request.slice(head.length) : null;
}

/** A property as it is requested for one cluster: then the cluster is the first part of its keys. */
export function propertyIn(cluster: string | null, property: string): string {
  return cluster === null || property === 'cluster' ? property : `cluster,${property}`;
}

/** What is audited on which product: it decides which requests are made. */
export interface AuditScope {
  readonly product: 'kubecost' | 'opencost';
  /** Whether the server reports a negative idle as 0; null where that is not known. */
  readonly clampsIdle: boolean | null;
  /** The properties that allocation aggregates are audited by. */
  readonly properties: readonly string[];
  /** The properties that asset aggregates are audited by. */
  readonly assetProperties: readonly string[];
  /** Only this cluster; null for all. */
  readonly cluster: string | null;
  /** Whether windows are shorter than a day, and so without adjustments. */
  readonly hourly: boolean;
  /** A bill that the user has takes the place of the server's. */
  readonly ownBill?: boolean;
}
