import { type CodeInfo, productLines } from './code.ts';

/** Findings about objects under a wrong or a second name. */
export const identity = {
  'cluster-id-mismatch': {
    severity: 'error',
    legal: false,
    title: 'Node {node} is priced in cluster {otherCluster} and used in cluster {cluster}.',
    titleMany: '{count} nodes of {cluster} are priced in cluster {otherCluster}.',
    meaning:
      'Assets of {cluster} are too low, {otherCluster} shows a node that does not run there, and idle of {cluster} is wrong.',
    right: 'workloads',
    detectedBy: [
      'CheckNodeRecord',
      'AuditAllocationReconciliation',
      'AuditClusterEquality',
      'CheckMissingWindow',
    ],
    variants: {
      'by-name': { meaning: 'The nodes have no providerID; they were matched by their names.' },
    },
    confirm: [
      {
        text: 'See which cluster ids the node is exported under.',
        promql: 'count by (cluster_id, node) (node_total_hourly_cost{node="{node}"})',
      },
    ],
    actions: [
      {
        text: 'Use one cluster id for every job that exports this node: external_labels.cluster_id, clusterName and CLUSTER_ID must be the same.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#3474', 'kubecost/kubecost#4177', 'kubecost/kubecost#3771'],
    products: productLines,
  },
  'duplicate-asset': {
    severity: 'error',
    legal: false,
    title: 'Node {node} is counted twice, as {providerID} and as {surplus}.',
    titleMany: '{count} nodes are counted twice, each under two provider IDs.',
    meaning: 'Assets and idle are too high by the cost of the surplus node.',
    right: 'workloads',
    detectedBy: ['CheckDuplicate'],
    variants: {
      'two-clusters': { meaning: 'One provider ID has assets with a cost in two clusters.' },
    },
    confirm: [
      {
        text: 'Find the two sources of the series.',
        promql:
          'count by (cluster_id, node, provider_id, instance) (node_total_hourly_cost{node="{node}"})',
      },
      {
        text: 'Read the provider ID of the node.',
        command: "kubectl get node {node} -o jsonpath='{.spec.providerID}'",
      },
    ],
    actions: [
      {
        text: 'Remove the second exporter or static series. A node name that is used again after a replacement does not overlap and is no duplicate.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#673', 'opencost/opencost#3113'],
    products: productLines,
  },
  'node-name-mismatch': {
    severity: 'error',
    legal: false,
    title: 'Workloads run on {node}, the asset is called {assetName}.',
    titleMany: 'Workloads of {count} nodes run under other names than the nodes have as assets.',
    meaning:
      'The node looks unused, and its pods look as if they ran on a node without a price. Idle is too high.',
    right: 'totals of allocations and of assets',
    detectedBy: ['AuditAllocationReconciliation', 'AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Compare the labels instance and node.',
        promql: 'count by (instance, node) (container_cpu_allocation)',
      },
    ],
    actions: [
      {
        text: 'Set honor_labels, or relabel node, in the scrape job of the exporter; check emitKsmV1MetricsOnly.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#3113', 'opencost/opencost#3146'],
    products: productLines,
  },
  'duplicate-pod': {
    severity: 'error',
    legal: false,
    title: '{namespace}/{pod} is counted on {keep} and on {surplus} at the same time.',
    titleMany: '{count} pods are counted on two nodes at the same time.',
    meaning:
      'Costs of the namespace and the workload are too high by the surplus row; idle is too low by it.',
    right: 'assets',
    detectedBy: ['CheckDuplicate'],
    variants: {
      'second-name': {
        meaning:
          'Costs of the namespace and the workload are too high by the surplus row: {surplus} is another name of a node, not a node.',
        actions: [
          {
            text: 'Set honor_labels, or relabel node, in the scrape job of the exporter.',
          },
        ],
      },
    },
    confirm: [
      {
        text: 'See on which node the pod runs.',
        command: 'kubectl -n {namespace} get pod {pod} -o wide',
      },
      {
        text: 'See on which nodes it was exported.',
        promql: 'count by (node, instance) (kube_pod_info{namespace="{namespace}",pod="{pod}"})',
      },
    ],
    actions: [{ text: 'Stop scraping kube-state-metrics twice.' }],
    repair: ['allocation'],
    references: [
      'kubecost/kubecost#358',
      'kubecost/kubecost#1537',
      'kubecost/kubecost#2154',
      'opencost/opencost#1465',
      'opencost/opencost#3113',
    ],
    products: productLines,
  },
  'cluster-in-one-store': {
    severity: 'critical',
    legal: false,
    title: 'Cluster {cluster} has {present} ({value}) and no {absent}.',
    titleMany: '{count} clusters are in one of the two stores only.',
    meaning: 'Reports by cluster disagree by all of its cost.',
    right: 'the store that has the cluster',
    detectedBy: ['AuditClusterEquality', 'CheckMissingWindow'],
    variants: {
      allocations: { meaning: 'The cluster has allocations and no assets.' },
      assets: { meaning: 'The cluster has assets and no allocations.' },
    },
    confirm: [
      {
        text: 'Look for the cluster in the allocations.',
        api: '/allocation?window={window}&aggregate=cluster',
      },
      {
        text: 'Look for the cluster in the assets.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.properties?.cluster? == {cluster}) | .totalCost] | add',
      },
    ],
    actions: [
      {
        text: 'Check whether the agent of the cluster is up, uploads both files, and has the same version as the others.',
      },
      {
        text: 'Check whether Prometheus refuses the query of the pods: OpenCost logs it and returns what is left.',
        products: ['opencost'],
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['kubecost/kubecost#2062', 'kubecost/kubecost#1879'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
