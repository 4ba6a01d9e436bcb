import {
  type Allocation,
  type AllocationProperties,
  allocationTotal,
  amounts,
  type BalancerShare,
  noProperties,
  unallocated,
  type VolumeShare,
} from './allocation.ts';

/** Properties that allocations can be aggregated by, besides `label:x` and `annotation:x`. */
const keyOf = {
  cluster: (p: AllocationProperties) => p.cluster,
  node: (p: AllocationProperties) => p.node,
  namespace: (p: AllocationProperties) => p.namespace,
  pod: (p: AllocationProperties) => p.pod,
  container: (p: AllocationProperties) => p.container,
  controllerKind: (p: AllocationProperties) => p.controllerKind || unallocated,
  controller: (p: AllocationProperties) => {
    if (p.controller === '') return unallocated;
    return p.controllerKind === '' ? p.controller : `${p.controllerKind}:${p.controller}`;
  },
  deployment: (p: AllocationProperties) => controllerOf(p, 'deployment'),
  statefulset: (p: AllocationProperties) => controllerOf(p, 'statefulset'),
  daemonset: (p: AllocationProperties) => controllerOf(p, 'daemonset'),
  job: (p: AllocationProperties) => controllerOf(p, 'job'),
  service: (p: AllocationProperties) => p.services[0] ?? unallocated,
  department: (p: AllocationProperties) => p.labels['department'] ?? unallocated,
  environment: (p: AllocationProperties) => p.labels['env'] ?? unallocated,
  owner: (p: AllocationProperties) => p.labels['owner'] ?? unallocated,
  product: (p: AllocationProperties) => p.labels['app'] ?? unallocated,
  team: (p: AllocationProperties) => p.labels['team'] ?? unallocated,
} as const;

function controllerOf(p: AllocationProperties, kind: string): string {
  return p.controllerKind === kind ? p.controller : unallocated;
}

export type KeyOf = (properties: AllocationProperties) => string;

/** Key function of a property; null where allocations have no such property. */
export function allocationKey(property: string): KeyOf | null {
  const [kind, name] = [
    property.slice(0, property.indexOf(':')),
    property.slice(property.indexOf(':') + 1),
  ];
  if (kind === 'label') return (p) => p.labels[name] ?? p.namespaceLabels[name] ?? unallocated;
  if (kind === 'annotation') return (p) => p.annotations[name] ?? unallocated;
  const wanted = property.toLowerCase();
  const known = Object.entries(keyOf).find(([key]) => key.toLowerCase() === wanted);
  return known ? known[1] : null;
}

/** An aggregated row and its cost by cluster. */
export interface Aggregate {
  readonly row: Allocation;
  /** Total cost by cluster: tenancy is shared by it. */
  readonly weights: Map<string, number>;
}

/** Rows summed by properties; keys are joined with `/` in the requested order. */
export function aggregate(
  rows: Iterable<Allocation>,
  keys: readonly KeyOf[],
): Map<string, Aggregate> {
  const result = new Map<string, Aggregate>();
  for (const row of rows) {
    const name = keys.map((key) => key(row.properties)).join('/');
    const known = result.get(name);
    if (known) addTo(known.row, row);
    else result.set(name, { row: copy(row, name), weights: new Map() });
    const weights = known?.weights ?? result.get(name)?.weights;
    const { cluster } = row.properties;
    weights?.set(cluster, (weights.get(cluster) ?? 0) + allocationTotal(row));
  }
  return result;
}

/** A copy of a row that others can be added to. */
export function copy(row: Allocation, name: string): Allocation {
  return { ...row, name, pvs: row.pvs && new Map(row.pvs), lbs: row.lbs && new Map(row.lbs) };
}

/** Adds `row` to `to`, which keeps its name and the properties that both share. */
export function addTo(to: Allocation, row: Allocation): void {
  for (const amount of amounts) to[amount] += row[amount];
  to.start = Math.min(to.start, row.start);
  to.end = Math.max(to.end, row.end);
  if (to.properties !== row.properties)
    to.properties = sharedProperties(to.properties, row.properties);
  to.pvs = mergeShares(to.pvs, row.pvs, addVolumes);
  to.lbs = mergeShares(to.lbs, row.lbs, addBalancers);
  to.peak = null;
}

function sharedProperties(a: AllocationProperties, b: AllocationProperties): AllocationProperties {
  const same = (x: string, y: string) => (x === y ? x : '');
  return {
    ...noProperties,
    cluster: same(a.cluster, b.cluster),
    node: same(a.node, b.node),
    container: same(a.container, b.container),
    controller: same(a.controller, b.controller),
    controllerKind: same(a.controllerKind, b.controllerKind),
    namespace: same(a.namespace, b.namespace),
    pod: same(a.pod, b.pod),
    providerID: same(a.providerID, b.providerID),
    services: a.services === b.services ? a.services : [],
    labels: sameEntries(a.labels, b.labels),
    annotations: sameEntries(a.annotations, b.annotations),
    namespaceLabels: sameEntries(a.namespaceLabels, b.namespaceLabels),
  };
}

type Labels = Readonly<Record<string, string>>;

function sameEntries(a: Labels, b: Labels): Labels {
  return a === b
    ? a
    : Object.fromEntries(Object.entries(a).filter(([key, value]) => b[key] === value));
}

/** Adds `b` to `a` in place. */
function mergeShares<T>(
  a: Map<string, T> | null,
  b: ReadonlyMap<string, T> | null,
  add: (x: T, y: T) => T,
): Map<string, T> | null {
  if (!b) return a;
  const sum = a ?? new Map<string, T>();
  for (const [key, share] of b) {
    const known = sum.get(key);
    sum.set(key, known ? add(known, share) : share);
  }
  return sum;
}

function addVolumes(a: VolumeShare, b: VolumeShare): VolumeShare {
  return {
    ...a,
    byteHours: a.byteHours + b.byteHours,
    cost: a.cost + b.cost,
    adjustment: a.adjustment + b.adjustment,
  };
}

function addBalancers(a: BalancerShare, b: BalancerShare): BalancerShare {
  return {
    ...a,
    cost: a.cost + b.cost,
    adjustment: a.adjustment + b.adjustment,
    hours: Math.max(a.hours, b.hours),
  };
}
