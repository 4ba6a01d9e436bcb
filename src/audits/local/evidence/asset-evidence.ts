import { type AssetRow, isResidue } from '../../../costs/rows.ts';
import { Sum } from '../../../costs/sum.ts';
import type { DiskAsset, InvalidRow, LoadBalancerAsset, NodeAsset, RowCount } from './evidence.ts';

/** Rows that cannot be read are named up to this number; the audits count all of them. */
const maxInvalidRows = 100;

export interface ClusterAssets {
  readonly assets: Sum;
  rows: number;
  readonly network: Sum;
  readonly networkAdjustment: Sum;
}

/** What one attempt at the assets of a window says about nodes, disks and load balancers. */
export class AssetEvidence {
  readonly count = { rows: 0, residue: 0, synthetic: 0 } satisfies RowCount;
  readonly nodes: NodeAsset[] = [];
  readonly disks: DiskAsset[] = [];
  readonly loadBalancers: LoadBalancerAsset[] = [];
  readonly invalid: InvalidRow[] = [];
  readonly clusters = new Map<string, ClusterAssets>();
  readonly withoutCluster = { rows: 0, cost: new Sum(), first: '' };

  add(row: AssetRow): void {
    this.count.rows++;
    if (isResidue(row)) this.count.residue++;
    if (row.invalidFields.length > 0 && this.invalid.length < maxInvalidRows)
      this.invalid.push(invalidRow(row));
    this.#addToCluster(row);
    const { cluster, name, providerID } = row.identity;
    const { minutes, totalCost: cost, adjustment } = row;
    if (row.type === 'Node') this.nodes.push(nodeAsset(row));
    else if (row.type === 'Disk') {
      const detail = row.detail();
      this.disks.push({
        cluster,
        name,
        volume: detail?.volumeName ?? '',
        claim: detail?.claimName ?? '',
        claimNamespace: detail?.claimNamespace ?? '',
        providerID,
        minutes,
        cost,
        adjustment,
      });
    } else if (row.type === 'LoadBalancer') {
      this.loadBalancers.push({ cluster, name, providerID, minutes, cost, adjustment });
    }
  }

  #addToCluster({ name, type, identity: { cluster }, totalCost, adjustment }: AssetRow): void {
    if (type === 'Cloud' || type === 'Shared') return;
    if (cluster === '' && totalCost !== 0) {
      const { withoutCluster } = this;
      if (withoutCluster.rows++ === 0 || name < withoutCluster.first) withoutCluster.first = name;
      withoutCluster.cost.add(totalCost);
    }
    let sums = this.clusters.get(cluster);
    if (!sums) {
      sums = { assets: new Sum(), rows: 0, network: new Sum(), networkAdjustment: new Sum() };
      this.clusters.set(cluster, sums);
    }
    sums.assets.add(totalCost);
    sums.rows++;
    if (type !== 'Network') return;
    sums.network.add(totalCost);
    sums.networkAdjustment.add(adjustment);
  }
}

function nodeAsset(row: AssetRow): NodeAsset {
  const { cluster, name, providerID } = row.identity;
  const detail = row.detail();
  return {
    cluster,
    name,
    providerID,
    start: row.start,
    end: row.end,
    minutes: row.minutes,
    cost: row.totalCost,
    adjustment: row.adjustment,
    discount: row.discount,
    hours: { CPU: row.cpuCoreHours, GPU: row.GPUHours, RAM: row.ramByteHours },
    costs: { CPU: row.cpuCost, GPU: row.gpuCost, RAM: row.ramCost },
    nodeType: detail?.nodeType ?? '',
    preemptible: detail?.preemptible ?? 0,
  };
}

function invalidRow(row: AssetRow): InvalidRow {
  return {
    row: row.name,
    store: 'assets',
    fields: row.invalidFields.map(({ field }) => field),
    missing: row.invalidFields.every(({ what }) => what === 'missing'),
    cluster: row.identity.cluster,
    node: row.identity.name,
    hours: { CPU: row.cpuCoreHours, GPU: row.GPUHours, RAM: row.ramByteHours },
  };
}
