/** The identities of docs/audits.md, written from that page and from nothing of src/demo. */

export interface AllocationRow {
  name: string;
  cluster: string;
  node: string;
  namespace: string;
  controllerKind: string;
  controller: string;
  pod: string;
  container: string;
  start: number;
  end: number;
  minutes: number;
  coreHours: number;
  gpuHours: number;
  ramByteHours: number;
  cpu: number;
  gpu: number;
  ram: number;
  pv: number;
  network: number;
  loadBalancer: number;
  shared: number;
  total: number;
  parts: readonly number[];
}

export interface AssetRow {
  key: string;
  type: string;
  cluster: string;
  name: string;
  providerID: string;
  category: string;
  provider: string;
  account: string;
  project: string;
  start: number;
  end: number;
  minutes: number;
  coreHours: number;
  gpuHours: number;
  ramByteHours: number;
  cpuCost: number;
  ramCost: number;
  gpuCost: number;
  discount: number;
  adjustment: number;
  total: number;
}

/** The answers to the questions that docs/audits.md calls A, I, S and C, and the others it names. */
export interface Answers {
  window: { start: number; end: number };
  allocations: readonly AllocationRow[];
  idle: readonly AllocationRow[];
  assets: readonly AssetRow[];
  bills: readonly { providerID: string; category: string; cost: number }[];
  allocationsBy: ReadonlyMap<string, readonly AllocationRow[]>;
  assetsBy: ReadonlyMap<string, ReadonlyMap<string, number>>;
  clusters: readonly AllocationRow[];
  /** Idle that is below 0 is cut off. */
  clamped: boolean;
  /** Whether there are totals, adjustments and tenancy at all. */
  kubecost: boolean;
  /** Whether the day is complete. */
  settled: boolean;
}

export interface Finding {
  audit: string;
  key: string;
  expected: number;
  actual: number;
}

/** Of n printed values each is off by at most this; 0 for unrounded ones. */
export interface Rounding {
  allocation: number;
  asset: number;
}

class Sums {
  readonly #of = new Map<string, { expected: number; actual: number; slack: number }>();

  add(side: 'expected' | 'actual', key: string, amount: number, slack: number): void {
    const sum = this.#of.get(key) ?? { expected: 0, actual: 0, slack: 0 };
    sum[side] += amount;
    sum.slack += slack;
    this.#of.set(key, sum);
  }

  findings(audit: string): Finding[] {
    return [...this.#of]
      .filter(([, { expected, actual, slack }]) => {
        // What needs a cost that is null is skipped; CheckNullCost has it.
        if (Number.isNaN(expected) || Number.isNaN(actual)) return false;
        const allowed = slack * 1.000001 + 1e-9 * Math.abs(expected) + 1e-12;
        return !(Math.abs(actual - expected) <= allowed);
      })
      .map(([key, { expected, actual }]) => ({ audit, key, expected, actual }));
  }
}

const properties = ['cluster', 'namespace', 'controllerKind', 'controller', 'node', 'pod'] as const;

export function findings(
  answers: Answers,
  rounding: Rounding = { allocation: 0, asset: 0 },
): Finding[] {
  const { window, allocations, assets } = answers;
  if (!allocations.some(isWorkload) || assets.length === 0) {
    const key = new Date(window.start).toISOString();
    return [{ audit: 'CheckMissingWindow', key, expected: 0, actual: 0 }];
  }
  return [
    ...reconciliation(answers, rounding),
    ...(answers.kubecost ? allocationTotals(answers, rounding) : []),
    ...allocationAggregates(answers, rounding),
    ...(answers.kubecost ? assetTotals(answers, rounding) : []),
    ...(answers.kubecost ? assetAggregates(answers, rounding) : []),
    ...(answers.kubecost ? assetReconciliation(answers, rounding) : []),
    ...(answers.kubecost ? clusterEquality(answers, rounding) : equalityByType(answers, rounding)),
    ...checks(answers, rounding),
    ...nodeRecords(answers),
    ...clustersWithoutWorkloads(answers),
    ...(answers.settled ? partialClusters(answers) : []),
  ];
}

/** No leftover of a day without samples (a few minutes, no cost), and not unmounted. */
function isWorkload({ minutes, total, container }: AllocationRow): boolean {
  return container !== '__unmounted__' && !(minutes <= 5 && total === 0);
}

const nodeKey = (cluster: string, node: string) => `${cluster}/${node}`;

function rateOf(asset: AssetRow): number {
  const listed = asset.total - asset.adjustment;
  if (asset.adjustment === 0) return 1;
  return listed === 0 ? 0 : asset.total / listed;
}

function reconciliation({ allocations, assets }: Answers, rounding: Rounding): Finding[] {
  const sums = new Sums();
  const nodes = new Map(
    assets.filter((a) => a.type === 'Node').map((a) => [nodeKey(a.cluster, a.name), a]),
  );
  const missing = new Set<string>();
  for (const a of allocations) {
    if (a.node === '') continue;
    const key = nodeKey(a.cluster, a.node);
    const node = nodes.get(key);
    if (!node) {
      missing.add(key);
      continue;
    }
    const rate = rateOf(node);
    const paid = 1 - node.discount;
    for (const [resource, hours, amount, cost, capacity] of [
      ['CPU', a.coreHours, a.cpu, node.cpuCost * paid * rate, node.coreHours],
      ['GPU', a.gpuHours, a.gpu, node.gpuCost * rate, node.gpuHours],
      ['RAM', a.ramByteHours, a.ram, node.ramCost * paid * rate, node.ramByteHours],
    ] as const) {
      if (hours === 0 && amount === 0) continue;
      const price = capacity === 0 ? 0 : cost / capacity;
      // Printed: cost, adjustment and hours; and the node's six digits, seen through this share of it.
      const share = capacity === 0 ? 0 : hours / capacity;
      const slack =
        2 * rounding.allocation +
        price * rounding.allocation +
        share * (4 + 4 * Math.abs(rate) + 2 * cost) * rounding.asset * 4;
      sums.add('expected', `${key} ${resource}`, hours * price, slack);
      sums.add('actual', `${key} ${resource}`, amount, 0);
    }
  }
  return [
    ...sums.findings('AuditAllocationReconciliation'),
    ...[...missing].map((key) => ({
      audit: 'AuditAllocationReconciliation',
      key,
      expected: Number.NaN,
      actual: Number.NaN,
    })),
  ];
}

function allocationTotals(
  { allocations, assets, idle, clamped }: Answers,
  rounding: Rounding,
): Finding[] {
  const left = new Map<
    string,
    { cluster: string; cpu: number; gpu: number; ram: number; slack: number }
  >();
  for (const asset of assets) {
    if (asset.type !== 'Node') continue;
    const rate = rateOf(asset);
    const paid = (1 - asset.discount) * rate;
    const key = nodeKey(asset.cluster, asset.name);
    const node = left.get(key) ?? { cluster: asset.cluster, cpu: 0, gpu: 0, ram: 0, slack: 0 };
    node.cpu += asset.cpuCost * paid;
    node.gpu += asset.gpuCost * rate;
    node.ram += asset.ramCost * paid;
    node.slack += (6 + 2 * (asset.cpuCost + asset.ramCost)) * rounding.asset * 4;
    left.set(key, node);
  }
  for (const a of allocations) {
    const node = left.get(nodeKey(a.cluster, a.node));
    if (!node) continue;
    node.cpu -= a.cpu;
    node.gpu -= a.gpu;
    node.ram -= a.ram;
    node.slack += 6 * rounding.allocation;
  }
  const sums = new Sums();
  const cut = (amount: number) => (clamped ? Math.max(0, amount) : amount);
  for (const [key, { cluster, cpu, gpu, ram, slack }] of left) {
    const amount = cut(cpu) + cut(gpu) + cut(ram);
    sums.add('expected', `node ${key}`, amount, slack);
    sums.add('expected', `cluster ${cluster}`, amount, slack);
  }
  for (const row of idle) {
    sums.add('actual', `node ${nodeKey(row.cluster, row.node)}`, row.total, rounding.allocation);
    sums.add('actual', `cluster ${row.cluster}`, row.total, rounding.allocation);
  }
  return sums.findings('AuditAllocationTotalStore');
}

function keyOf(a: AllocationRow, property: (typeof properties)[number]): string {
  if (property === 'controllerKind') return a.controllerKind || '__unallocated__';
  if (property !== 'controller') return a[property];
  if (a.controller === '') return '__unallocated__';
  return a.controllerKind === '' ? a.controller : `${a.controllerKind}:${a.controller}`;
}

function allocationAggregates(
  { allocations, allocationsBy }: Answers,
  rounding: Rounding,
): Finding[] {
  const sums = new Sums();
  for (const property of properties) {
    for (const a of allocations) {
      sums.add('expected', `${property} ${keyOf(a, property)}`, a.total, rounding.allocation);
    }
    for (const row of allocationsBy.get(property) ?? []) {
      sums.add('actual', `${property} ${row.name}`, row.total, rounding.allocation);
    }
  }
  return sums.findings('AuditAllocationAggStore');
}

const orUndefined = (text: string) => text || '__undefined__';

function assetTotals(answers: Answers, rounding: Rounding): Finding[] {
  return byKeys(answers, rounding, 'AuditAssetTotalStore', {
    cluster: (a) => orUndefined(a.cluster),
    'cluster,providerid': (a) => `${orUndefined(a.cluster)}/${orUndefined(a.providerID)}`,
  });
}

function assetAggregates(answers: Answers, rounding: Rounding): Finding[] {
  return byKeys(answers, rounding, 'AuditAssetAggStore', {
    type: (a) => a.type,
    provider: (a) => orUndefined(a.provider),
    account: (a) => orUndefined(a.account),
    project: (a) => orUndefined(a.project),
    providerid: (a) => orUndefined(a.providerID),
  });
}

function byKeys(
  { assets, assetsBy }: Pick<Answers, 'assets' | 'assetsBy'>,
  rounding: Rounding,
  audit: string,
  keys: Record<string, (a: AssetRow) => string>,
): Finding[] {
  const sums = new Sums();
  for (const [property, key] of Object.entries(keys)) {
    for (const a of assets) sums.add('expected', `${property} ${key(a)}`, a.total, rounding.asset);
    for (const [name, total] of assetsBy.get(property) ?? []) {
      sums.add('actual', `${property} ${name}`, total, rounding.asset);
    }
  }
  return sums.findings(audit);
}

function assetReconciliation({ assets, bills }: Answers, rounding: Rounding): Finding[] {
  if (bills.length === 0) return [];
  const sums = new Sums();
  const known = new Set<string>();
  for (const a of assets) {
    if (a.providerID === '') continue;
    known.add(`${a.category} ${a.providerID}`);
    sums.add('actual', `${a.category} ${a.providerID}`, a.total, rounding.asset);
  }
  for (const { providerID, category, cost } of bills) {
    const key = `${category} ${providerID}`;
    if (known.has(key)) sums.add('expected', key, cost, 0);
  }
  return sums.findings('AuditAssetReconciliation');
}

function clusterEquality({ assets, clusters }: Answers, rounding: Rounding): Finding[] {
  const sums = new Sums();
  const traffic = new Set(assets.filter((a) => a.type === 'Network').map((a) => a.cluster));
  for (const a of assets) {
    if (a.type === 'Cloud' || a.type === 'Shared' || a.cluster === '') continue;
    sums.add('expected', a.cluster, a.total, rounding.asset);
  }
  for (const row of clusters) {
    const remainder = traffic.has(row.cluster) ? 0 : row.network;
    sums.add('actual', row.cluster, row.total - remainder, 3 * rounding.allocation);
  }
  return sums.findings('AuditClusterEquality');
}

/** OpenCost: nodes as upper bound, volumes against disks, balancers against balancers. */
function equalityByType({ assets, allocations }: Answers, rounding: Rounding): Finding[] {
  const sums = new Sums();
  const nodes = new Set(
    assets.filter((a) => a.type === 'Node').map((a) => nodeKey(a.cluster, a.name)),
  );
  for (const a of assets) {
    const attached = nodes.has(nodeKey(a.cluster, a.name));
    // Sampled every 5 minutes on each side.
    const slack = rounding.asset + (a.total / a.minutes) * 5;
    if (a.type === 'Disk' && !attached) sums.add('expected', `${a.cluster} PV`, a.total, slack);
    if (a.type === 'LoadBalancer') sums.add('expected', `${a.cluster} LB`, a.total, slack);
  }
  for (const a of allocations) {
    if (a.pv !== 0) sums.add('actual', `${a.cluster} PV`, a.pv, 2 * rounding.allocation);
    if (a.loadBalancer !== 0) {
      sums.add('actual', `${a.cluster} LB`, a.loadBalancer, 2 * rounding.allocation);
    }
  }
  const found = sums.findings('AuditClusterEquality');
  const cost = new Map<string, number>();
  for (const a of assets) {
    const key = nodeKey(a.cluster, a.name);
    if (a.type === 'Node') cost.set(key, (cost.get(key) ?? 0) + a.total + 6 * rounding.asset);
  }
  for (const a of allocations) {
    const key = nodeKey(a.cluster, a.node);
    if (a.node === '') continue;
    if (!cost.has(key))
      found.push({ audit: 'AuditClusterEquality', key, expected: 0, actual: a.total });
    cost.set(key, (cost.get(key) ?? 0) - a.cpu - a.gpu - a.ram + 6 * rounding.allocation);
  }
  for (const [key, left] of cost) {
    if (left < -1e-9) found.push({ audit: 'AuditClusterEquality', key, expected: 0, actual: left });
  }
  return found;
}

function checks(answers: Answers, rounding: Rounding): Finding[] {
  const { window, allocations, assets } = answers;
  const found: Finding[] = [];
  const add = (audit: string, key: string, expected = 0, actual = 0) =>
    found.push({ audit, key, expected, actual });
  const used = new Map<string, { cores: number; gpu: number; ram: number }>();
  const spans = new Map<string, { start: number; end: number }[]>();
  const names = new Set<string>();
  for (const a of allocations) {
    const sum = a.parts.reduce((x, y) => x + y, 0);
    if (a.parts.some(Number.isNaN)) add('CheckNullCost', a.name);
    else {
      if (Math.abs(sum - a.total) > 16 * rounding.allocation + 1e-9 * Math.abs(sum)) {
        add('CheckAllocationSum', a.name, sum, a.total);
      }
      // Only an adjustment may be below 0; cost and adjustment together are what was paid.
      if (
        [a.cpu, a.gpu, a.ram, a.pv, a.network, a.loadBalancer, a.shared].some(
          (x) => x < -1e-9 - 2 * rounding.allocation,
        )
      ) {
        add('CheckNegativeCost', a.name);
      }
    }
    rowWindow({ ...a, key: a.name }, window, rounding, add);
    if (names.has(a.name)) add('CheckDuplicate', a.name);
    names.add(a.name);
    const container = `${a.cluster}/${a.namespace}/${a.pod}/${a.container}`;
    const others = spans.get(container) ?? [];
    if (others.some((o) => o.start < a.end && a.start < o.end)) add('CheckDuplicate', container);
    spans.set(container, [...others, a]);
    const node = used.get(nodeKey(a.cluster, a.node)) ?? { cores: 0, gpu: 0, ram: 0 };
    node.cores += a.coreHours - rounding.allocation;
    node.gpu += a.gpuHours - rounding.allocation;
    node.ram += a.ramByteHours - rounding.allocation;
    used.set(nodeKey(a.cluster, a.node), node);
  }
  const keys = new Set<string>();
  for (const a of assets) {
    if (keys.has(a.key)) add('CheckDuplicate', a.key);
    keys.add(a.key);
    rowWindow(a, window, rounding, add);
    if (a.type !== 'Node') continue;
    const sum = (a.cpuCost + a.ramCost) * (1 - a.discount) + a.gpuCost + a.adjustment;
    const slack = (5 + a.cpuCost + a.ramCost) * rounding.asset;
    if (Math.abs(sum - a.total) > slack + 1e-9 * Math.abs(sum))
      add('CheckAssetSum', a.key, sum, a.total);
    const node = used.get(nodeKey(a.cluster, a.name));
    if (!node) continue;
    const over = (mine: number, all: number) => mine > all * (1 + 1e-9) + rounding.asset;
    if (over(node.cores, a.coreHours))
      add('CheckOverAllocation', `${a.name} CPU`, a.coreHours, node.cores);
    if (over(node.gpu, a.gpuHours))
      add('CheckOverAllocation', `${a.name} GPU`, a.gpuHours, node.gpu);
    if (over(node.ram, a.ramByteHours))
      add('CheckOverAllocation', `${a.name} RAM`, a.ramByteHours, node.ram);
  }
  return found;
}

/** The node's record against the use of the node (CheckNodeRecord), and a node recorded twice. */
function nodeRecords({ assets, allocations }: Answers): Finding[] {
  const found: Finding[] = [];
  const add = (audit: string, key: string) => found.push({ audit, key, expected: 0, actual: 0 });
  const minutes = 60_000;
  const nodes = assets.filter((a) => a.type === 'Node');
  const free = nodes.filter((a) => a.coreHours > 0 && a.total === 0 && a.cpuCost === 0);
  for (const cluster of new Set(free.map((a) => a.cluster))) {
    const own = nodes.filter((a) => a.cluster === cluster);
    if (own.every((a) => free.includes(a))) add('CheckNodeRecord', cluster);
  }
  for (const [index, node] of nodes.entries()) {
    const use = allocations.filter((a) => a.cluster === node.cluster && a.node === node.name);
    if (use.some((a) => a.start < node.start - 15 * minutes || a.end > node.end + 15 * minutes)) {
      add('CheckNodeRecord', `${nodeKey(node.cluster, node.name)} minutes`);
    }
    const elsewhere = allocations.some((a) => a.cluster !== node.cluster && a.node === node.name);
    if (use.length === 0 && elsewhere) add('CheckNodeRecord', nodeKey(node.cluster, node.name));
    const isRecordedTwice = nodes
      .slice(0, index)
      .some(
        (other) =>
          nodeKey(other.cluster, other.name) === nodeKey(node.cluster, node.name) &&
          other.providerID !== node.providerID &&
          Math.min(other.end, node.end) - Math.max(other.start, node.start) > 10 * minutes &&
          other.total > 0 &&
          node.total > 0,
      );
    if (isRecordedTwice) add('CheckDuplicate', nodeKey(node.cluster, node.name));
  }
  return found;
}

/** Clusters whose nodes cost money and that have no workload row. */
function clustersWithoutWorkloads({ assets, allocations, window }: Answers): Finding[] {
  const paid = new Set(
    assets.filter((a) => a.type === 'Node' && a.total > 0).map((a) => a.cluster),
  );
  for (const a of allocations) if (isWorkload(a)) paid.delete(a.cluster);
  const key = new Date(window.start).toISOString();
  return [...paid].map((cluster) => ({
    audit: 'CheckMissingWindow',
    key: `${key} ${cluster}`,
    expected: 0,
    actual: 0,
  }));
}

/** Clusters of which all nodes and workloads end more than 15 minutes before the day does. */
function partialClusters({ assets, allocations, window }: Answers): Finding[] {
  const nodes = assets.filter((a) => a.type === 'Node');
  const last = window.end - 15 * 60_000;
  const key = new Date(window.start).toISOString();
  return [...new Set(nodes.map((a) => a.cluster))]
    .filter((cluster) =>
      [...nodes, ...allocations.filter(isWorkload)].every(
        (row) => row.cluster !== cluster || row.end < last,
      ),
    )
    .map((cluster) => ({
      audit: 'CheckMissingWindow',
      key: `${key} ${cluster}`,
      expected: 0,
      actual: 0,
    }));
}

function rowWindow(
  row: { key: string; start: number; end: number; minutes: number },
  window: { start: number; end: number },
  rounding: Rounding,
  add: (audit: string, key: string, expected?: number, actual?: number) => void,
): void {
  const minutes = (row.end - row.start) / 60_000;
  const inside = row.start >= window.start - 1000 && row.end <= window.end + 1000;
  // Printed times have whole seconds.
  const same = Math.abs(minutes - row.minutes) <= 1 / 60 + rounding.allocation;
  if (!inside || row.end < row.start || !same) add('CheckRowWindow', row.key, minutes, row.minutes);
}
