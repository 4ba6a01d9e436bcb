/** How the answers of a product differ from those of the others (docs/kubecost-api.md). */
export interface ProductVariant {
  readonly product: string;
  readonly version: string;
  /** What the cost endpoints' paths begin with. */
  readonly prefix: '/model' | '';
  /** Whether paths outside the prefix get the index page of a front end. */
  readonly frontEnd: boolean;
  /** `/etl/log`, `/etl/status` and the repairs. */
  readonly etl: boolean;
  readonly audit: boolean;
  /** Whether bills adjust assets and allocations, tenancy is shared, and parameters say so. */
  readonly reconciles: boolean;
  /** Whether there is an idle that is below 0. */
  readonly clampsIdle: boolean;
  /** `%f`: six decimals, trailing zeros included; 5: rounded, shortest form. */
  readonly allocationNumbers: '%f' | 5;
  /** An array of sets, one a step, or one map for the whole window. */
  readonly assets: 'array' | 'map';
  /** Filters as `filterNamespaces=…`; the newer `filter=…` is known to all. */
  readonly oldFilters: boolean;
  /** Answers by an aggregator: rows in pages, and topline. */
  readonly pages: boolean;
  /** What stands for a window that no set overlaps. */
  readonly noData: '[]' | '[null]' | '[{}]';
  /** Of an allocation, beyond those that every version has. */
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
} as const;

export const productVariants = {
  'kubecost-1.100': {
    ...kubecost,
    version: '1.100.2',
    pages: false,
    noData: '[]',
    etl: true,
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
  opencost: {
    product: 'opencost',
    version: '1.121.3',
    prefix: '',
    frontEnd: false,
    etl: false,
    audit: false,
    reconciles: false,
    clampsIdle: true,
    allocationNumbers: 5,
    assets: 'map',
    oldFilters: false,
    pages: false,
    noData: '[{}]',
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
  },
} as const satisfies Record<string, ProductVariant>;

export type ProductVariantName = keyof typeof productVariants;
export const productVariantNames = Object.keys(productVariants) as ProductVariantName[]; // keys() forgets which
