import { day, hour, second } from '../time.ts';
import {
  type FaultDetail,
  type FaultInfo,
  httpFault,
  legalResponse,
  storeFault,
} from './fault-info.ts';

const onNode = ['day', 'node', 'amount'] as const;

/** Faults that can be injected, and who detects them (docs/audits.md, "Which audits detect what"). */
export const faults = {
  'price-drift': storeFault(
    'the allocations of one node cost more than its price',
    onNode,
    ['AuditAllocationReconciliation'],
    { amount: 0.1 },
  ),
  'lost-disk': storeFault(
    'a persistent volume is missing from the assets and from everything derived from them',
    ['day', 'disk'],
    ['AuditClusterEquality'],
  ),
  'lost-node': storeFault(
    'a node is missing from the assets and from everything derived from them',
    ['day', 'node'],
    ['AuditAllocationReconciliation', 'AuditClusterEquality'],
  ),
  'over-allocated': storeFault(
    'the allocations of a node use more core-hours than the node has',
    onNode,
    ['CheckOverAllocation'],
    { amount: 1 },
  ),
  'absurd-request': storeFault(
    'a container requests many times the cores that its node has',
    onNode,
    ['CheckOverAllocation'],
    { amount: 100 },
  ),
  'stale-allocation-total': storeFault(
    'the allocation totals of a node and its cluster are outdated',
    onNode,
    ['AuditAllocationTotalStore', 'AuditClusterEquality'],
    { amount: 0.1 },
  ),
  'stale-asset-total': storeFault(
    'the asset totals of a node and its cluster are outdated',
    onNode,
    ['AuditAssetTotalStore', 'AuditAllocationTotalStore', 'AuditClusterEquality'],
    { amount: 0.1 },
  ),
  'stale-allocation-agg': storeFault(
    'the allocation aggregates hold outdated costs for the pods of a node',
    onNode,
    ['AuditAllocationAggStore', 'AuditClusterEquality'],
    { amount: 0.1 },
  ),
  'stale-asset-agg': storeFault(
    'the asset aggregates hold an outdated cost for a node',
    onNode,
    ['AuditAssetAggStore'],
    { amount: 0.1 },
  ),
  'bill-mismatch': storeFault(
    'a line of the cloud bill differs from the asset it was reconciled with',
    onNode,
    ['AuditAssetReconciliation'],
    { amount: 0.1 },
  ),
  'half-bill': storeFault(
    'the cloud bill of a day has no lines for a part of the nodes, which keep their list price',
    ['day', 'amount'],
    ['AuditAssetReconciliation'],
    { amount: 0.5 },
  ),
  'double-count': storeFault(
    'a pod appears a second time in the allocations, on another node',
    ['day', 'node'],
    ['CheckDuplicate'],
  ),
  'reconcile-error': storeFault(
    'the allocations of a day were not reconciled with the bill, its assets were',
    ['day'],
    ['AuditAllocationReconciliation', 'AuditClusterEquality'],
    { coverage: 'error' },
  ),
  nan: storeFault('a cost in the allocations is NaN', ['day', 'node'], ['CheckNullCost']),
  gap: storeFault('a day is missing from both stores', ['day'], ['CheckMissingWindow'], {
    coverage: 'missing',
  }),
  empty: storeFault('the sets of a day have no rows', ['day'], ['CheckMissingWindow'], {
    coverage: 'empty',
  }),
  stopped: storeFault('the pipeline stopped some hours ago', ['hours'], [], {
    amount: 6 * hour,
    coverage: 'stale',
  }),
  'crash-loop': storeFault(
    'the process restarts every few minutes, loads its old sets and saves none',
    ['hours'],
    [],
    { amount: 6 * hour, coverage: 'stale' },
  ),
  'error-without-window': storeFault('the log has ComputeErrors that name no window', [], [], {
    coverage: 'error',
  }),
  'compute-error': storeFault(
    'the allocations of a day could not be computed, its assets could',
    ['day'],
    ['CheckMissingWindow'],
    { coverage: 'error' },
  ),
  'no-samples': storeFault(
    'a day without Prometheus samples: only rows of a few minutes and cost 0 are left',
    ['day'],
    ['CheckMissingWindow'],
  ),
  'samples-stop': storeFault(
    'samples end at 14:00 of a day, and with them all rows of both stores',
    ['day'],
    ['CheckMissingWindow'],
  ),
  'pods-missing': storeFault(
    'a cluster has no workload rows in the allocations, its nodes cost money',
    ['day', 'cluster'],
    ['CheckMissingWindow'],
  ),
  'prices-stop': storeFault(
    "a node's asset ends at 14:00, its workloads run on",
    ['day', 'node'],
    ['CheckNodeRecord'],
    { possibly: ['AuditClusterEquality', 'CheckOverAllocation'] },
  ),
  'duplicate-node': storeFault(
    'a node is in the assets a second time, under another providerID',
    ['day', 'node'],
    ['CheckDuplicate'],
  ),
  'cluster-typo': storeFault(
    "a node's asset carries the misspelled id of another cluster",
    ['day', 'node'],
    [
      'AuditAllocationReconciliation',
      'AuditClusterEquality',
      'CheckMissingWindow',
      'CheckNodeRecord',
    ],
  ),
  'all-free': storeFault('every price is 0', ['day'], ['CheckNodeRecord']),
  'discount-missing': storeFault(
    'the allocations of discounted nodes are charged at list price',
    ['day', 'node'],
    ['AuditAllocationReconciliation'],
  ),
  'node-renamed': storeFault(
    'the allocations call a node by its ip:port',
    ['day', 'node'],
    ['AuditAllocationReconciliation', 'AuditClusterEquality'],
  ),
  'late-bill': legalResponse(
    'the cloud bill of a day arrives only some days after it',
    'no audit: until then kc-etl reconciliation reports the day as pending, and as late after 72 h',
    { accepts: ['day', 'hours'], amount: 7 * day, defaultDaysAgo: 4 },
  ),
  'missing-bill': legalResponse(
    'the cloud bill of a day never arrives',
    'no audit: kc-etl reconciliation reports the day as late after 72 h',
    { accepts: ['day'], defaultDaysAgo: 4 },
  ),
  'metrics-lost': legalResponse(
    'Prometheus has lost the first hours of a day; the stores still have it',
    'no audit: kc-etl repair plan refuses to rebuild the day',
    { accepts: ['day', 'hours'], amount: 24 * hour },
  ),
  'repair-fails': legalResponse(
    'a share of the repairs fails and leaves the set as it was',
    'no audit: kc-etl repair run stops and says so',
    { accepts: ['share'], amount: 1 },
  ),
  'repair-restart': legalResponse(
    'the server restarts during the first repair and forgets it',
    'no audit: kc-etl repair run stops and says so',
  ),
  'repair-relapse': legalResponse(
    'the reconciliation run after a repair brings the faults of the day back',
    'no audit of its own: the audit after the next reconciliation finds the fault again',
    { accepts: ['day'] },
  ),
  'row-limit': legalResponse(
    '/assets refuses more rows than its limit: status 200, no data, a warning',
    'no audit: those that need assets are Skipped, the finding refused-row-limit has the warning, exit code 3',
    { accepts: ['rows'], amount: 20 },
  ),
  'hourly-sets': legalResponse(
    'a day within the hourly retention is returned as 24 hourly sets (Kubecost only)',
    'nothing: the 24 sets are one day',
  ),
  'no-hourly-store': legalResponse(
    'the hourly store is switched off (Kubecost only)',
    'nothing: there are only days',
  ),
  'utc-offset': legalResponse(
    'days start at midnight of another time zone (Kubecost only)',
    'events coverage: nothing; the audits of UTC days are Skipped with the time zone',
    { accepts: ['offset'], amount: hour },
  ),
  'utc-offset-changed': legalResponse(
    'until a day, days start at midnight of another time zone; the day of the change has no set (Kubecost only)',
    'events coverage: a note with both time zones and the time that no set covers',
    { accepts: ['offset', 'oneDay'], amount: hour, defaultDaysAgo: 4 },
  ),
  federated: legalResponse(
    'every cluster keeps its own stores: event log, repair and Prometheus are those of the first one',
    'nothing; a repair leaves the other clusters as they are',
  ),
  'clock-off': legalResponse(
    "the server's clock is wrong",
    'events coverage and doctor: a note with the difference',
    { accepts: ['skew'], amount: 3 * hour },
  ),
  flaky: httpFault('a share of the requests fails with 503', 0.3),
  slow: httpFault('every response is delayed', 2 * second, ['delay']),
  cut: httpFault('a share of the responses ends halfway', 0.3),
  login: httpFault('every request without a token gets a login page: HTML with status 200', 1, []),
  'html-502': httpFault("a share of the requests gets the front end's 502 page, in HTML", 0.3),
  'bad-json': httpFault('a share of the responses is invalid JSON', 0.3),
} as const satisfies Record<string, FaultInfo>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[]; // keys() widens to string

/** Whether `--fault name=…` may have one of some details. */
export function acceptsDetail(name: FaultName, ...details: readonly FaultDetail[]): boolean {
  const accepted: readonly FaultDetail[] = faults[name].accepts;
  return details.some((detail) => accepted.includes(detail));
}

/** Amount of a requested fault of the whole server; null where it is not requested. */
export function amountOf(requested: readonly Fault[], name: FaultName): number | null {
  return requested.find((fault) => fault.name === name)?.amount ?? null;
}

/** A fault as requested with `--fault`. */
export interface Fault {
  readonly name: FaultName;
  /** Midnight UTC in milliseconds, or every day; null: `defaultDaysAgo` of the fault. */
  readonly day: number | 'all' | null;
  readonly target: string | null;
  readonly amount: number;
}
