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

/** The bill of a day, which the faults of the stores do not change: it lists lost assets too. */
export function* buildBills(world: World, spec: SetSpec, plan: FaultPlan): Generator<BillLine> {
  const regions = new Map(world.clusters.map((c) => [c.id, c.region]));
  const isFree = plan.affectsDay('all-free', dayOf(spec.window.start));
  for (const asset of billedAssets(world, spec, plan)) {
    const wrong =
      asset.type === 'Node'
        ? (plan.amountOnNode('bill-mismatch', spec, asset.properties.name) ?? 0)
        : 0;
    yield billLine(asset, regions.get(asset.properties.cluster) ?? '', isFree ? 0 : 1 + wrong);
  }
}

/** Assets as the provider bills them; a machine that `duplicate-node` records twice has two lines. */
function* billedAssets(world: World, spec: SetSpec, plan: FaultPlan): Generator<Asset> {
  const billed = billedSet(spec.window);
  yield* buildAssets(world, billed, noFaults);
  for (const slot of world.clusters.flatMap((cluster) => world.slots(cluster))) {
    if (plan.amountOn('duplicate-node', spec, slot) === null) continue;
    for (const node of nodesIn(slot, billed.data)) {
      yield* [...storedNodeAssets(node, billed, plan)].slice(1);
    }
  }
}

function billLine(asset: Asset, region: string, factor: number): BillLine {
  const { provider, account, category, cluster, service, providerID } = asset.properties;
  const paid = assetTotal(asset) * factor;
  return {
    providerID: providerID || `${provider}:${account}:cluster/${cluster}`,
    provider,
    accountID: account,
    service: service === 'Kubernetes' ? (services[category] ?? service) : service,
    category,
    region,
    listCost: factor === 0 ? 0 : asset.cost,
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
