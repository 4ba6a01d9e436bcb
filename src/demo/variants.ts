/** Differences between products and versions in endpoints and wire format (docs/kubecost-api.md). */
export interface ProductVariant {
  readonly product: string;
  readonly version: string;
  /** Prefix of every API path. */
  readonly prefix: '/model' | '';
  /** Whether a front end answers paths outside the prefix with its index page. */
  readonly frontEnd: boolean;
  /** Whether it has `/etl/log`, `/etl/status` and the repair endpoints. */
  readonly etl: boolean;
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
export const productVariantNames = Object.keys(productVariants) as ProductVariantName[]; // keys() widens to string
