import { type CodeInfo, kubecostOnly } from './code.ts';

/** Findings about stores that are computed from allocations and assets, which are right. */
export const derivedStores = {
  'asset-totals-stale': {
    severity: 'error',
    legal: false,
    title: 'The asset totals of {object} are {value} {direction} the assets themselves.',
    titleMany: 'The asset totals of {count} nodes or clusters differ from the assets themselves.',
    meaning: 'Idle, shared tenancy costs and assets grouped by cluster are wrong.',
    right: 'single assets and workloads',
    detectedBy: ['AuditAssetTotalStore', 'AuditAllocationTotalStore', 'AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Read the totals by cluster, and compare with the sum of the single assets.',
        api: '/assets?window={window}&aggregate=cluster',
      },
    ],
    actions: [
      { text: 'Restart the cost model: this can be enough.', products: ['kubecost-1'] },
      {
        text: 'Otherwise rebuild the assets of the day, which rebuilds their totals.',
        rebuilds: true,
        products: ['kubecost-1'],
      },
      { text: 'Restart the aggregator.', products: ['kubecost-2', 'kubecost-3'] },
    ],
    repair: ['asset'],
    references: ['kubecost/kubecost#4854', 'kubecost/kubecost#2402'],
    products: kubecostOnly,
  },
  'allocation-totals-stale': {
    severity: 'error',
    legal: false,
    title: 'The allocation totals of {object} are {value} {direction} the allocations themselves.',
    titleMany:
      'The allocation totals of {count} nodes or clusters differ from the allocations themselves.',
    meaning: 'Only idle is wrong, by the opposite amount.',
    right: 'workloads and assets',
    detectedBy: ['AuditAllocationTotalStore', 'AuditClusterEquality'],
    variants: {},
    confirm: [
      {
        text: 'Read the idle rows, and compare with the assets minus the workloads.',
        api: '/allocation?window={window}&aggregate=cluster,node&idle=true&splitIdle=true&idleByNode=true',
      },
    ],
    actions: [
      { text: 'Restart the cost model: this can be enough.', products: ['kubecost-1'] },
      {
        text: 'Otherwise rebuild the allocations of the day.',
        rebuilds: true,
        products: ['kubecost-1'],
      },
      { text: 'Restart the aggregator.', products: ['kubecost-2', 'kubecost-3'] },
    ],
    repair: ['allocation'],
    references: ['kubecost/kubecost#1965', 'kubecost/kubecost#1116'],
    products: kubecostOnly,
  },
  'allocation-aggregate-stale': {
    severity: 'error',
    legal: false,
    title: 'Grouped allocations are {value} {direction} the allocations of {object}.',
    titleMany: 'Grouped allocations of {count} slices differ from the allocations.',
    meaning: 'Every page that groups allocations shows a wrong number.',
    right: 'the container view',
    detectedBy: ['AuditAllocationAggStore', 'AuditClusterEquality'],
    variants: {
      'one-index': { meaning: 'Only the aggregates of one property are wrong.' },
    },
    confirm: [
      {
        text: 'Read the aggregate, and compare with the containers.',
        api: '/allocation?window={window}&aggregate={property}&idle=false&shareTenancyCosts=false',
      },
      {
        text: 'Read what the aggregator has derived.',
        command: 'kc-etl api /debug/derivationRecords',
        products: ['kubecost-2'],
      },
    ],
    actions: [
      {
        text: 'Rebuild the allocations of the day.',
        rebuilds: true,
        products: ['kubecost-1'],
      },
      {
        text: 'Wait for the next derivation of the aggregator, or restart it.',
        products: ['kubecost-2', 'kubecost-3'],
      },
    ],
    repair: ['allocation'],
    references: ['kubecost/kubecost#4854', 'kubecost/docs#909'],
    products: kubecostOnly,
  },
  'asset-aggregate-stale': {
    severity: 'error',
    legal: false,
    title: 'Grouped assets are {value} {direction} the assets of {object}.',
    titleMany: 'Grouped assets of {count} slices differ from the assets.',
    meaning: 'The Assets page shows a wrong number wherever it groups.',
    right: 'single assets and workloads',
    detectedBy: ['AuditAssetAggStore'],
    variants: {
      'one-index': { meaning: 'Only the aggregates of one property are wrong.' },
    },
    confirm: [
      {
        text: 'Read the aggregate, and compare with the single assets.',
        api: '/assets?window={window}&aggregate={property}',
      },
    ],
    actions: [
      { text: 'Rebuild the assets of the day.', rebuilds: true, products: ['kubecost-1'] },
      { text: 'Restart the aggregator.', products: ['kubecost-2', 'kubecost-3'] },
    ],
    repair: ['asset'],
    references: ['kubecost/kubecost#2402'],
    products: kubecostOnly,
  },
  'summary-mismatch': {
    severity: 'warning',
    legal: false,
    title: '/allocation/summary and /allocation differ for {row}.',
    titleMany: '/allocation/summary and /allocation differ for {count} rows.',
    meaning: 'The user interface and the API disagree.',
    right: null,
    detectedBy: ['CheckSummary'],
    variants: {},
    confirm: [
      { text: 'Read the summary.', api: '/allocation/summary?window={window}' },
      { text: 'Read the allocations.', api: '/allocation?window={window}' },
    ],
    actions: [{ text: 'Compare the parameters idle and reconcile of your clients, and upgrade.' }],
    repair: [],
    references: ['kubecost/kubecost#1907', 'opencost/opencost#2901'],
    products: ['kubecost-1', 'kubecost-2', 'kubecost-3', 'opencost'],
  },
} as const satisfies Record<string, CodeInfo>;
