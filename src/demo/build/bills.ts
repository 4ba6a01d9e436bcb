import { type FaultPlan, noFaults } from '../fault-plan.ts';
import { dayOf } from '../time.ts';
import { nodesIn } from '../world/nodes.ts';
import type { World } from '../world/world.ts';
import { type Asset, assetTotal } from './asset.ts';
import { buildAssets } from './assets.ts';
import { storedNodeAssets } from './node-asset.ts';
import { billedSet, type SetSpec } from './spec.ts';

/** A line of the cloud bill for a day. */
export interface BillLine {
  readonly providerID: string;
  readonly provider: string;
  readonly accountID: string;
  readonly service: string;
  readonly category: string;
  readonly region: string;
  readonly listCost: number;
  readonly netCost: number;
  readonly amortizedNetCost: number;
  /** Fraction, 0 to 1. */
  readonly kubernetesPercent: number;
}

/** The bill of a day, which the faults of the stores do not change: it lists lost assets too. `half-bill` is one of its own. */
export function* buildBills(world: World, spec: SetSpec, plan: FaultPlan): Generator<BillLine> {
  const regions = new Map(world.clusters.map((c) => [c.id, c.region]));
  for (const asset of billedAssets(world, spec, plan)) {
    const { type, properties } = asset;
    const isLost =
      type === 'Node' && plan.amountOnNode('half-bill', spec, properties.name) !== null;
    if (isLost) continue;
    yield billLine(asset, regions.get(properties.cluster) ?? '', {
      list: listFactor(spec, plan),
      paid: paidFactor(asset, spec, plan),
    });
  }
}

/** Listed cost of a bill line / list cost of its asset: 0 on a day on which everything is free. */
export function listFactor(spec: SetSpec, plan: FaultPlan): number {
  return plan.affectsDay('all-free', dayOf(spec.window.start)) ? 0 : 1;
}

/** Cost of a bill line / billed cost of its asset: not 1 where a fault changes it. */
export function paidFactor(asset: Asset, spec: SetSpec, plan: FaultPlan): number {
  if (plan.affectsDay('all-free', dayOf(spec.window.start))) return 0;
  if (asset.type !== 'Node') return 1;
  return 1 + (plan.amountOnNode('bill-mismatch', spec, asset.properties.name) ?? 0);
}

/** Assets as the provider bills them; a machine that `duplicate-node` records twice has two lines. */
export function* billedAssets(world: World, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  const billed = billedSet(spec.window);
  yield* buildAssets(world, billed, noFaults);
  for (const slot of world.clusters.flatMap((cluster) => world.slots(cluster))) {
    if (plan.amountOn('duplicate-node', spec, slot) === null) continue;
    for (const node of nodesIn(slot, billed.data)) {
      yield* [...storedNodeAssets(node, billed, plan)].slice(1);
    }
  }
}

function billLine(asset: Asset, region: string, factor: { list: number; paid: number }): BillLine {
  const { provider, account, category, cluster, service, providerID } = asset.properties;
  const paid = assetTotal(asset) * factor.paid;
  return {
    providerID: providerID || `${provider}:${account}:cluster/${cluster}`,
    provider,
    accountID: account,
    service: service === 'Kubernetes' ? (services[category] ?? service) : service,
    category,
    region,
    listCost: asset.cost * factor.list,
    netCost: paid,
    amortizedNetCost: paid,
    kubernetesPercent: asset.type === 'Cloud' ? 0 : 1,
  };
}

const services: Record<string, string> = {
  Compute: 'VirtualMachines',
  Storage: 'BlockStorage',
  Network: 'Networking',
  Management: 'ManagedKubernetes',
};
