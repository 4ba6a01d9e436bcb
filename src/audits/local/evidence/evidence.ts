/** Facts about the objects behind the sums of a window; amounts in the server's currency, times in ms since 1970. */

export type ResourceName = 'CPU' | 'GPU' | 'RAM';
export type PerResource = Readonly<Record<ResourceName, number>>;

/** One Node row of the assets. */
export interface NodeAsset {
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
  readonly start: number;
  readonly end: number;
  readonly minutes: number;
  readonly cost: number;
  readonly adjustment: number;
  readonly discount: number;
  /** Core-hours, GPU-hours, byte-hours. */
  readonly hours: PerResource;
  /** List prices, before discount and adjustment. */
  readonly costs: PerResource;
  readonly nodeType: string;
  /** 1: spot. */
  readonly preemptible: number;
}

/** The largest container of a node by one resource. */
export interface LargestContainer {
  /** namespace/pod/container */
  readonly name: string;
  readonly hours: number;
  readonly cost: number;
}

/** What the allocations on a node add up to. */
export interface NodeUse {
  readonly cluster: string;
  readonly name: string;
  readonly rows: number;
  readonly hours: PerResource;
  /** Adjustments included. */
  readonly costs: PerResource;
  readonly adjustments: PerResource;
  readonly start: number;
  readonly end: number;
  /** Empty where allocations do not carry them. */
  readonly providerIDs: readonly string[];
  readonly largest: Readonly<Partial<Record<ResourceName, LargestContainer>>>;
}

/** One Disk row of the assets. */
export interface DiskAsset {
  readonly cluster: string;
  readonly name: string;
  /** Name of the persistent volume; empty where the version does not print it. */
  readonly volume: string;
  readonly claim: string;
  readonly claimNamespace: string;
  readonly providerID: string;
  readonly minutes: number;
  readonly cost: number;
  readonly adjustment: number;
}

/** What the allocations of a persistent volume add up to. */
export interface VolumeUse {
  readonly cluster: string;
  readonly name: string;
  /** Adjustments included. */
  readonly cost: number;
  readonly adjustment: number;
  readonly byteHours: number;
  /** How many pods carry it. */
  readonly pods: number;
  /** namespace/pod of one of them. */
  readonly pod: string;
  readonly namespace: string;
  /** `unclaimed`: only unmounted rows without a namespace; `claimed`: only unmounted rows of one. */
  readonly unmounted: 'no' | 'claimed' | 'unclaimed';
}

export interface LoadBalancerAsset {
  readonly cluster: string;
  readonly name: string;
  readonly providerID: string;
  readonly minutes: number;
  readonly cost: number;
  readonly adjustment: number;
}

/** What the allocations of a load balancer's service add up to. */
export interface LoadBalancerUse {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly cost: number;
  readonly adjustment: number;
}

/** Sums of a cluster. */
export interface ClusterFacts {
  readonly name: string;
  /** All assets but Cloud and Shared. */
  readonly assets: number;
  readonly assetRows: number;
  readonly workloads: number;
  readonly workloadRows: number;
  readonly network: number;
  /** Adjustments of network costs in allocations, and of Network assets. */
  readonly networkAdjustment: { readonly allocations: number; readonly assets: number };
  readonly networkAssets: number;
}

/** A row of a container that an audit named. */
export interface ContainerRow {
  readonly row: string;
  readonly cluster: string;
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly controller: string;
  readonly controllerKind: string;
  readonly start: number;
  readonly end: number;
  readonly cost: number;
  readonly hours: PerResource;
  /** Another pod of the same DaemonSet on this node; null: none is known. */
  readonly peer: string | null;
}

/** A row with a cost that is no finite number. */
export interface InvalidRow {
  readonly row: string;
  readonly store: 'allocations' | 'assets';
  readonly fields: readonly string[];
  readonly missing: boolean;
  readonly cluster: string;
  readonly node: string;
  readonly hours: PerResource;
}

/** Rows with a cost that do not say where they belong. */
export interface UnplacedRows {
  readonly store: 'allocations' | 'assets';
  readonly property: 'cluster' | 'node';
  readonly rows: number;
  readonly cost: number;
  readonly first: string;
}

/** What became of a request. */
export interface AnswerFact {
  readonly request: string;
  readonly path: string;
  readonly state: 'rows' | 'empty' | 'none' | 'failed' | 'unsupported';
  /** The error, or the server's warning; null where there is none. */
  readonly reason: string | null;
}

/** Rows of one store: how many, and how many last at most 5 minutes and cost nothing. */
export interface RowCount {
  readonly rows: number;
  readonly residue: number;
  /** Rows of unmounted volumes and idle. */
  readonly synthetic: number;
}

/** Everything that a diagnosis knows about one window besides its audits. */
export interface WindowEvidence {
  readonly start: number;
  readonly end: number;
  readonly answers: readonly AnswerFact[];
  readonly allocations: RowCount;
  readonly assets: RowCount;
  readonly nodes: readonly NodeAsset[];
  readonly use: readonly NodeUse[];
  readonly disks: readonly DiskAsset[];
  /** Null where the allocations do not name every volume that they cost. */
  readonly volumes: readonly VolumeUse[] | null;
  readonly loadBalancers: readonly LoadBalancerAsset[];
  /** Null likewise. */
  readonly balanced: readonly LoadBalancerUse[] | null;
  readonly clusters: readonly ClusterFacts[];
  readonly containers: readonly ContainerRow[];
  readonly invalid: readonly InvalidRow[];
  readonly unplaced: readonly UnplacedRows[];
}

/** What is known of every window, whether its audits failed or not: the base of estimates. */
export interface WindowSummary {
  readonly start: number;
  readonly end: number;
  /** Assets and workloads by cluster; empty where the window has no data. */
  readonly clusters: ReadonlyMap<string, { readonly assets: number; readonly workloads: number }>;
  /** Cost and minutes by cluster/node, of nodes that have a cost. */
  readonly nodes: ReadonlyMap<string, NodeCost>;
}

export interface NodeCost {
  readonly providerID: string;
  readonly cost: number;
  readonly minutes: number;
}
