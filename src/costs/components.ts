import type { Rounding } from './rounding.ts';
import {
  type AllocationRow,
  type AssetCosts,
  allocationAdjustments,
  allocationCosts,
  allocationHours,
  assetCosts,
  type PrintedCosts,
} from './rows.ts';

/** The parts of an allocation's cost, in the order of {@link allocationCosts}. */
export const componentCount = allocationCosts.length;

/** A record without any cost, to be filled for one row after the other. */
export function noPrintedCosts(): PrintedCosts {
  return {
    costs: new Float64Array(componentCount),
    adjustments: new Float64Array(allocationAdjustments.length),
    hours: new Float64Array(allocationHours.length),
    printed: 0,
    hasLoadBalancer: true,
  };
}

const everyComponent = (1 << componentCount) - 1;

/** Copies the costs of a row: field by field, since a loop over names takes five times as long. */
export function copyCosts(row: AllocationRow, into: PrintedCosts): PrintedCosts {
  const { costs, adjustments, hours } = into;
  costs[0] = row.cpuCost;
  costs[1] = row.gpuCost;
  costs[2] = row.ramCost;
  costs[3] = row.pvCost;
  costs[4] = row.networkCost;
  costs[5] = row.loadBalancerCost;
  costs[6] = row.sharedCost;
  costs[7] = row.externalCost;
  adjustments[0] = row.cpuCostAdjustment;
  adjustments[1] = row.gpuCostAdjustment;
  adjustments[2] = row.ramCostAdjustment;
  adjustments[3] = row.pvCostAdjustment;
  adjustments[4] = row.networkCostAdjustment;
  adjustments[5] = row.loadBalancerCostAdjustment;
  hours[0] = row.cpuCoreHours;
  hours[1] = row.gpuHours;
  hours[2] = row.ramByteHours;
  hours[3] = row.pvByteHours;
  into.printed = everyComponent;
  into.hasLoadBalancer = row.hasLoadBalancer;
  return into;
}

const [cpu, ram] = [
  allocationHours.indexOf('cpuCoreHours'),
  allocationHours.indexOf('ramByteHours'),
];
const loadBalancer = allocationCosts.indexOf('loadBalancerCost');

/** The cost components of one row, adjustments included, with their rounding errors. */
export class Components {
  readonly amounts = new Float64Array(componentCount);
  /** See `Rounding.units`. */
  readonly units = new Uint32Array(componentCount);
  /** The components that are not 0 for certain: so many of the {@link indexes}. */
  size = 0;
  readonly indexes = new Uint8Array(componentCount);
  /** Bit i is set where the row prints component i. */
  printed = 0;
  /** Bit i is set where a row of its type never prints component i. */
  absent = 0;

  /**
   * Takes the costs of the next row.
   *
   * @param adjusted whether an adjustment that is printed as 0 may be one that rounding took away
   */
  set(row: PrintedCosts, rounding: Rounding, adjusted: boolean): this {
    const { costs, adjustments } = row;
    this.printed = row.printed;
    this.absent = 0;
    this.size = 0;
    for (let i = 0; i < componentCount; i++) {
      const cost = costs[i] ?? 0;
      const adjustment = adjustments[i] ?? 0;
      this.amounts[i] = cost + adjustment;
      if (cost === 0 && adjustment === 0 && isNothing(row, i)) {
        this.units[i] = 0;
        continue;
      }
      this.indexes[this.size++] = i;
      const isAdjusted = adjusted && i < adjustments.length;
      this.units[i] = rounding.units(cost) + (isAdjusted ? rounding.units(adjustment) : 0);
    }
    return this;
  }

  /** Takes the costs of the next asset, or sum of assets, in the order of {@link assetCosts}. */
  setAsset(row: AssetCosts, rounding: Rounding): this {
    const { type, cpuCost, ramCost, gpuCost, discount, adjustment, isAdjusted = true } = row;
    const listed = cpuCost + ramCost;
    this.amounts.set([cpuCost, ramCost, gpuCost, listed * discount, adjustment]);
    const [cpuUnits, ramUnits] = [rounding.units(cpuCost), rounding.units(ramCost)];
    const discounted = listed * rounding.units(discount) + discount * (cpuUnits + ramUnits) + 1;
    const [gpuUnits, ownUnits] = [rounding.units(gpuCost), rounding.units(adjustment)];
    this.units.set([cpuUnits, ramUnits, gpuUnits, Math.ceil(discounted), ownUnits]);
    this.printed = everyAssetCost;
    this.absent = type === 'Node' ? 0 : everyAssetCost ^ adjustmentBit;
    if (!isAdjusted || withoutAdjustment.has(type)) this.absent |= adjustmentBit;
    this.size = 0;
    for (let i = 0; i < assetCosts.length; i++) {
      if ((this.absent >> i) % 2 === 0) this.indexes[this.size++] = i;
    }
    return this;
  }
}

const everyAssetCost = (1 << assetCosts.length) - 1;
const adjustmentBit = 1 << assetCosts.indexOf('adjustment');
/** Types whose adjustment is in their cost and not printed (source: asset.go, asset_json.go). */
const withoutAdjustment: ReadonlySet<string> = new Set(['ClusterManagement', 'Shared']);

/** Whether a cost that is printed as 0 is one: what it is paid for is not there, or was not requested. */
function isNothing({ hours, hasLoadBalancer }: PrintedCosts, component: number): boolean {
  // core-hours of a few seconds print as 0 themselves; byte-hours never do
  if (component === cpu) return hours[cpu] === 0 && hours[ram] === 0;
  if (component < hours.length) return hours[component] === 0;
  if (component === loadBalancer) return !hasLoadBalancer;
  // nothing is requested that is shared or comes from outside the cluster
  return component > loadBalancer;
}
