/** Differences between products and versions in endpoints and wire format (docs/kubecost-api.md). */
export interface ProductVariant {
  readonly product: string;
  readonly version: string;
  /** Prefix of every API path. */
  readonly prefix: '/model' | '';
  /** Whether a front end answers paths outside the prefix with its index page. */
  readonly frontEnd: boolean;
  /** Whether it has `/etl/status` and the repair endpoints. */
  readonly etl: boolean;
  /** Whether it has `/etl/log`, and metrics of the pipeline. */
  readonly etlLog: boolean;
  /** Fields of `/etl/status`: capitalised, without errors and warnings of files, or with them. */
  readonly etlStatus: 'capitalised' | 'without-errors' | 'with-errors';
  readonly audit: boolean;
  /** Kubecost semantics: bills adjust assets and allocations, tenancy is shared, and parameters control both. */
  readonly reconciles: boolean;
  /** Whether negative idle becomes 0. */
  readonly clampsIdle: boolean;
  /** `%f`: six decimals with trailing zeros; 5: rounded to five decimals, shortest form. */
  readonly allocationNumbers: '%f' | 5;
  /** Shape of `/assets`: an array with a set per step, or one map for the whole window. */
  readonly assets: 'array' | 'map';
  /** Whether filters of the form `filterNamespaces=…` are accepted besides `filter=…`. */
  readonly oldFilters: boolean;
  /** Path of allocations: `/allocation/compute` alone before OpenCost 1.103. */
  readonly allocationPath: '/allocation' | '/allocation/compute';
  /** Whether it has `/assets`; OpenCost since 1.104. */
  readonly hasAssets: boolean;
  /** Whether it passes PromQL on to Prometheus (`/prometheusQuery`). */
  readonly prometheusQuery: boolean;
  /** Whether envelopes have `status: "success"`, as in OpenCost before 1.119. */
  readonly envelopeStatus: boolean;
  /** Whether an aggregator answers: paging, and topline endpoints. */
  readonly pages: boolean;
  /** `data` of a window that no set overlaps. */
  readonly noData: '[]' | '[null]' | '[{}]';
  /** Fields of an allocation besides those that every version has. */
  readonly fields: readonly AllocationField[];
}

export type AllocationField =
  | 'networkParts'
  | 'proportionalAssetResourceCosts'
  | 'sharedCostBreakdown'
  | 'lbAllocations'
  | 'rawAllocationOnly: null'
  | 'gpuUse'
  | 'gpuAllocation'
  | 'costIdle'
  | 'limits'
  | 'natGateway'
  | 'namespaceLabels';

const kubecost = {
  product: 'kubecost',
  prefix: '/model',
  frontEnd: true,
  reconciles: true,
  assets: 'array',
  oldFilters: true,
  allocationPath: '/allocation',
  hasAssets: true,
  envelopeStatus: false,
  etlLog: true,
  etlStatus: 'with-errors',
} as const;

/** Kubecost before 1.94: `/etl/status` is the only source of what the stores hold. */
const oldKubecost = {
  ...kubecost,
  pages: false,
  noData: '[]',
  etl: true,
  etlLog: false,
  prometheusQuery: true,
  audit: false,
  clampsIdle: false,
  allocationNumbers: '%f',
  fields: ['rawAllocationOnly: null'],
} as const;

const openCost = {
  product: 'opencost',
  prefix: '',
  frontEnd: false,
  etl: false,
  etlLog: false,
  etlStatus: 'with-errors',
  audit: false,
  reconciles: false,
  allocationNumbers: 5,
  assets: 'map',
  allocationPath: '/allocation',
  hasAssets: true,
  prometheusQuery: true,
  oldFilters: false,
  pages: false,
  noData: '[{}]',
} as const;

const openCost1121 = {
  ...openCost,
  version: '1.121.3',
  clampsIdle: true,
  envelopeStatus: false,
  fields: [
    'networkParts',
    'proportionalAssetResourceCosts',
    'sharedCostBreakdown',
    'lbAllocations',
    'gpuAllocation',
    'costIdle',
    'limits',
    'natGateway',
    'namespaceLabels',
  ],
} as const;

export const productVariants = {
  'kubecost-1.79': { ...oldKubecost, version: '1.79.1', etlStatus: 'capitalised' },
  'kubecost-1.93': { ...oldKubecost, version: '1.93.2', etlStatus: 'without-errors' },
  'kubecost-1.100': {
    ...kubecost,
    version: '1.100.2',
    pages: false,
    noData: '[]',
    etl: true,
    prometheusQuery: true,
    audit: true,
    clampsIdle: false,
    allocationNumbers: '%f',
    fields: ['networkParts', 'rawAllocationOnly: null'],
  },
  'kubecost-1.105': {
    ...kubecost,
    version: '1.105.2',
    pages: false,
    noData: '[]',
    etl: true,
    prometheusQuery: true,
    audit: true,
    clampsIdle: false,
    allocationNumbers: 5,
    fields: [
      'networkParts',
      'proportionalAssetResourceCosts',
      'sharedCostBreakdown',
      'lbAllocations',
    ],
  },
  'kubecost-2': {
    ...kubecost,
    version: '2.4.3',
    pages: true,
    noData: '[null]',
    etl: true,
    prometheusQuery: true,
    audit: false,
    clampsIdle: false,
    allocationNumbers: 5,
    fields: [
      'networkParts',
      'proportionalAssetResourceCosts',
      'sharedCostBreakdown',
      'lbAllocations',
      'gpuUse',
      'costIdle',
      'namespaceLabels',
    ],
  },
  'kubecost-3': {
    ...kubecost,
    version: '3.0.0',
    pages: true,
    noData: '[{}]',
    etl: false,
    etlLog: false,
    prometheusQuery: false,
    audit: false,
    clampsIdle: true,
    allocationNumbers: 5,
    fields: [
      'networkParts',
      'lbAllocations',
      'gpuAllocation',
      'costIdle',
      'limits',
      'natGateway',
      'namespaceLabels',
    ],
  },
  'opencost-1.102': {
    ...openCost,
    version: '1.102.0',
    allocationPath: '/allocation/compute',
    hasAssets: false,
    clampsIdle: false,
    envelopeStatus: true,
    fields: ['networkParts', 'rawAllocationOnly: null'],
  },
  'opencost-1.103': {
    ...openCost,
    version: '1.103.1',
    hasAssets: false,
    clampsIdle: false,
    envelopeStatus: true,
    fields: ['networkParts', 'proportionalAssetResourceCosts'],
  },
  'opencost-1.112': {
    ...openCost,
    version: '1.112.1',
    clampsIdle: false,
    envelopeStatus: true,
    fields: [
      'networkParts',
      'proportionalAssetResourceCosts',
      'sharedCostBreakdown',
      'lbAllocations',
      'gpuUse',
      'costIdle',
      'namespaceLabels',
    ],
  },
  'opencost-1.119': {
    ...openCost,
    version: '1.119.2',
    clampsIdle: true,
    envelopeStatus: false,
    fields: [
      'networkParts',
      'proportionalAssetResourceCosts',
      'sharedCostBreakdown',
      'lbAllocations',
      'gpuAllocation',
      'costIdle',
      'limits',
      'namespaceLabels',
    ],
  },
  'opencost-1.121': openCost1121,
  /** The newest OpenCost. */
  opencost: openCost1121,
} as const satisfies Record<string, ProductVariant>;

export type ProductVariantName = keyof typeof productVariants;
export const productVariantNames = Object.keys(productVariants) as ProductVariantName[]; // keys() widens to string
