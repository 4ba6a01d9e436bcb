import { hash, letters, pick } from '../random.ts';
import { salt } from './salt.ts';

type ControllerKind = 'daemonset' | 'deployment' | 'statefulset' | 'job' | 'replicaset';

/** A controller with its pod template, or (kind null) a pod without a controller. */
export interface Workload {
  readonly seed: number;
  readonly namespace: string;
  readonly kind: ControllerKind | null;
  readonly name: string;
  readonly containers: readonly string[];
  readonly services: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

const namespaces = [
  'checkout',
  'payments',
  'search',
  'data',
  'ml-training',
  'web',
  'batch',
  'kubecost',
];
const teams = ['storefront', 'platform', 'research', 'risk'];
const names = [
  ...['cart', 'ledger', 'indexer', 'kafka', 'trainer', 'frontend', 'report', 'cost-analyzer'],
  ...['quote', 'refund', 'ranker', 'postgres', 'feature-store', 'gateway', 'cleanup', 'prometheus'],
];
const kinds: readonly (ControllerKind | null)[] = [
  ...(['deployment', 'deployment', 'statefulset', 'job', 'replicaset'] as const),
  null,
  'deployment',
];

/** Workloads of a cluster by the role of their pods. */
export interface Workloads {
  /** DaemonSet with one pod per node. */
  readonly daemon: Workload;
  /** Backend of the load balancers. */
  readonly ingress: Workload;
  /** Workloads whose pods have a volume each. */
  readonly stateful: readonly Workload[];
  readonly others: readonly Workload[];
}

export function makeWorkloads(clusterSeed: number, pods: number): Workloads {
  const count = Math.max(kinds.length, Math.min(400, Math.round(pods / 8)));
  const all = Array.from({ length: count }, (_, index) => {
    const namespace = pick(namespaces, hash(clusterSeed, salt.workload, index));
    const nth = Math.floor(index / names.length);
    const name = `${names[index % names.length]}${nth === 0 ? '' : `-${nth + 1}`}`;
    const kind = kinds[index % kinds.length] ?? null;
    return workload(clusterSeed, index, { namespace, kind, name });
  });
  return {
    daemon: workload(clusterSeed, -1, {
      namespace: 'monitoring',
      kind: 'daemonset',
      name: 'node-exporter',
    }),
    ingress: workload(clusterSeed, -2, {
      namespace: 'ingress-nginx',
      kind: 'deployment',
      name: 'ingress-nginx-controller',
    }),
    stateful: all.filter(({ kind }) => kind === 'statefulset'),
    others: all.filter(({ kind }) => kind !== 'statefulset'),
  };
}

function workload(
  clusterSeed: number,
  index: number,
  { namespace, kind, name }: Pick<Workload, 'namespace' | 'kind' | 'name'>,
): Workload {
  const seed = hash(clusterSeed, salt.workload, index, 1);
  const team = seed % 5 === 0 ? {} : { team: pick(teams, seed) };
  const sidecar = index >= 0 && seed % 4 === 0;
  return {
    seed,
    namespace,
    kind,
    name,
    containers: sidecar ? [name, 'istio-proxy'] : [name],
    services: kind === 'deployment' || kind === 'statefulset' ? [name] : [],
    labels: { app: name, ...team, pod_template_hash: letters(seed, 10) },
    annotations: seed % 3 === 0 ? { prometheus_io_scrape: 'true' } : {},
    namespaceLabels: { kubernetes_io_metadata_name: namespace },
  };
}
