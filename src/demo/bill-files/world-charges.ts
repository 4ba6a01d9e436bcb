import type { Asset } from '../build/asset.ts';
import { billedAssets, listFactor, paidFactor } from '../build/bills.ts';
import type { SetSpec } from '../build/spec.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { hash, hex } from '../random.ts';
import type { World } from '../world/world.ts';
import type { Charge } from './charge.ts';

/** What the resources of all clusters cost on the day of a set, as the clouds charge it. */
export function* chargesOf(world: World, spec: SetSpec, plan: FaultPlan): Generator<Charge> {
  for (const asset of billedAssets(world, spec, plan)) {
    const { properties, start, end } = asset;
    const isNode = asset.type === 'Node';
    yield {
      provider: providerOf(properties.provider),
      type: isNode || asset.type === 'Disk' || asset.type === 'LoadBalancer' ? asset.type : 'Other',
      account: properties.provider === 'GCP' ? properties.project : properties.account,
      billId: billIdOf(asset),
      vmName: null,
      instance: asset.node?.nodeType ?? '',
      kind: isNode ? kindOf(asset) : 'on-demand',
      start,
      end,
      list: asset.cost * listFactor(spec, plan) * monthFactor(asset),
      paid: (asset.cost + asset.adjustment + asset.credit) * paidFactor(asset, spec, plan),
    };
  }
}

function providerOf(name: string): Charge['provider'] {
  return name === 'AWS' || name === 'Azure' ? name : 'GCP';
}

/** The commitment that explains what is paid for a node. */
function kindOf({ cost, adjustment, node }: Asset): Charge['kind'] {
  if (node?.preemptible === 1) return 'spot';
  if (adjustment === 0) return 'on-demand';
  return cost + adjustment === 0 ? 'reserved' : 'savings-plan';
}

/**
 * AWS divides the price of a disk by the hours of the month, OpenCost by 730, so that the list price
 * in the bill is lower in a month of 31 days than what a node's hours cost.
 */
function monthFactor({ type, properties, start }: Asset): number {
  if (type !== 'Disk' || properties.provider !== 'AWS') return 1;
  const date = new Date(start);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return 730 / (days * 24);
}

/** The resource as the bill names it, which is not always as the server does. */
function billIdOf({ type, properties }: Asset): string {
  const { provider, providerID, account, project, cluster } = properties;
  const h = hash(...[...providerID].map((letter) => letter.charCodeAt(0)));
  if (providerID === '') return `cluster/${cluster}`;
  if (provider === 'AWS' && type === 'LoadBalancer') {
    const [name = ''] = providerID.split('-');
    const path = h % 2 === 0 ? name : `net/${name}/${hex(h)}${hex(hash(h))}`;
    return `arn:aws:elasticloadbalancing:us-east-2:${account}:loadbalancer/${path}`;
  }
  if (provider === 'AWS' && type === 'Disk' && h % 2 === 0) {
    return `arn:aws:ec2:us-east-2:${account}:volume/${providerID}`;
  }
  if (provider === 'Azure') {
    if (type === 'LoadBalancer') return `/subscriptions/${account}/loadBalancers/kubernetes`;
    return providerID
      .replace(/^azure:\/\//, '')
      .replace('/resourceGroups/mc-group/', '/resourceGroups/MC-GROUP/');
  }
  if (provider === 'GCP' && type === 'LoadBalancer') return `forwardingRules/a${hex(h)}`;
  return provider === 'GCP' && type === 'Node'
    ? `projects/${project}/instances/${providerID}`
    : providerID;
}
