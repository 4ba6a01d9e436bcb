import type { Span } from '../../time.ts';
import { minutesOf } from '../build/allocation.ts';
import type { AssetProperties, DiskDetail, NodeDetail } from '../build/asset.ts';
import type { AssetSum } from '../build/asset-aggregates.ts';
import { rfc3339 } from '../time.ts';
import { windowJson } from './allocation-json.ts';
import { fixed } from './numbers.ts';

/** `breakdown`, which is never rounded. */
const allIdle = '{"idle":1,"other":0,"system":0,"user":0}';

/** A row of `/assets` as JSON: numbers as `%f`, fields by asset type. */
export function assetJson(asset: AssetSum, window: Span, adjusted: boolean): string {
  const { type, node, disk, balancer } = asset;
  const adjustment = adjusted ? asset.adjustment : 0;
  const total = fixed(adjusted ? asset.total : asset.total - asset.adjustment);
  const start =
    `{${type === null ? '' : `"type":"${type}",`}"properties":${propertiesJson(asset.properties)}` +
    `,"labels":${JSON.stringify(asset.labels)},"window":${windowJson(window)}` +
    `,"start":"${rfc3339(asset.start)}","end":"${rfc3339(asset.end)}","minutes":${fixed(minutesOf(asset))}`;
  const costs = `,"adjustment":${fixed(adjustment)},"totalCost":${total}`;
  switch (type) {
    case 'Node':
      return node ? `${start}${nodeJson(node, adjustment, total)}}` : `${start}${costs}}`;
    case 'Disk':
      return disk ? `${start}${diskJson(disk, costs)}}` : `${start}${costs}}`;
    case 'LoadBalancer':
      return balancer
        ? `${start}${costs},"private":${balancer.private},"ip":"${balancer.ip}"}`
        : `${start}${costs}}`;
    case 'Cloud':
      return `${start},"adjustment":${fixed(adjustment)},"credit":${fixed(asset.credit)},"totalCost":${total}}`;
    case 'ClusterManagement':
    case 'Shared':
      return `${start},"totalCost":${total}}`;
    default:
      return `${start}${costs}}`;
  }
}

const names = [
  'category',
  'provider',
  'account',
  'project',
  'service',
  'cluster',
  'name',
  'providerID',
] as const;

function propertiesJson(properties: AssetProperties): string {
  const own = names.filter((name) => properties[name] !== '');
  return `{${own.map((name) => `"${name}":${JSON.stringify(properties[name])}`).join(',')}}`;
}

function nodeJson(node: NodeDetail, adjustment: number, total: string): string {
  return (
    `,"nodeType":"${node.nodeType}","cpuCores":${fixed(node.cores)},"ramBytes":${fixed(node.ramBytes)}` +
    `,"cpuCoreHours":${fixed(node.coreHours)},"ramByteHours":${fixed(node.ramByteHours)}` +
    `,"GPUHours":${fixed(node.gpuHours)},"cpuBreakdown":${allIdle},"ramBreakdown":${allIdle}` +
    `,"preemptible":${fixed(node.preemptible)},"discount":${fixed(node.discount)}` +
    `,"cpuCost":${fixed(node.cpuCost)},"gpuCost":${fixed(node.gpuCost)},"gpuCount":${fixed(node.gpus)}` +
    `,"ramCost":${fixed(node.ramCost)},"adjustment":${fixed(adjustment)}` +
    ',"overhead":{"CpuOverheadFraction":0.04625000000000001,"RamOverheadFraction":0.10288592847932398,' +
    `"OverheadCostFraction":0.06331760299387017},"totalCost":${total}`
  );
}

/** Fields of a disk. The real server does not escape these names; the simulated ones need no escaping. */
function diskJson(disk: DiskDetail, costs: string): string {
  return (
    `,"byteHours":${fixed(disk.byteHours)},"bytes":${fixed(disk.bytes)}` +
    `,"byteHoursUsed":${fixed(disk.byteHoursUsed)}` +
    `,"byteUsageMax":${disk.byteUsageMax === null ? 'null' : fixed(disk.byteUsageMax)}` +
    `,"breakdown":${allIdle}${costs},"storageClass":"${disk.storageClass}"` +
    `,"volumeName":"${disk.volumeName}","claimName":"${disk.claimName}"` +
    `,"local":${disk.local ? 1 : 0},"claimNamespace":"${disk.claimNamespace}"`
  );
}
