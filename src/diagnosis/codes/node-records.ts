import { type CodeInfo, productLines } from './code.ts';

/** Findings about nodes whose own record is wrong: no capacity, no price, or too few minutes. */
export const nodeRecords = {
  'node-without-capacity': {
    severity: 'error',
    legal: false,
    title:
      'Node {node} has no {resource} capacity, so it is priced as {shown} instead of about {estimate}.',
    titleMany:
      '{count} nodes of {cluster} have no CPU or RAM capacity, so their prices are too low.',
    meaning: 'Idle and assets are too low.',
    right: 'workloads',
    detectedBy: ['CheckNodeRecord', 'AuditAllocationReconciliation'],
    variants: {
      charged: {
        title: 'Node {node} costs {shown} for {resource} that it does not have.',
        meaning: 'Idle and assets are too high, if the node really has none.',
        confirm: [
          {
            text: 'Read the price and the number of GPUs.',
            promql: 'node_gpu_hourly_cost{node="{node}"} or node_gpu_count{node="{node}"}',
          },
        ],
        actions: [
          {
            text: 'Set the custom GPU price to 0 where nodes have no GPU; where they have one, let its device plugin export the capacity.',
          },
        ],
      },
    },
    confirm: [
      {
        text: 'Check whether the capacity is exported.',
        promql:
          'count by (node, resource) (count_over_time(kube_node_status_capacity{node="{node}"}[1d]))',
      },
    ],
    actions: [
      {
        text: 'Let kube-state-metrics or the exporter emit kube_node_status_capacity (older versions: kube_node_status_capacity_cpu_cores).',
      },
    ],
    repair: ['asset', 'allocation'],
    references: [
      'kubecost/kubecost#1965',
      'kubecost/kubecost#1389',
      'kubecost/docs:custom-prom.md',
    ],
    products: productLines,
  },
  'node-unpriced': {
    severity: 'error',
    legal: false,
    title: 'Node {node} has {resource} hours and no price; its workloads were charged {charged}.',
    titleMany: '{count} nodes of {cluster} have hours and no price.',
    meaning:
      'Assets are too low by at least what the workloads were charged; the idle of the node is missing.',
    right: 'workloads, unless they were charged a default price',
    detectedBy: ['CheckNodeRecord', 'AuditAllocationReconciliation'],
    variants: {
      'all-free': {
        title: 'Every price of cluster {cluster} is 0.',
        meaning:
          'Every price of the cluster is 0 in both stores: custom prices, a free tier or no price list. Where that is intended, nothing is wrong.',
        severity: 'warning',
        legal: true,
      },
      'free-node': {
        title:
          'Node {node} has no {resource} price, unlike other nodes of {cluster}; its workloads cost nothing for it.',
        meaning:
          'The node and its workloads are priced as 0, so both stores agree and are too low by the price of the node. Where the node really is free, nothing is wrong.',
        severity: 'warning',
        legal: true,
      },
      'default-price': {
        meaning:
          'Workloads were charged the default price of the product instead of the price of the node.',
      },
    },
    confirm: [
      {
        text: 'Read the price series: it is empty, 0, or spoiled by a NaN sample.',
        promql: 'avg_over_time(node_cpu_hourly_cost{node="{node}"}[1d])',
      },
    ],
    actions: [
      {
        text: 'Check the price list, the region and the custom prices of the product; drop NaN samples before they are stored.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: [
      'opencost/opencost#73',
      'opencost/opencost#3444',
      'opencost/opencost#2328',
      'opencost/opencost#3194',
    ],
    products: productLines,
  },
  'node-partly-recorded': {
    severity: 'error',
    legal: false,
    title: 'Node {node} was recorded for {minutes} of {expected} minutes while its pods ran on.',
    titleMany: '{count} nodes of {cluster} were recorded for fewer minutes than their pods ran.',
    meaning:
      'Assets and idle are too low by the price of the missing minutes, unless the bill covers them.',
    right: 'workloads',
    detectedBy: ['CheckNodeRecord'],
    variants: {
      billed: {
        meaning:
          'The bill covers the missing minutes, so the cost of the node is right. It is spread over too few hours: workloads are too expensive, and idle is too low by the same amount.',
      },
    },
    confirm: [
      {
        text: 'See in which hours the price series exists.',
        promql: 'count_over_time(node_total_hourly_cost{node="{node}"}[1h])',
      },
    ],
    actions: [
      {
        text: 'Find out why the price series ended: the exporter, a relabel rule, or a changed label of the node.',
      },
      {
        text: 'OpenCost computes from Prometheus at each request: this day cannot be recomputed.',
        products: ['opencost'],
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['kubecost/kubecost#1965', 'opencost/opencost#1962'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
