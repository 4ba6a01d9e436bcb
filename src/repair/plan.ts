import { day as dayLength, formatSpan, formatTime, hour, windowOf } from '../time.ts';
import { clusterOf, clustersElsewhere } from './clusters.ts';
import type { DayEvidence, RepairTarget, ServerEvidence } from './evidence.ts';
import { countSampleHours } from './samples.ts';
import type { RepairStep, StoredTotals } from './schema.ts';
import { repairStores, storeNames } from './stores.ts';

/** Prometheus may drop its oldest hours while a repair runs. */
export const retentionReserve = 6 * hour;

/** Part of a set that may be lost without a reason: sampling differs from build to build. */
const tolerance = 0.02;

/** The last time at which a repair of a day may be sent; null where the retention is unknown. */
export function deadlineOf(start: number, retention: number | null): number | null {
  return retention === null ? null : start + retention - retentionReserve;
}

/** Steps for the targets, oldest day first, in the order of the stores; each planned or refused. */
export function planRepair(
  targets: readonly RepairTarget[],
  evidence: ReadonlyMap<number, DayEvidence>,
  server: ServerEvidence,
): RepairStep[] {
  const sorted = [...targets].sort(
    (a, b) =>
      a.day.start - b.day.start || storeNames.indexOf(a.store) - storeNames.indexOf(b.store),
  );
  return sorted.map((target, i) => planStep(target, i + 1, evidence.get(target.day.start), server));
}

/** One step, planned or refused by the evidence of its day. */
export function planStep(
  target: RepairTarget,
  order: number,
  one: DayEvidence | undefined,
  server: ServerEvidence,
): RepairStep {
  const { day, store, reason, excess } = target;
  const needsMetrics = store !== 'cloudCost';
  const hasDeadline = needsMetrics && server.unsupported === null;
  const deadline = hasDeadline ? deadlineOf(day.start, server.retention) : null;
  const stored = one?.stored.get(store);
  const before = stored && 'value' in stored ? stored.value : null;
  const metrics = needsMetrics ? hoursOf(target, one) : null;
  const refusal = refusalOf(target, one, server) ?? null;
  return {
    order,
    store,
    window: windowOf(day),
    request: `GET ${repairStores[store].path}?window=${formatSpan(day)}`,
    state: refusal === null ? 'planned' : 'refused',
    reason: refusal ?? reason,
    deadline: deadline === null ? null : formatTime(deadline),
    metrics: metrics && { hours: metrics.hours, present: metrics.present },
    before,
    after: null,
    minimum: before && minimumOf(before, excess),
    sent: null,
  };
}

/** What a rebuilt set must have at least. */
export function minimumOf(before: StoredTotals, excess: StoredTotals): StoredTotals {
  return {
    rows: Math.max(
      before.rows > 0 ? 1 : 0,
      Math.floor(before.rows * (1 - tolerance) - excess.rows),
    ),
    cost: Math.max(0, before.cost * (1 - tolerance) - excess.cost),
  };
}

function hoursOf({ day, store }: RepairTarget, one: DayEvidence | undefined) {
  if (!one?.samples || 'failure' in one.samples || 'failure' in one.expected) return null;
  const { metrics } = repairStores[store];
  return countSampleHours(day, one.expected.value, one.samples.value, metrics);
}

/** Why a set must not be rebuilt; null where it may be. */
function refusalOf(
  target: RepairTarget,
  one: DayEvidence | undefined,
  server: ServerEvidence,
): string | null {
  const { day, store } = target;
  if (server.unsupported !== null) return server.unsupported;
  if (server.now < day.end) return 'the day has not ended: the pipeline is still building it';
  if (!one) return 'there is no evidence about the day';
  if (one.repairing.has(store)) return 'the set is being repaired already: wait until it is done';
  if (store === 'allocation' && one.repairing.has('asset')) {
    return 'the assets of the day are being repaired: allocations take their prices from them';
  }
  const stored = one.stored.get(store);
  if (stored && 'failure' in stored) return `the stored set could not be read: ${stored.failure}`;
  if (store === 'cloudCost') {
    return server.isBilled === false
      ? 'no billing integration is configured: the set would stay empty'
      : null;
  }
  const deadline = deadlineOf(day.start, server.retention);
  if (deadline !== null && server.now > deadline) {
    return (
      `Prometheus keeps ${Math.round((server.retention ?? 0) / hour)} h and no longer holds the whole day since ` +
      `${formatTime(deadline)}: a repair would empty or shrink the set; restore it from the ETL backup`
    );
  }
  return samplesRefusal(target, one);
}

function samplesRefusal(target: RepairTarget, one: DayEvidence): string | null {
  const { samples, expected } = one;
  if (samples === null) return 'the samples of Prometheus were not requested';
  if ('failure' in samples)
    return `the samples of Prometheus could not be read: ${samples.failure}`;
  if ('failure' in expected)
    return `the nodes of the days around it could not be read: ${expected.failure}`;
  if (expected.value.length === 0) {
    return 'neither the day nor both days around it have nodes, so the samples cannot be checked';
  }
  const found = hoursOf(target, one);
  if (!found || found.firstGap === null) return null;
  const { metric, node, hour: at } = found.firstGap;
  if (clustersElsewhere(expected.value, samples.value).includes(clusterOf(node))) {
    return (
      `Prometheus has no samples of cluster ${clusterOf(node)}, only of others: the data of that cluster is built by ` +
      'its own Kubecost, so plan there; on a Kubecost 2, --local-cluster names the cluster that it builds itself'
    );
  }
  const time = `${String(at).padStart(2, '0')}:00`;
  return (
    `Prometheus has the samples of ${found.present} of ${found.hours} hours (from ${time} on, ${metric} of ${node} ` +
    'is missing): a repair would empty or shrink the set'
  );
}

/** Time after which the next reconciliation has run: bills come once a day. */
export const reconciliationDelay = dayLength;
