import type { Span } from '../../time.ts';

export type AssetType =
  | 'Cloud'
  | 'ClusterManagement'
  | 'Disk'
  | 'LoadBalancer'
  | 'Network'
  | 'Node'
  | 'Shared';

/** Properties of an asset; empty ones are omitted from responses and `__undefined__` in keys. */
export interface AssetProperties {
  readonly category: string;
  readonly provider: string;
  readonly account: string;
  readonly project: string;
  readonly service: string;
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
}

export interface NodeDetail {
  readonly nodeType: string;
  readonly cores: number;
  readonly ramBytes: number;
  readonly gpus: number;
  readonly coreHours: number;
  readonly ramByteHours: number;
  readonly gpuHours: number;
  /** Before the discount. */
  readonly cpuCost: number;
  readonly ramCost: number;
  readonly gpuCost: number;
  readonly discount: number;
  readonly preemptible: number;
}

export interface DiskDetail {
  readonly bytes: number;
  readonly byteHours: number;
  readonly byteHoursUsed: number;
  readonly byteUsageMax: number | null;
  readonly storageClass: string;
  readonly volumeName: string;
  readonly claimName: string;
  readonly claimNamespace: string;
  readonly local: boolean;
}

/** An asset, unrounded, in dollars. */
export interface Asset extends Span {
  readonly type: AssetType;
  readonly properties: AssetProperties;
  readonly labels: Readonly<Record<string, string>>;
  /** Cost at list price, after the discount of a node. */
  readonly cost: number;
  /** Reconciliation adjustment; often negative. */
  readonly adjustment: number;
  readonly credit: number;
  readonly node?: NodeDetail;
  readonly disk?: DiskDetail;
  readonly balancer?: { readonly private: boolean; readonly ip: string };
}

/** Node: (cpu + ram) * (1 - discount) + gpu + adjustment; Cloud: cost + adjustment + credit; others: cost + adjustment. */
export function assetTotal(asset: Asset): number {
  return asset.cost + asset.adjustment + asset.credit;
}

/** Billed cost / list cost. */
export function adjustmentRate(asset: Asset): number {
  if (asset.adjustment === 0) return 1;
  return asset.cost === 0 ? 0 : (asset.cost + asset.adjustment) / asset.cost;
}

export function assetKey({ type, properties: p }: Asset): string {
  return [
    p.provider,
    p.account,
    p.project,
    p.category,
    p.cluster,
    type,
    p.service,
    p.providerID,
    p.name,
  ]
    .map((part) => part || '__undefined__')
    .join('/');
}
