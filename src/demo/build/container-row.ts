import { hash } from '../random.ts';
import { hours } from '../time.ts';
import { podName, requestAndUse } from '../world/pods.ts';
import { salt } from '../world/salt.ts';
import {
  type Allocation,
  type AllocationProperties,
  makeAllocation,
  noProperties,
} from './allocation.ts';
import type { NodePrices } from './node-prices.ts';
import type { PodRun } from './pod-run.ts';

/** Row of one container at the prices of its node. */
export function containerRow(
  { podSlot, home, pod, span }: PodRun,
  index: number,
  prices: NodePrices,
): Allocation {
  const { workload, seed } = podSlot;
  const { node } = prices;
  const container = workload.containers[index] ?? '';
  const count = workload.containers.length;
  const part = count === 1 ? 1 : index === 0 ? 0.85 : 0.15;
  const h = hours(span);
  const cluster = node.slot.cluster.id;
  const name = podName(podSlot, home, pod.generation);
  const properties: AllocationProperties = {
    ...noProperties,
    cluster,
    node: prices.name,
    container,
    controller: workload.kind === null ? '' : workload.name,
    controllerKind: workload.kind ?? '',
    namespace: workload.namespace,
    pod: name,
    services: workload.services,
    providerID: prices.name === node.name ? node.providerID : '',
    labels: workload.labels,
    annotations: workload.annotations,
    namespaceLabels: workload.namespaceLabels,
  };
  const row = makeAllocation(
    `${cluster}/${prices.name}/${workload.namespace}/${name}/${container}`,
    properties,
    span,
  );
  const own = hash(seed, salt.container, index, pod.generation);
  const cpu = requestAndUse(own, 1);
  row.cpuCoreHours = podSlot.cores * part * h;
  row.cpuRequestHours = row.cpuCoreHours * cpu.request;
  row.cpuUsageHours = row.cpuCoreHours * cpu.usage;
  row.cpuCost = row.cpuCoreHours * prices.core;
  row.cpuCostAdjustment = row.cpuCost * prices.rate - row.cpuCost;
  const ram = requestAndUse(own, 2);
  const bytes = Math.floor(podSlot.ramBytes * part);
  row.ramByteHours = bytes * h;
  row.ramRequestHours = row.ramByteHours * ram.request;
  row.ramUsageHours = row.ramByteHours * ram.usage;
  row.ramCost = row.ramByteHours * prices.ramByte;
  row.ramCostAdjustment = row.ramCost * prices.rate - row.ramCost;
  if (index === 0 && podSlot.gpus > 0) {
    row.gpuHours = podSlot.gpus * h;
    row.gpuCost = row.gpuHours * prices.gpu;
    row.gpuCostAdjustment = row.gpuCost * prices.rate - row.gpuCost;
  }
  row.networkCost = prices.traffic * podSlot.traffic * h * part;
  row.networkInternetCost = row.networkCost * 0.7;
  row.networkCrossZoneCost = row.networkCost * 0.2;
  row.networkCrossRegionCost = row.networkCost - row.networkInternetCost - row.networkCrossZoneCost;
  row.networkCostAdjustment = row.networkCost * prices.trafficRate - row.networkCost;
  row.networkTransferBytes = row.networkCost * 2e9;
  row.networkReceiveBytes = row.networkCost * 5e9;
  row.peak = { cores: podSlot.cores * part * 1.2, ramBytes: bytes };
  return row;
}
