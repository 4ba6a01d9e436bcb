import { formatSpan } from '../time.ts';
import type { DayEvidence, ExpectedNode, HourlySamples, RepairTarget } from './evidence.ts';
import type { RepairMetric } from './stores.ts';

/** Clusters that a note names; what is more is counted. */
const maxNamed = 5;

export function clusterOf(node: string): string {
  return node.slice(0, node.lastIndexOf('/'));
}

/**
 * Clusters whose samples another Prometheus has: that of this server has some of other clusters, and none of
 * theirs. Their data is built by another Kubecost, as in a federated setup.
 *
 * @param expected nodes that the stores have, of any cluster
 */
export function clustersElsewhere(
  expected: readonly ExpectedNode[],
  samples: ReadonlyMap<RepairMetric, HourlySamples>,
): string[] {
  const here = new Set([...samples.values()].flatMap((one) => [...one.keys()].map(clusterOf)));
  if (here.size === 0) return [];
  const all = new Set(expected.map(({ key }) => clusterOf(key)));
  return [...all].filter((cluster) => !here.has(cluster)).sort();
}

/** How to plan on the Kubecost of another cluster: what its user has to fill in is in angle brackets. */
const elsewhere =
  '--kube --context <kubectl context of the cluster> (or --url <address of its Kubecost>)';

/** Which other servers have to be repaired for the same sets, and how; empty where none is known. */
export function elsewhereNotes(
  targets: readonly RepairTarget[],
  evidence: ReadonlyMap<number, DayEvidence>,
): string[] {
  const affected = targets.filter(({ day }) => evidence.get(day.start)?.elsewhere.length);
  const clusters = new Set(affected.flatMap(({ day }) => evidence.get(day.start)?.elsewhere ?? []));
  if (clusters.size === 0) return [];
  const names = [...clusters].sort();
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  const window = {
    start: Math.min(...affected.map(({ day }) => day.start)),
    end: Math.max(...affected.map(({ day }) => day.end)),
  };
  const stores = [...new Set(affected.map(({ store }) => `--rebuild ${store}`))].sort().join(' ');
  return [
    `not contacted: the Kubecost of ${names.slice(0, maxNamed).join(', ')}${more}, which builds the data of that cluster. ` +
      `Plan there: kc-etl repair plan --window ${formatSpan(window)} ${stores} ${elsewhere}`,
  ];
}

/** What holds for a product whose repairs reach one cluster, whether or not there are others. */
export const oneClusterNote = `a repair reaches only the cluster whose Kubecost answers here: in a federated setup plan on the Kubecost of each cluster with ${elsewhere}; its aggregator reads the rebuilt sets later`;
