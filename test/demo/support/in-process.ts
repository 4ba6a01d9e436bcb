import { type AuditStores, auditStores } from '../../../src/demo/audits/engine.ts';
import type { Allocation } from '../../../src/demo/build/allocation.ts';
import type { Asset } from '../../../src/demo/build/asset.ts';
import { parseFault } from '../../../src/demo/fault-option.ts';
import type { Kubecost } from '../../../src/demo/kubecost.ts';
import { checkOptions, type DemoOptions } from '../../../src/demo/options.ts';
import { makeKubecost } from '../../../src/demo/server.ts';
import { hour } from '../../../src/time.ts';
import type { AllocationRow, Answers, AssetRow } from './identities.ts';

export const noon = Date.UTC(2026, 2, 14, 12, 20);

/** A clock that only moves when it is told to. */
export function stoppedClock(now = noon) {
  return {
    time: now,
    now() {
      return this.time;
    },
    async sleep() {},
  };
}

export function kubecostOf(
  options: Partial<Omit<DemoOptions, 'faults'>> & { faults?: string[] } = {},
  clock: { now(): number; sleep(ms: number): Promise<void> } = stoppedClock(),
): { kubecost: Kubecost; now: () => number } {
  const faults = (options.faults ?? []).map(parseFault);
  return makeKubecost(checkOptions({ ...options, faults }), { clock });
}

/** The unrounded answers for a day of the stores. */
export function answersOf(kubecost: Kubecost, dayStart: number, now: number): Answers {
  const set = kubecost.pipeline.set('day', dayStart, now);
  if (!set) throw new Error('there is no such set');
  const stores = auditStores(kubecost.stores, set);
  const by = (property: string) => [...stores.allocationsBy(property)].map(allocationRow);
  return {
    window: set.window,
    allocations: [...stores.allocations()].map(allocationRow),
    idle: [...stores.idle()].map(allocationRow),
    assets: [...stores.assets()].map(assetRow),
    bills: [...stores.bills()].map((line) => ({ ...line, cost: line.amortizedNetCost })),
    allocationsBy: new Map(
      ['cluster', 'namespace', 'controllerKind', 'controller', 'node', 'pod'].map((p) => [
        p,
        by(p),
      ]),
    ),
    assetsBy: assetsBy(stores),
    clusters: [...stores.clusters()].map(allocationRow),
    clamped: kubecost.variant.clampsIdle,
    kubecost: kubecost.variant.reconciles,
    settled: now - set.window.end >= 6 * hour,
  };
}

export const assetProperties = [
  'cluster',
  'cluster,providerid',
  'type',
  'provider',
  'account',
  'project',
  'providerid',
];

function assetsBy(stores: AuditStores): Answers['assetsBy'] {
  return new Map(assetProperties.map((p) => [p, stores.assetsBy(p.split(','))]));
}

function allocationRow(a: Allocation): AllocationRow {
  const { cluster, node, namespace, controller, controllerKind, pod, container } = a.properties;
  const own = {
    cpu: a.cpuCost + a.cpuCostAdjustment,
    gpu: a.gpuCost + a.gpuCostAdjustment,
    ram: a.ramCost + a.ramCostAdjustment,
    pv: a.pvCost + a.pvCostAdjustment,
    network: a.networkCost + a.networkCostAdjustment,
    loadBalancer: a.loadBalancerCost + a.loadBalancerCostAdjustment,
    shared: a.sharedCost,
  };
  const parts = [...Object.values(own), a.externalCost];
  return {
    name: a.name,
    ...{ cluster, node, namespace, controller, controllerKind, pod, container },
    start: a.start,
    end: a.end,
    minutes: (a.end - a.start) / 60_000,
    coreHours: a.cpuCoreHours,
    gpuHours: a.gpuHours,
    ramByteHours: a.ramByteHours,
    ...own,
    total: parts.reduce((x, y) => x + y, 0),
    parts,
  };
}

function assetRow(a: Asset): AssetRow {
  const { node, properties } = a;
  return {
    key: JSON.stringify([a.type, properties]),
    type: a.type,
    ...properties,
    start: a.start,
    end: a.end,
    minutes: (a.end - a.start) / 60_000,
    coreHours: node?.coreHours ?? 0,
    gpuHours: node?.gpuHours ?? 0,
    ramByteHours: node?.ramByteHours ?? 0,
    cpuCost: node?.cpuCost ?? 0,
    ramCost: node?.ramCost ?? 0,
    gpuCost: node?.gpuCost ?? 0,
    discount: node?.discount ?? 0,
    adjustment: a.adjustment,
    total: a.cost + a.adjustment + a.credit,
  };
}
