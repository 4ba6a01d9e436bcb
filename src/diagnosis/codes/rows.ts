import { type CodeInfo, productLines, withEtl } from './code.ts';

/** Findings about single rows. */
export const rows = {
  'cost-not-a-number': {
    severity: 'error',
    legal: false,
    title: '{label} has no {field}: it is not a finite number at the server.',
    titleMany: '{count} rows have costs that are not finite numbers at the server.',
    meaning:
      'A client that reads null as 0 loses the cost of the row, and totals in CSV exports become NaN.',
    right: 'the other rows',
    detectedBy: ['CheckNullCost'],
    variants: {
      absent: { meaning: 'The row does not have the field at all, though other rows have it.' },
    },
    confirm: [
      {
        text: 'Read the row.',
        api: '/{store}?window={window}',
        jq: '[.. | objects | to_entries[] | select(.key == {row}) | .value]',
      },
      {
        text: 'Look for prices that are NaN.',
        promql: 'node_cpu_hourly_cost != node_cpu_hourly_cost',
      },
    ],
    actions: [
      {
        text: 'Fix the price of the node, disk or load balancer of the row, or the GPU label of the node, and upgrade: OpenCost writes finite numbers since October 2023.',
      },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#1746', 'opencost/opencost#2187'],
    products: productLines,
  },
  'negative-cost': {
    severity: 'error',
    legal: false,
    title: '{label} has a {field} of {value}.',
    titleMany: '{count} rows have costs below 0.',
    meaning: 'Every total above the row is too low by its amount.',
    right: 'the other rows',
    detectedBy: ['CheckNegativeCost'],
    variants: {},
    confirm: [
      {
        text: 'Read the minutes, start and end of the row.',
        api: '/{store}?window={window}',
        jq: '[.. | objects | to_entries[] | select(.key == {row}) | .value]',
      },
    ],
    actions: [
      { text: 'If the row ends before it starts, or has invalid volume hours, upgrade.' },
      { text: 'After that, rebuild the day.', rebuilds: true, products: withEtl },
    ],
    repair: ['asset', 'allocation'],
    references: ['opencost/opencost#3574', 'opencost/opencost#4057', 'opencost/opencost#2118'],
    products: productLines,
  },
  'malformed-row': {
    severity: 'warning',
    legal: false,
    title: '{label} contradicts itself: {contradiction}.',
    titleMany: '{count} rows contradict themselves, the first is {first}.',
    meaning: 'A spreadsheet that adds the parts of the row gets another total than totalCost.',
    right: null,
    detectedBy: ['CheckAllocationSum', 'CheckAssetSum', 'CheckRowWindow'],
    variants: {
      'adjustments-left-out': {
        meaning: 'The field totalCost equals the parts without their adjustments.',
      },
      window: {
        meaning: 'Start, end or minutes of the row do not fit each other or the window.',
        actions: [
          { text: 'If windows are shifted, check the utcOffset of the server; otherwise upgrade.' },
        ],
      },
    },
    confirm: [
      {
        text: 'Read the row.',
        api: '/{store}?window={window}',
        jq: '[.. | objects | to_entries[] | select(.key == {row}) | .value]',
      },
    ],
    actions: [{ text: 'Add the …Adjustment fields when you add up the parts of a row.' }],
    repair: [],
    references: ['kubecost/kubecost#1521', 'kubecost/kubecost#816'],
    products: productLines,
  },
  'rows-unplaced': {
    severity: 'warning',
    legal: false,
    title:
      '{rows} rows ({amount}) do not say to which {property} they belong, the first is {first}.',
    titleMany: '{rows} rows ({amount}) do not say to which {property} they belong.',
    meaning: 'These rows are missing in every report grouped by this property.',
    right: 'totals over all clusters',
    detectedBy: [],
    variants: {},
    confirm: [
      {
        text: 'See which cluster ids the metrics have.',
        promql: 'count by (cluster_id) (node_total_hourly_cost)',
      },
    ],
    actions: [
      {
        text: 'Set the external label of Prometheus, and CLUSTER_ID and PROM_CLUSTER_ID_LABEL of the cost model.',
      },
    ],
    repair: [],
    references: ['opencost/opencost#2979', 'awslabs/containers-cost-allocation-dashboard#4'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
