import {
  type AllocatedVolume,
  type AllocationDetail,
  type AllocationRow,
  isSynthetic,
} from '../../../costs/rows.ts';
import { Sum } from '../../../costs/sum.ts';
import type { LoadBalancerUse, VolumeUse } from './evidence.ts';

interface VolumeRecord {
  readonly cost: Sum;
  readonly adjustment: Sum;
  readonly byteHours: Sum;
  readonly pods: Set<string>;
  namespace: string;
  mounted: boolean;
}

interface LoadBalancerRecord {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly cost: Sum;
  readonly adjustment: Sum;
}

/** Volumes and load balancers that allocations carry, by name. */
export class VolumeSums {
  readonly #volumes = new Map<string, VolumeRecord>();
  readonly #balancers = new Map<string, LoadBalancerRecord>();
  readonly #volumeCosts = new Totals();
  readonly #balancerCosts = new Totals();

  add(row: AllocationRow, detail: AllocationDetail | null): void {
    const volumes = detail?.volumes ?? [];
    const balancers = detail?.loadBalancers ?? [];
    this.#volumeCosts.add(row.pvCost, volumes);
    this.#balancerCosts.add(row.loadBalancerCost, balancers);
    // versions that print no adjustment of a volume print that of all volumes of the row
    const spread = spreadOf(row.pvCost, row.pvCostAdjustment, volumes);
    for (const volume of volumes) this.#addVolume(row, volume, spread);
    const spreadBalancers = spreadOf(
      row.loadBalancerCost,
      row.loadBalancerCostAdjustment,
      balancers,
    );
    for (const { cluster, namespace, service, cost, adjustment } of balancers) {
      const key = `${cluster}/${namespace}/${service}`;
      let known = this.#balancers.get(key);
      if (!known) {
        known = { cluster, namespace, service, cost: new Sum(), adjustment: new Sum() };
        this.#balancers.set(key, known);
      }
      const own = adjustment + cost * spreadBalancers;
      known.cost.add(cost + own);
      known.adjustment.add(own);
    }
  }

  #addVolume(
    row: AllocationRow,
    { cluster, name, cost, adjustment, byteHours }: AllocatedVolume,
    spread: number,
  ): void {
    const key = `${cluster}/${name}`;
    let known = this.#volumes.get(key);
    if (!known) {
      known = {
        cost: new Sum(),
        adjustment: new Sum(),
        byteHours: new Sum(),
        pods: new Set(),
        namespace: '',
        mounted: false,
      };
      this.#volumes.set(key, known);
    }
    const own = adjustment + cost * spread;
    known.cost.add(cost + own);
    known.adjustment.add(own);
    known.byteHours.add(byteHours);
    if (isSynthetic(row.name)) {
      if (row.namespace !== '' && row.namespace !== '__unmounted__')
        known.namespace ||= row.namespace;
      return;
    }
    if (!known.mounted || row.namespace < known.namespace) known.namespace = row.namespace;
    known.mounted = true;
    known.pods.add(`${row.namespace}/${row.pod}`);
  }

  /** Null where rows have costs of volumes that they do not name. */
  get volumes(): VolumeUse[] | null {
    if (!this.#volumeCosts.areComplete) return null;
    return [...this.#volumes].map(([key, { pods, mounted, ...sums }]) => {
      const slash = key.indexOf('/');
      const [pod = ''] = [...pods].sort();
      const unmounted = mounted ? 'no' : sums.namespace === '' ? 'unclaimed' : 'claimed';
      return {
        cluster: key.slice(0, slash),
        name: key.slice(slash + 1),
        cost: sums.cost.value,
        adjustment: sums.adjustment.value,
        byteHours: sums.byteHours.value,
        namespace: sums.namespace,
        pods: pods.size,
        pod,
        unmounted,
      };
    });
  }

  /** Null likewise. */
  get balanced(): LoadBalancerUse[] | null {
    if (!this.#balancerCosts.areComplete) return null;
    return [...this.#balancers.values()].map((balancer) => ({
      ...balancer,
      cost: balancer.cost.value,
      adjustment: balancer.adjustment.value,
    }));
  }
}

/** The part of each object's cost that its row is adjusted by, where the objects do not say it. */
function spreadOf(
  cost: number,
  adjustment: number,
  objects: readonly { readonly adjustment: number }[],
): number {
  const isReported = objects.some((object) => object.adjustment !== 0);
  return isReported || adjustment === 0 || cost === 0 ? 0 : adjustment / cost;
}

/** Whether the named objects cost what the rows cost. */
class Totals {
  #rows = 0;
  #cost = 0;
  #named = 0;

  add(cost: number, objects: readonly { readonly cost: number }[]): void {
    if (!Number.isFinite(cost)) return;
    if (cost !== 0) this.#rows++;
    this.#cost += cost;
    for (const object of objects) this.#named += object.cost;
  }

  get areComplete(): boolean {
    return (
      Math.abs(this.#cost - this.#named) <= this.#rows * 0.000_01 + 0.001 * Math.abs(this.#cost)
    );
  }
}
