/** Nodes that are no machines of the account, and so never assets (inferred from their names). */
const virtual = /^(fargate-ip-|virtual-node-aci|virtual-kubelet)/;

export function isVirtualNode(node: string): boolean {
  return virtual.test(node);
}
