import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import type { AuditInput } from './audit-input.ts';
import { isOfWindow } from './node-price.ts';

/** What both stores have of a cluster. */
export interface ClusterPresence {
  readonly cluster: string;
  /** Cost of its assets, and of its nodes alone. */
  readonly assets: number;
  readonly nodes: number;
  readonly hasAssets: boolean;
  /** Rows of containers, and the cost of all its rows. */
  readonly workloads: number;
  readonly allocations: number;
  /** Whether its workloads run on machines that should be assets. */
  readonly usesNodes: boolean;
}

/** What a window is about, beyond whether it has rows. */
export interface Presence {
  /** Whether all that both stores have is left over from the window before. */
  readonly isLeftover: boolean;
  readonly clusters: readonly ClusterPresence[];
}

/** Whether all that both stores have is left over from the window before; null where not all rows were read. */
export function isLeftover(input: AuditInput): boolean | null {
  if (!isComplete(input)) return null;
  return input.allocations.workloads === 0 && !hasLiveNode(input);
}

/** Null where not all rows of both stores were read. */
export function presenceOf(input: AuditInput): Presence | null {
  if (!isComplete(input)) return null;
  const { allocations, assets } = input;
  const paid = assets.clusters();
  const used = new Set<string>();
  for (const [cluster, node] of allocations.nodes()) if (!isVirtualNode(node)) used.add(cluster);
  const names = new Set([...paid.keys(), ...allocations.clusterNames]);
  names.delete('');
  return {
    isLeftover: isLeftover(input) === true,
    clusters: [...names].sort().map((cluster) => {
      const kinds = paid.get(cluster);
      const use = allocations.cluster(cluster);
      return {
        cluster,
        assets: kinds ? Object.values(kinds).reduce((sum, { value }) => sum + value, 0) : 0,
        nodes: kinds?.nodes.value ?? 0,
        hasAssets: kinds !== undefined,
        workloads: use?.workloads ?? 0,
        allocations: use?.total ?? 0,
        usesNodes: used.has(cluster),
      };
    }),
  };
}

/** Whether all rows of both stores were read. */
function isComplete(input: AuditInput): boolean {
  return (['allocations', 'assets'] as const).every(
    (request) => input.unavailableReason(request) === null,
  );
}

/** Whether a node ran in the window. Disks run to the end of a day without samples; nodes do not. */
export function hasLiveNode({ assets }: Pick<AuditInput, 'assets'>): boolean {
  for (const records of assets.nodes.values()) if (records.some(isOfWindow)) return true;
  return false;
}
