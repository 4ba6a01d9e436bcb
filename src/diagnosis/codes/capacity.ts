import { type CodeInfo, productLines } from './code.ts';

/** Findings about more use than a node has. */
export const capacity = {
  'absurd-request': {
    severity: 'critical',
    legal: false,
    title: '{container} requested {hours} {resource} hours on a node that has {nodeHours}.',
    titleMany: '{count} containers of {cluster} requested more than their whole node.',
    meaning:
      'The namespace is too high by what the request cost above the node; idle is negative or shown as 0.',
    right: 'assets',
    detectedBy: ['CheckOverAllocation'],
    variants: {},
    confirm: [
      {
        text: 'Read the request of the container.',
        promql:
          'max_over_time(kube_pod_container_resource_requests{namespace="{namespace}",pod="{pod}"}[1d])',
      },
      { text: 'Read the manifest.', command: 'kubectl -n {namespace} get pod {pod} -o yaml' },
    ],
    actions: [
      {
        text: 'Fix the manifest. A repair reads the same request again, so leave the row out of reports of this day.',
      },
    ],
    repair: [],
    references: ['kubecost/kubecost#1803'],
    products: productLines,
  },
  'over-allocated-node': {
    severity: 'warning',
    legal: true,
    title: 'Workloads hold {percent} % of the {resource} of node {node}.',
    titleMany: 'Workloads of {count} nodes of {cluster} hold more than the nodes have.',
    meaning:
      'No number is wrong: an allocation is the larger of request and usage, so the sum of the workloads can exceed the node. Idle is below 0, or shown as 0.',
    right: 'every number',
    detectedBy: ['CheckOverAllocation', 'AuditClusterEquality'],
    variants: {
      'shared-gpu': {
        meaning: 'Containers request more GPUs than the node has: a GPU is shared.',
        legal: true,
      },
    },
    confirm: [
      {
        text: 'Read what the containers of the node hold.',
        api: '/allocation?window={window}&aggregate=node,container',
      },
      { text: 'Compare requests with use.', command: 'kubectl describe node {node}' },
    ],
    actions: [
      {
        text: 'Raise requests that are below real use. With GPUs, check replicas, time slicing, MIG and HAMi.',
      },
    ],
    repair: [],
    references: ['opencost/opencost#1815', 'kubecost/docs#134', 'opencost/opencost#3828'],
    products: productLines,
  },
  'idle-clamped': {
    severity: 'info',
    legal: true,
    title: 'Idle of node {node} is shown as 0; it is {value} below 0.',
    titleMany: 'Idle of {count} nodes of {cluster} is shown as 0; it is {amount} below 0.',
    meaning:
      'The sum of the workloads and the idle of the cluster exceeds its assets by this amount.',
    right: 'workloads and assets',
    detectedBy: ['AuditAllocationTotalStore', 'AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Read the idle rows.',
        api: '/allocation?window={window}&aggregate=node&idle=true&idleByNode=true',
      },
    ],
    actions: [{ text: 'See the finding about the node that is over-allocated.' }],
    repair: [],
    references: ['opencost/opencost#3387', 'opencost/opencost#3393'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
