import type { BilledAsset } from '../../../src/bills/billed-asset.ts';
import type { Charge } from '../../../src/demo/bill-files/charge.ts';
import { day, hour } from '../../../src/time.ts';

/** A node, disk or balancer that runs over whole hours of a day, and what its hours cost in the bill. */
export interface Machine {
  readonly provider: 'AWS' | 'Azure' | 'GCP';
  readonly type: 'Node' | 'Disk' | 'LoadBalancer';
  readonly name: string;
  /** As the server reports it. */
  readonly providerID: string;
  /** As the bill reports it. */
  readonly billId: string;
  /** Azure: the machine of a scale set. */
  readonly vmName: string | null;
  readonly hours: number;
  /** List price of an hour. */
  readonly list: number;
  /** What an hour costs after commitments: list for on demand. */
  readonly paid: number;
  readonly kind: 'on-demand' | 'spot' | 'reserved' | 'savings-plan';
}

export const firstDay = Date.UTC(2026, 9, 5);

/** A small repeatable random generator (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Machines of one provider, alike in every run of the same seed. */
export function machinesOf(provider: Machine['provider'], seed: number, count = 12): Machine[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, i) => {
    const type = i % 4 === 3 ? 'Disk' : i % 7 === 6 && provider === 'AWS' ? 'LoadBalancer' : 'Node';
    const list = Math.round((0.05 + random() * 2) * 10_000) / 10_000;
    const kinds = ['on-demand', 'spot', 'reserved', 'savings-plan'] as const;
    const kind = type === 'Node' ? (kinds[Math.floor(random() * 4)] ?? 'on-demand') : 'on-demand';
    const paid = kind === 'on-demand' ? list : Math.round(list * 6_000) / 10_000;
    return { provider, type, kind, list, paid, hours: 24, ...idsOf(provider, type, i, random) };
  });
}

function idsOf(
  provider: Machine['provider'],
  type: Machine['type'],
  i: number,
  random: () => number,
) {
  const hex = Math.floor(random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
  const name = `${type.toLowerCase()}-${i}`;
  if (provider === 'AWS') {
    if (type === 'Node') return { name, providerID: `i-${hex}`, billId: `i-${hex}`, vmName: null };
    if (type === 'Disk') {
      const billId = i % 8 === 3 ? `vol-${hex}` : `arn:aws:ec2:us-east-2:123:volume/vol-${hex}`;
      return { name, providerID: `vol-${hex}`, billId, vmName: null };
    }
    const billId = `arn:aws:elasticloadbalancing:us-east-2:123:loadbalancer/net/a${hex}/0f1e2d`;
    return { name, providerID: `a${hex}-77.elb.us-east-2.amazonaws.com`, billId, vmName: null };
  }
  if (provider === 'GCP') {
    const instance = type === 'Node' ? `gke-${hex}` : `pvc-${hex}`;
    const path = type === 'Node' ? `projects/1/instances/${instance}` : instance;
    return { name, providerID: instance, billId: path, vmName: null };
  }
  const group = '/subscriptions/S1/resourceGroups/MC_rg/providers/Microsoft.Compute';
  if (type === 'Disk') {
    return { name, providerID: `pvc-${hex}`, billId: `${group}/disks/pvc-${hex}`, vmName: null };
  }
  const set = `${group}/virtualMachineScaleSets/aks-pool-${i % 2}-vmss`;
  return {
    name,
    providerID: `azure://${set.toLowerCase()}/virtualMachines/${i}`,
    billId: set.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
    vmName: `aks-pool-${i % 2}-vmss_${i}`,
  };
}

const categories = { Node: 'Compute', Disk: 'Storage', LoadBalancer: 'Network' } as const;

/** A machine as an asset of one day, priced at list (an estimate) or as paid (reconciled). */
export function assetOf(machine: Machine, basis: 'list' | 'paid'): BilledAsset {
  const { type, provider, providerID, name, hours, list, paid } = machine;
  // the server divides a disk's monthly price by 730 hours, AWS by the 744 of October
  const month = type === 'Disk' && provider === 'AWS' && basis === 'list' ? 744 / 730 : 1;
  return {
    ...{ type, provider, providerID, name, cluster: 'c1', account: '', category: categories[type] },
    totalCost: hours * (basis === 'list' ? list : paid) * month,
    adjustment: basis === 'paid' ? hours * (paid - list) - 1e-9 : 0,
    minutes: hours * 60,
  };
}

const accounts = { AWS: '123', Azure: 'S1', GCP: 'p1' } as const;

/** What the hours of one machine on one day cost in the bill. */
export function chargeOf(machine: Machine, start: number): Charge {
  const { provider, type, billId, vmName, kind, hours, list, paid } = machine;
  return {
    ...{ provider, type, billId, vmName, kind, account: accounts[provider], instance: 'm5.large' },
    ...{ start, end: start + hours * hour, list: hours * list, paid: hours * paid },
  };
}

export const spanOf = (start: number) => ({ start, end: start + day });
