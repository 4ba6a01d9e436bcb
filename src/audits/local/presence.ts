import { isResidue } from '../../costs/rows.ts';
import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import type { AuditInput } from './audit-input.ts';

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

/** Disks run to the end of a day without samples; nodes do not. */
function hasLiveNode({ assets }: AuditInput): boolean {
  return [...assets.nodes.values()]
    .flat()
    .some((node) => !isResidue({ minutes: node.minutes, totalCost: node.total.value }));
}

/** Null where not all rows of both stores were read. */
export function presenceOf(input: AuditInput): Presence | null {
  const { allocations, assets } = input;
  const hasRows = (['allocations', 'assets'] as const).every(
    (request) => input.unavailableReason(request) === null,
  );
  if (!hasRows) return null;
  const paid = assets.clusters();
  const used = new Set<string>();
  for (const [cluster, node] of allocations.nodes()) if (!isVirtualNode(node)) used.add(cluster);
  const names = new Set([...paid.keys(), ...allocations.clusterNames]);
  names.delete('');
  return {
    isLeftover: allocations.workloads === 0 && !hasLiveNode(input),
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
