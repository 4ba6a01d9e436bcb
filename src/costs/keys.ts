import type { AllocationRow, AssetRow, BillRow } from './rows.ts';

/** Keys of rows without a value, in allocations and in assets. */
const unallocated = '__unallocated__';
const undefinedPart = '__undefined__';
const unmounted = '__unmounted__';

/** Makes the key of a row for one property as the server does (source: allocationprops.go, GenerateKey). */
type AllocationKey = (row: AllocationRow) => string;

const ofAllocation: Readonly<Record<string, AllocationKey>> = {
  cluster: (row) => row.cluster,
  node: (row) => row.node,
  namespace: (row) => row.namespace,
  pod: (row) => row.pod,
  container: (row) => row.container,
  controllerkind: (row) => row.controllerKind || unallocated,
  controller: (row) => {
    if (!row.controller) return unallocated;
    return row.controllerKind ? `${row.controllerKind}:${row.controller}` : row.controller;
  },
  ...Object.fromEntries(
    ['deployment', 'daemonset', 'statefulset', 'job'].map((kind) => [
      kind,
      (row: AllocationRow) => (row.controllerKind === kind && row.controller) || unallocated,
    ]),
  ),
  service: (row) => {
    const services = field(row.properties(), 'services');
    const first: unknown = Array.isArray(services) ? services[0] : undefined;
    if (typeof first !== 'string' || first === '') return unallocated;
    // the services of a load balancer without pods, which would else become those of a pod
    return isUnmounted(row) ? unmounted : first;
  },
};

const labelled = /^(label|annotation):(.+)$/i;

/** Whether the key of a property is made from labels, annotations or services. */
export function readsProperties(property: string): boolean {
  return /label|annotation|service/i.test(property);
}

/**
 * The key of a row under one or several properties, joined by commas; null where kc-etl does not know
 * how the server makes it.
 */
export function allocationKey(properties: string): AllocationKey | null {
  const keys = properties.split(',').map((property): AllocationKey | null => {
    const label = labelled.exec(property);
    if (!label) return ofAllocation[property.toLowerCase()] ?? null;
    const [, kind = '', name = ''] = label;
    return (row) => labelOf(row.properties(), kind.toLowerCase(), name) ?? unallocated;
  });
  const [only] = keys;
  if (keys.length === 1) return only ?? null;
  const all = keys.filter((key) => key !== null);
  return all.length < keys.length ? null : (row) => all.map((key) => key(row)).join('/');
}

/** All properties that allocation aggregates can be audited by without being named. */
export const allocationProperties = [
  'cluster',
  'namespace',
  'controllerKind',
  'controller',
  'node',
  'pod',
] as const;

/** All properties that asset aggregates are audited by. */
export const assetProperties = ['type', 'provider', 'account', 'project', 'providerid'] as const;

/** The properties that aggregates are audited by unless more are requested: each costs a request. */
export const defaultProperties = {
  kubecost: { allocations: ['cluster', 'namespace', 'controller', 'node'], assets: ['type'] },
  // it computes every aggregate from the same rows
  opencost: { allocations: ['namespace'], assets: [] },
} as const;

type AssetKey = (row: AssetRow) => string;

const ofAsset: Readonly<Record<string, AssetKey>> = {
  type: (row) => row.type,
  cluster: (row) => row.identity.cluster,
  provider: (row) => row.identity.provider,
  account: (row) => row.identity.account,
  project: (row) => row.identity.project,
  providerid: (row) => row.identity.providerID,
};

/** The key of an asset under properties that {@link assetProperties} or `cluster` names. */
export function assetKey(properties: string): AssetKey {
  const keys = properties.split(',').map((property) => ofAsset[property] ?? (() => ''));
  return (row) => keys.map((key) => key(row) || undefinedPart).join('/');
}

/** The key of a bill or asset by providerID and category, whatever characters they have. */
export function billKey({
  providerID,
  category,
}: Pick<BillRow, 'providerID' | 'category'>): string {
  return `${category.length}:${category}${providerID}`;
}

/** The parts of a {@link billKey}. */
export function billOf(key: string): Pick<BillRow, 'providerID' | 'category'> {
  const start = key.indexOf(':') + 1;
  const end = start + Number.parseInt(key, 10);
  return { category: key.slice(start, end), providerID: key.slice(end) };
}

/** Names are stored as Prometheus has them, in rows and in requests: `app.kubernetes.io/name` with underscores. */
function labelOf(properties: unknown, kind: string, name: string): string | null {
  const stored = name.replace(/[^a-zA-Z0-9_]/g, '_');
  for (const map of [`${kind}s`, `namespace${kind === 'label' ? 'Labels' : 'Annotations'}`, kind]) {
    const labels = field(properties, map);
    const value = field(labels, stored) ?? field(labels, name);
    if (typeof value === 'string') return value;
  }
  return null;
}

function isUnmounted({ namespace, pod, container }: AllocationRow): boolean {
  return namespace === unmounted || pod === unmounted || container === unmounted;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name]; // an object has fields of some kind
}
