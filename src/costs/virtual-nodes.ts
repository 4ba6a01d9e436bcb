/** Names of nodes that are no machines of the account, so that an asset of theirs may be missing. */
const virtual = /^(fargate-|virtual-node-aci|virtual-kubelet)/;

export function isVirtualNode(node: string): boolean {
  return virtual.test(node);
}
