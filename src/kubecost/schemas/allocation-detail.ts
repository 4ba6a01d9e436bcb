import type { AllocatedLoadBalancer, AllocatedVolume } from '../../costs/rows.ts';

/** The entries of a map in a row; none where it is null, absent, or not a map. */
function entriesOf(raw: string): [string, ReadonlyMap<string, unknown>][] {
  if (!raw.startsWith('{')) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    // some versions do not escape names; the row's own numbers are not affected
    return [];
  }
  if (typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(parsed).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? [[key, new Map(Object.entries(value))]] : [],
  );
}

function numberOf(fields: ReadonlyMap<string, unknown>, name: string): number {
  const value = fields.get(name);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

const volumeKey = /^cluster=(.*?):name=(.*)$/s;

/** `pvs`: a map of `cluster=c:name=volume` to cost, byte-hours and, in later versions, adjustment. */
export function readVolumes(raw: string): AllocatedVolume[] {
  return entriesOf(raw).map(([key, fields]) => {
    const [, cluster = '', name = key] = volumeKey.exec(key) ?? [];
    return {
      cluster,
      name,
      cost: numberOf(fields, 'cost'),
      adjustment: numberOf(fields, 'adjustment'),
      byteHours: numberOf(fields, 'byteHours'),
    };
  });
}

/** One volume with plain fields, as most rows have it. */
const field = '"[^"\\\\]*":(?:"[^"\\\\]*"|[\\w.+-]+)';
const oneVolume = new RegExp(
  `^\\{"[^"\\\\]*":\\{(?:${field},)*?"cost":(-?\\d[\\d.eE+-]*)(?:,${field})*\\}\\}$`,
);

/** The costs of the `pvs` of a row, which is JSON; null where they cannot be read. */
export function readVolumeCosts(raw: string): number[] | null {
  // parsed, the name of every volume would be a field of an object shape of its own
  const cost = raw.indexOf('"cost":') === raw.lastIndexOf('"cost":') ? oneVolume.exec(raw) : null;
  if (cost !== null) return [Number(cost[1])];
  const costs = entriesOf(raw).map(([, fields]) => fields.get('cost'));
  const known = costs.filter((cost) => typeof cost === 'number');
  return known.length > 0 && known.length === costs.length ? known : null;
}

/** `lbAllocations`: a map of `cluster/namespace/service` to cost and, in later versions, adjustment. */
export function readLoadBalancers(raw: string): AllocatedLoadBalancer[] {
  return entriesOf(raw).map(([key, fields]) => {
    const [cluster = '', namespace = '', ...service] = key.split('/');
    return {
      cluster,
      namespace,
      service: service.join('/'),
      cost: numberOf(fields, 'cost'),
      adjustment: numberOf(fields, 'adjustment'),
    };
  });
}

/** Whether a row may be behind a load balancer: only an empty map or null says that it is not. */
export function mayHaveLoadBalancer(raw: string): boolean {
  return raw === '' || !/^(null|\{\s*\}|\[\s*\])$/.test(raw);
}

export function providerIDOf(properties: unknown): string {
  if (typeof properties !== 'object' || properties === null) return '';
  const value: unknown = new Map(Object.entries(properties)).get('providerID');
  return typeof value === 'string' ? value : '';
}
