import { type CodeInfo, kubecostOnly, productLines, withEtl } from './code.ts';

/** Findings about objects that both stores have, at prices that do not agree. */
export const price = {
  'allocations-not-reconciled': {
    severity: 'error',
    legal: false,
    title: 'Node {node} of {cluster} is adjusted to the bill, its workloads are not.',
    titleMany: 'The {count} nodes of {day} are adjusted to the bill, their workloads are not.',
    meaning:
      'Workload costs and idle are off by opposite amounts, so totals by cluster are nearly right.',
    right: 'assets',
    detectedBy: ['AuditAllocationReconciliation', 'AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Look for errors of the pipeline.',
        command: 'kc-etl events --errors --window {datesAfter}',
        products: ['kubecost-1', 'kubecost-2'],
      },
      {
        text: 'Compare with the allocations before reconciliation: they are the same.',
        api: '/allocation?window={window}&aggregate=cluster&reconcile=false',
      },
    ],
    actions: [
      {
        text: 'Rebuild the allocations of the day, or run /model/etl/asset/reconciliation/repair; audit again after the next run.',
        rebuilds: true,
        products: ['kubecost-1'],
      },
      {
        text: 'Rebuild the allocations of the day; audit again after the next run.',
        rebuilds: true,
        products: ['kubecost-2'],
      },
      {
        text: 'Wait for the next reconciliation of the aggregator, and audit again.',
        products: ['kubecost-3'],
      },
    ],
    repair: ['allocation'],
    references: [
      'kubecost/kubecost#2542',
      'kubecost/kubecost#1579',
      'opencost/opencost#2092',
      'opencost/opencost#778',
    ],
    products: kubecostOnly,
  },
  'discount-not-applied': {
    severity: 'error',
    legal: false,
    title: 'Workloads on {node} cost the list price; the node has a discount of {discount} %.',
    titleMany:
      'Workloads on {count} nodes of {cluster} cost the list price; the nodes have a discount.',
    meaning: 'Workload costs are too high by the discount; idle is too low by it.',
    right: 'assets',
    detectedBy: ['AuditAllocationReconciliation'],
    variants: {
      'applied-twice': {
        meaning: 'The discount was applied to the workloads twice: they cost too little.',
      },
    },
    confirm: [
      {
        text: 'Read the discount of the node.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.type? == "Node" and .properties?.name? == {node}) | {discount, cpuCost, ramCost, totalCost}]',
      },
    ],
    actions: [
      { text: 'Restart the cost model after a change of the discount.' },
      { text: 'Then rebuild the days before the change.', rebuilds: true, products: withEtl },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#3036', 'opencost/opencost#1389', 'opencost/opencost#3570'],
    products: productLines,
  },
  'price-mismatch': {
    severity: 'error',
    legal: false,
    title: 'Workloads on {node} are charged {comparison} the {resource} price of the node.',
    titleMany:
      'Workloads on {count} nodes of {cluster} are charged other prices than their nodes have.',
    meaning: 'Two sources of prices, or a price that changed between the builds of the two stores.',
    right: null,
    detectedBy: ['AuditAllocationReconciliation'],
    variants: {},
    confirm: [
      {
        text: 'Read the price of the node.',
        promql: 'avg_over_time(node_cpu_hourly_cost{node="{node}"}[1d])',
      },
      {
        text: 'Read what the workloads of the node cost.',
        api: '/allocation?window={window}&aggregate=cluster,node',
      },
    ],
    actions: [
      {
        text: 'Check custom prices: a monthly price entered as an hourly one is 730 times too high.',
      },
      {
        text: 'Rebuild the assets of the day, then the allocations.',
        rebuilds: true,
        products: withEtl,
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#3387', 'opencost/opencost#4020', 'opencost/opencost#3781'],
    products: productLines,
  },
  'volume-mismatch': {
    severity: 'error',
    legal: false,
    title: 'Volume {volume} costs {allocated} in allocations and {asset} as a disk.',
    titleMany: '{count} volumes of {cluster} cost one amount in allocations and another as disks.',
    meaning:
      'The volume column of Allocations and the Assets page disagree. The disk is what is paid for.',
    right: 'assets, unless hours are missing there',
    detectedBy: ['AuditClusterEquality'],
    variants: {
      'shared-counted-per-pod': {
        meaning: 'A volume shared by several pods is charged to each of them in full.',
      },
      hours: { meaning: 'The two stores have the volume for different numbers of hours.' },
    },
    confirm: [
      {
        text: 'Read the disk.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.type? == "Disk" and (.volumeName? == {volume} or .properties?.name? == {volume}))]',
      },
      { text: 'Read the volume.', command: 'kubectl get pv {volume}' },
    ],
    actions: [
      {
        text: 'If several pods share the volume, upgrade. If the ratio is 11/12, hours were recorded in 5-minute steps.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: [
      'kubecost/kubecost#1040',
      'opencost/opencost#2129',
      'opencost/opencost#1446',
      'kubecost/kubecost#1647',
    ],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
