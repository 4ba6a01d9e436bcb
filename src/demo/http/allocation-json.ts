import { hour, type Span } from '../../time.ts';
import {
  type Allocation,
  type AllocationProperties,
  allocationTotal,
  isIdle,
  minutesOf,
} from '../build/allocation.ts';
import { rfc3339 } from '../time.ts';
import type { AllocationField, ProductVariant } from '../variants.ts';
import { fixed, rounded } from './numbers.ts';

/** Serializer for rows of `/allocation` with the fields and number format of a product variant. */
export function allocationWriter(
  variant: ProductVariant,
): (row: Allocation, window: Span) => string {
  const n = variant.allocationNumbers === '%f' ? fixed : rounded;
  const has = (field: AllocationField) => variant.fields.includes(field);
  const when = (field: AllocationField, text: () => string) => (has(field) ? text : () => '');
  const idle = (name: string) => when('costIdle', () => `,"${name}CostIdle":${n(0)}`);
  const limit = (name: string, value: (row: Allocation) => number) =>
    has('limits') ? (row: Allocation) => `,"${name}":${n(value(row))}` : () => '';
  const [cpuIdle, gpuIdle, ramIdle] = [idle('cpu')(), idle('gpu')(), idle('ram')()];
  const cpuLimit = limit('cpuCoreLimitAverage', (row) => (row.cpuRequestHours * 2) / hoursOf(row));
  const ramLimit = limit(
    'ramByteLimitAverage',
    (row) => (row.ramRequestHours * 1.5) / hoursOf(row),
  );
  const natGateway = when(
    'natGateway',
    () => `,"networkNatGatewayEgressCost":${n(0)},"networkNatGatewayIngressCost":${n(0)}`,
  )();
  const gpuEfficiency = has('gpuUse') || has('gpuAllocation');
  const shared = has('sharedCostBreakdown') ? ',"sharedCostBreakdown":{}' : '';
  const proportional = has('proportionalAssetResourceCosts')
    ? ',"proportionalAssetResourceCosts":{}'
    : '';
  return (row, window) => {
    const h = hoursOf(row);
    const per = (amount: number) => n(h === 0 ? 0 : amount / h);
    const { cpu, ram, total } = efficiencies(row);
    const gpuUse = row.gpuHours * 0.61;
    const parts = has('networkParts')
      ? `,"networkCrossZoneCost":${n(row.networkCrossZoneCost)}` +
        `,"networkCrossRegionCost":${n(row.networkCrossRegionCost)}` +
        `,"networkInternetCost":${n(row.networkInternetCost)}${natGateway}`
      : '';
    return (
      `{"name":${JSON.stringify(row.name)}` +
      `,"properties":${propertiesJson(row.properties, has('namespaceLabels'))}` +
      `,"window":${windowJson(window)}` +
      `,"start":"${rfc3339(row.start)}","end":"${rfc3339(row.end)}","minutes":${n(minutesOf(row))}` +
      `,"cpuCores":${per(row.cpuCoreHours)},"cpuCoreRequestAverage":${per(row.cpuRequestHours)}` +
      `${cpuLimit(row)},"cpuCoreUsageAverage":${per(row.cpuUsageHours)}` +
      `,"cpuCoreHours":${n(row.cpuCoreHours)},"cpuCost":${n(row.cpuCost)}` +
      `,"cpuCostAdjustment":${n(row.cpuCostAdjustment)}${cpuIdle},"cpuEfficiency":${n(cpu)}` +
      `,"gpuCount":${per(row.gpuHours)},"gpuHours":${n(row.gpuHours)},"gpuCost":${n(row.gpuCost)}` +
      `,"gpuCostAdjustment":${n(row.gpuCostAdjustment)}${gpuIdle}` +
      (has('gpuUse')
        ? `,"gpuRequestAverage":${per(row.gpuHours)},"gpuUsageAverage":${per(gpuUse)}`
        : '') +
      (gpuEfficiency ? `,"gpuEfficiency":${n(row.gpuHours === 0 ? 0 : 0.61)}` : '') +
      `,"networkTransferBytes":${n(row.networkTransferBytes)}` +
      `,"networkReceiveBytes":${n(row.networkReceiveBytes)},"networkCost":${n(row.networkCost)}` +
      `${parts},"networkCostAdjustment":${n(row.networkCostAdjustment)}` +
      `,"loadBalancerCost":${n(row.loadBalancerCost)}` +
      `,"loadBalancerCostAdjustment":${n(row.loadBalancerCostAdjustment)}` +
      `,"pvBytes":${per(row.pvByteHours)},"pvByteHours":${n(row.pvByteHours)}` +
      `,"pvCost":${n(row.pvCost)},"pvs":${volumesJson(row)}` +
      `,"pvCostAdjustment":${n(row.pvCostAdjustment)}` +
      `,"ramBytes":${per(row.ramByteHours)},"ramByteRequestAverage":${per(row.ramRequestHours)}` +
      `${ramLimit(row)},"ramByteUsageAverage":${per(row.ramUsageHours)}` +
      `,"ramByteHours":${n(row.ramByteHours)},"ramCost":${n(row.ramCost)}` +
      `,"ramCostAdjustment":${n(row.ramCostAdjustment)}${ramIdle},"ramEfficiency":${n(ram)}` +
      `,"sharedCost":${n(row.sharedCost)},"externalCost":${n(row.externalCost)}` +
      `,"totalCost":${n(allocationTotal(row))},"totalEfficiency":${n(total)}` +
      proportional +
      (has('lbAllocations') ? `,"lbAllocations":${balancersJson(row)}` : '') +
      shared +
      rawJson(row, has('rawAllocationOnly: null')) +
      (has('gpuAllocation') ? `,"gpuAllocation":${gpuJson(row, h)}` : '') +
      '}'
    );
  };
}

export function windowJson({ start, end }: Span): string {
  return `{"start":"${rfc3339(start)}","end":"${rfc3339(end)}"}`;
}

export function hoursOf(row: Span): number {
  return (row.end - row.start) / hour;
}

/** Usage / request of CPU and RAM, and their mean weighted by cost (source: allocation.go, TotalEfficiency). */
export function efficiencies(row: Allocation): { cpu: number; ram: number; total: number } {
  const cpuCost = row.cpuCost + row.cpuCostAdjustment;
  const ramCost = row.ramCost + row.ramCostAdjustment;
  const cpu = efficiency(row.cpuRequestHours, row.cpuUsageHours, cpuCost);
  const ram = efficiency(row.ramRequestHours, row.ramUsageHours, ramCost);
  const cost = cpuCost + ramCost;
  return { cpu, ram, total: cost > 0 ? (cpu * cpuCost + ram * ramCost) / cost : 0 };
}

function efficiency(request: number, usage: number, cost: number): number {
  if (request > 0) return usage / request;
  return usage === 0 || cost === 0 ? 0 : 1;
}

const labelsCache = new WeakMap<object, string>();

/** Labels as JSON, cached: thousands of rows share one object. */
function labelsJson(labels: Readonly<Record<string, string>>): string {
  const known = labelsCache.get(labels);
  if (known !== undefined) return known;
  const json = JSON.stringify(labels);
  labelsCache.set(labels, json);
  return json;
}

const texts = [
  'cluster',
  'node',
  'container',
  'controller',
  'controllerKind',
  'namespace',
  'pod',
] as const;

/** Properties as JSON, without empty ones. */
function propertiesJson(p: AllocationProperties, separate: boolean): string {
  let json = '';
  for (const key of texts) if (p[key] !== '') json += `,"${key}":${JSON.stringify(p[key])}`;
  if (p.services.length > 0) json += `,"services":${JSON.stringify(p.services)}`;
  if (p.providerID !== '') json += `,"providerID":${JSON.stringify(p.providerID)}`;
  const labels = separate
    ? labelsJson(p.labels)
    : withNamespace(labelsJson(p.labels), labelsJson(p.namespaceLabels));
  for (const [key, object] of [
    ['labels', labels],
    ['annotations', labelsJson(p.annotations)],
    ['namespaceLabels', separate ? labelsJson(p.namespaceLabels) : '{}'],
  ]) {
    if (object !== '{}') json += `,"${key}":${object}`;
  }
  return `{${json.slice(1)}}`;
}

/** Labels of a pod and its namespace in one object, as older versions print them. */
function withNamespace(labels: string, namespaceLabels: string): string {
  if (labels === '{}' || namespaceLabels === '{}')
    return labels === '{}' ? namespaceLabels : labels;
  return `${labels.slice(0, -1)},${namespaceLabels.slice(1)}`;
}

/** `pvs` as JSON; its numbers are never rounded. */
function volumesJson({ pvs }: Allocation): string {
  if (!pvs) return 'null';
  return JSON.stringify(
    Object.fromEntries(
      [...pvs].map(([key, { byteHours, cost, providerID, adjustment }]) => [
        key,
        { byteHours, cost, providerID, adjustment },
      ]),
    ),
  );
}

function balancersJson({ lbs }: Allocation): string {
  if (!lbs) return 'null';
  return JSON.stringify(
    Object.fromEntries(
      [...lbs].map(([key, { service, cost, private: inside, ip, hours, adjustment }]) => [
        key,
        { service, cost, private: inside, ip, hours, adjustment },
      ]),
    ),
  );
}

function rawJson({ peak }: Allocation, old: boolean): string {
  if (old) return ',"rawAllocationOnly":null';
  if (!peak) return '';
  const raw = { cpuCoreUsageMax: peak.cores, ramByteUsageMax: peak.ramBytes, gpuUsageMax: null };
  return `,"rawAllocationOnly":${JSON.stringify(raw)}`;
}

function gpuJson(row: Allocation, h: number): string {
  if (isIdle(row)) return 'null';
  const average = h === 0 ? 0 : row.gpuHours / h;
  return JSON.stringify({
    isGPUShared: null,
    gpuUsageAverage: row.gpuHours === 0 ? null : average * 0.61,
    gpuRequestAverage: average,
  });
}
