import type { FaultPlan } from '../fault-plan.ts';
import type { FaultName } from '../faults.ts';
import { dayOf, hours } from '../time.ts';
import { networkBillRate } from '../world/bills.ts';
import type { Node } from '../world/nodes.ts';
import { adjustmentRate } from './asset.ts';
import { networkCost } from './assets.ts';
import { nodeAddress } from './fault-names.ts';
import { storedNodeAsset } from './node-asset.ts';
import type { PodRun } from './pod-run.ts';
import type { SetSpec } from './spec.ts';

/** Prices per hour on a node, and the rates that turn list prices into billed ones. */
export interface NodePrices {
  readonly node: Node;
  /** Node name in the allocations. */
  readonly name: string;
  readonly core: number;
  readonly ramByte: number;
  readonly gpu: number;
  readonly rate: number;
  /** Per pod-hour and unit of traffic weight. */
  readonly traffic: number;
  readonly trafficRate: number;
}

/** Prices that the allocations of a node are charged at, changed by faults. */
export function pricesOf(
  node: Node,
  runs: readonly PodRun[],
  spec: SetSpec,
  plan: FaultPlan,
): NodePrices {
  const { slot } = node;
  const has = (name: FaultName) => plan.amountOn(name, spec, slot) !== null;
  const asset = spec.allocationsReconciled ? storedNodeAsset(node, spec, plan) : null;
  const isMatched = asset !== null && !has('cluster-typo') && !has('node-renamed');
  const drift = 1 + (plan.amountOn('price-drift', spec, slot) ?? 0);
  const discount = has('discount-missing') ? 0 : slot.discount;
  let traffic = 0;
  for (const { podSlot, span } of runs) traffic += podSlot.traffic * hours(span);
  return {
    node,
    name: has('node-renamed') ? nodeAddress(node) : node.name,
    core: slot.coreHour * (1 - discount) * drift,
    ramByte: (slot.gibHour / 2 ** 30) * (1 - discount) * drift,
    gpu: slot.gpuHour * drift,
    rate: isMatched ? adjustmentRate(asset) : 1,
    traffic: networkCost(node, spec.data) / traffic,
    trafficRate:
      spec.allocationsReconciled && spec.assetsReconciled
        ? networkBillRate(slot.cluster, dayOf(spec.data.start))
        : 1,
  };
}
