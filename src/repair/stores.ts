/** Stores that can be rebuilt, in the order in which they have to be. */
export const repairStores = {
  asset: {
    path: '/etl/asset/repair',
    data: 'assets',
    metrics: ['node_total_hourly_cost', 'kube_node_status_capacity'],
  },
  allocation: {
    path: '/etl/allocation/repair',
    data: 'allocations',
    metrics: ['node_total_hourly_cost', 'kube_node_status_capacity', 'container_cpu_allocation'],
  },
  cloudCost: { path: '/cloudCost/repair', data: 'cloud costs', metrics: [] },
} as const satisfies Record<string, { path: string; data: string; metrics: readonly string[] }>;

export type RepairStore = keyof typeof repairStores;
export const storeNames = Object.keys(repairStores) as [RepairStore, ...RepairStore[]]; // the keys of a record of at least one entry

/** Metrics that a set is rebuilt from. */
export const repairMetrics = repairStores.allocation.metrics;
export type RepairMetric = (typeof repairMetrics)[number];
