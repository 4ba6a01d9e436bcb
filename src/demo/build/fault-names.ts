import { hash } from '../random.ts';
import type { Node } from '../world/nodes.ts';
import { salt } from '../world/salt.ts';

/** Hour of the day at which `prices-stop` ends the prices of a node. */
export const lastPricedHour = 14;

/** Hour of the day at which `samples-stop` ends all samples. */
export const lastSampledHour = 14;

/** `cluster-typo`: the id under which a node is priced. */
export function misspelledCluster(cluster: string): string {
  return cluster.replace('us', 'su');
}

/** `duplicate-node`: the other providerID of a node. */
export function secondProviderID(node: Node): string {
  const { cluster, seed } = node.slot;
  const h = hash(seed, salt.nodeLife, node.generation, 2);
  const id = cluster.provider.nodeID(node.name, cluster.account, h);
  return id === node.providerID ? `${id}-1` : id;
}

/** `node-renamed`: the address of a scrape target in place of the node's name. */
export function nodeAddress({ slot }: Node): string {
  return `10.${slot.seed & 255}.${(slot.seed >>> 8) & 255}.${slot.index & 255}:9100`;
}
