import { type CodeInfo, productLines, withEtl } from './code.ts';

/** Findings about objects that one of the two stores does not have. */
export const presence = {
  'node-without-asset': {
    severity: 'error',
    legal: false,
    title: 'Node {node} ran workloads and has no asset record.',
    titleMany: '{count} nodes of {cluster} ran workloads and have no asset record.',
    meaning:
      'Assets are too low by at least what the workloads cost; the idle of the nodes is missing as well.',
    right: 'workloads, where the day is not reconciled with the bill',
    detectedBy: ['AuditAllocationReconciliation', 'AuditClusterEquality'],
    variants: {
      address: {
        title:
          'Workloads run on {node}, the address of an exporter: the node has no asset record, or its asset has another name.',
        meaning:
          'A node name has no port, so the label node of the workloads is wrong. No asset record matches them.',
        confirm: [
          {
            text: 'See which node the address is that of.',
            promql: 'count by (instance, node) (container_cpu_allocation{node="{node}"})',
          },
        ],
        actions: [
          { text: 'Set honor_labels, or relabel node, in the scrape job of the exporter.' },
          { text: 'After that, rebuild the day.', rebuilds: true, products: withEtl },
        ],
      },
      'list-price': {
        title:
          'Node {node} has no asset record, and the workloads that ran on it keep the list price.',
        meaning:
          'Its workloads keep the list price: without an asset they are not reconciled with the bill, so they are probably too high.',
      },
    },
    confirm: [
      {
        text: 'Check whether the price series of the node exists.',
        promql: 'count_over_time(node_total_hourly_cost{node="{node}"}[1d])',
      },
      {
        text: "Use Kubecost's own diagnostic.",
        command: 'kc-etl api /diagnostic/containerWithoutMatchingNode',
        products: ['kubecost-2'],
      },
    ],
    actions: [
      { text: 'If the price series is absent, fix its scrape or the pricing configuration.' },
      {
        text: 'If it is present, rebuild the assets of the day, then the allocations.',
        rebuilds: true,
        products: withEtl,
      },
      {
        text: 'OpenCost computes from Prometheus at each request: where the series is missing, the day cannot be repaired.',
        products: ['opencost'],
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['kubecost/kubecost#1965', 'kubecost/kubecost#1933', 'opencost/opencost#3194'],
    products: productLines,
  },
  'disk-without-asset': {
    severity: 'error',
    legal: false,
    title: 'Volume {volume} costs {value} in allocations and has no disk asset.',
    titleMany: '{count} volumes of {cluster} have a cost in allocations and no disk asset.',
    meaning: 'Assets are too low by the cost of the volume.',
    right: 'idle; workloads, where the day is not reconciled with the bill',
    detectedBy: ['AuditClusterEquality'],
    variants: {
      'list-price': {
        title:
          'Volume {volume} costs its list price of {value} in allocations and has no disk asset.',
        meaning:
          'Its workloads keep the list price: without an asset they are not reconciled with the bill, so they are probably too high.',
      },
    },
    confirm: [
      { text: 'Read the volume.', command: 'kubectl get pv {volume}' },
      {
        text: 'Check whether the price series of the volume exists.',
        promql: 'avg_over_time(pv_hourly_cost{persistentvolume="{volume}"}[1d])',
      },
      {
        text: 'Look for the disk in the assets.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.type? == "Disk" and (.volumeName? == {volume} or .properties?.name? == {volume}))]',
      },
    ],
    actions: [
      { text: 'If pv_hourly_cost is absent, fix its scrape.' },
      {
        text: 'If it is present, rebuild the assets of the day.',
        rebuilds: true,
        products: withEtl,
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#2851', 'opencost/opencost#1289'],
    products: productLines,
  },
  'disk-without-allocation': {
    severity: 'error',
    legal: false,
    title: 'Disk {volume} costs {value} and no workload carries it, not even as unmounted.',
    titleMany: '{count} disks of {cluster} have a cost that no workload carries.',
    meaning: 'Reports by namespace are too low by the cost of the disk.',
    right: 'assets',
    detectedBy: ['AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Check whether the claim is exported.',
        promql:
          'count by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_info{volumename="{volume}"})',
      },
      {
        text: 'Check whether a pod has the volume.',
        promql: 'pod_pvc_allocation{persistentvolume="{volume}"}',
      },
    ],
    actions: [
      {
        text: 'Check the labels that kube-state-metrics exports, and upgrade past OpenCost pull requests 1476 and 1477.',
      },
    ],
    repair: ['allocation'],
    references: ['opencost/opencost#3211', 'kubecost/kubecost#952'],
    products: productLines,
  },
  'load-balancer-mismatch': {
    severity: 'error',
    legal: false,
    title: 'Load balancer {service} costs {allocated} in allocations and {asset} as an asset.',
    titleMany:
      '{count} load balancers of {cluster} cost one amount in allocations and another as assets.',
    meaning:
      'The load-balancer column of Allocations and the Assets page disagree; the namespace of the service is off by the difference.',
    right: null,
    detectedBy: ['AuditClusterEquality'],
    variants: {
      'one-of-n': { meaning: 'Allocations carry one of several load balancers of the namespace.' },
      'no-asset': { meaning: 'Allocations carry the load balancer, and it has no asset.' },
      'no-allocation': { meaning: 'The load balancer is an asset, and no allocation carries it.' },
    },
    confirm: [
      {
        text: 'Look for the load balancer in the assets.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.type? == "LoadBalancer" and .properties?.cluster? == {cluster})]',
      },
      { text: 'Check its price series.', promql: 'avg_over_time(kubecost_load_balancer_cost[1d])' },
    ],
    actions: [
      {
        text: 'With several load balancers in one namespace, upgrade. An ALB of an Ingress is not an asset.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['kubecost/kubecost#3994', 'kubecost/kubecost#1022', 'opencost/opencost#2411'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
