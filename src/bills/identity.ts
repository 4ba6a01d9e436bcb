import type { Provider } from './bill-line.ts';

/** Why an asset cannot be found in a bill. */
export type Unjoinable =
  | 'no-provider-id'
  | 'boot-disk'
  | 'ambiguous-balancer'
  | 'balancer-by-address'
  | 'management';

export const unjoinable: Readonly<Record<Unjoinable, string>> = {
  'no-provider-id': 'has no provider ID',
  'boot-disk': 'is a boot disk, billed under a volume ID that the server does not report',
  'ambiguous-balancer': 'is a load balancer whose ID in the server stands for several balancers',
  'balancer-by-address': 'is a load balancer known by its address; the bill names it by another ID',
  management: 'is a cluster management fee, billed per account',
};

const arn = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/;

/** The key under which lines of a bill and assets meet: `category`, a tab, the normalised id. */
export function billLineKey(provider: Provider | '', category: string, id: string): string {
  return `${category}\t${normaliseId(provider || providerOf(id), category, id)}`;
}

/**
 * The join key of an asset, or why it has none. OpenCost's ParseID, ParsePVID and ParseLBID
 * (pkg/cloud/provider/provider.go) decide what an asset's providerID looks like.
 */
export function assetKey(asset: {
  readonly provider: string;
  readonly category: string;
  readonly type: string;
  readonly providerID: string;
}): string | Unjoinable {
  const { category, type } = asset;
  const id = asset.providerID.trim();
  if (type === 'ClusterManagement') return 'management';
  if (id === '') return 'no-provider-id';
  const provider = providerNamed(asset.provider) || providerOf(id);
  if (category === 'Storage' && /^i-[0-9a-f]+$/i.test(id)) return 'boot-disk';
  if (type === 'LoadBalancer') {
    if (/^[\d.]+$|:.*:/.test(id)) return 'balancer-by-address';
    if (id === 'k8s' || id === 'internal') return 'ambiguous-balancer';
    if (provider === 'aws' || id.endsWith('.amazonaws.com')) {
      const [name = ''] = id.split(/[-.]/);
      if (name === 'k8s' || name === 'internal') return 'ambiguous-balancer';
      return `${category}\t${id.endsWith('.amazonaws.com') ? name.toLowerCase() : id.toLowerCase()}`;
    }
  }
  return `${category}\t${normaliseId(provider, category, id)}`;
}

export function isUnjoinable(key: string): key is Unjoinable {
  return key in unjoinable;
}

/** @param text a provider as bills or assets name it: `AWS`, `Amazon Web Services`, `Microsoft`, … */
export function providerNamed(text: string): Provider | '' {
  if (/aws|amazon/i.test(text)) return 'aws';
  if (/azure|microsoft/i.test(text)) return 'azure';
  return /gcp|google/i.test(text) ? 'gcp' : '';
}

function providerOf(id: string): Provider | '' {
  if (/^(i|vol)-[0-9a-f]+$/i.test(id) || id.startsWith('arn:')) return 'aws';
  return /^(azure:\/\/)?\/*subscriptions\//i.test(id) ? 'azure' : '';
}

function normaliseId(provider: Provider | '', category: string, id: string): string {
  const plain = id.trim().toLowerCase();
  if (provider === 'aws') return awsId(plain);
  if (provider === 'azure') return azureId(plain, category);
  return lastSegment(plain);
}

/** `arn:…:instance/i-1` is `i-1`; a balancer is known by its name, not by the hash behind it. */
function awsId(id: string): string {
  const resource = arn.exec(id)?.[1];
  if (resource === undefined) return id;
  const parts = resource.split('/');
  if (parts[0] === 'loadbalancer') {
    return (parts[1] === 'net' || parts[1] === 'app' ? parts[2] : parts[1]) ?? id;
  }
  return parts[0] === 'instance' || parts[0] === 'volume' ? (parts[1] ?? id) : id;
}

function azureId(id: string, category: string): string {
  const path = id.replace(/^azure:\/\//, '').replace(/\/{2,}/g, '/');
  if (category !== 'Storage') return path.startsWith('subscriptions') ? `/${path}` : path;
  return lastSegment(path).replace(/_osdisk.*$/, '');
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
