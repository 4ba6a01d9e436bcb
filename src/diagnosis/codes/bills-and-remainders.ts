import { type CodeInfo, kubecostOnly, productLines, withEtl } from './code.ts';

/** Findings about the bill, what is paid and unused, and what nothing explains. */
export const billsAndRemainders = {
  'bill-mismatch': {
    severity: 'error',
    legal: false,
    title: '{object} ({category}) costs {asset}, its bill says {bill}.',
    titleMany: '{count} assets cost other amounts than their bills say.',
    meaning:
      'The Assets page, and every workload reconciled against the asset, are off by the difference.',
    right: 'Cloud Costs, which shows the bill',
    detectedBy: ['AuditAssetReconciliation'],
    variants: {
      'cost-metric': { meaning: 'The asset equals another cost metric of the bill.' },
      factor: { meaning: 'All assets of the provider differ from their bills by one factor.' },
      hours: { meaning: 'The bill covers other hours than the asset.' },
      price: { meaning: 'The bill has another price for the same hours.' },
      'list-price': {
        meaning: 'The product prices the asset by a list that is not the one of the bill.',
      },
      'not-reconciled': {
        meaning: 'The asset still has its list price: no bill was applied to it.',
      },
      'other-charges': {
        meaning:
          'The bill has licences or other charges on the resource that the asset does not have.',
      },
      'day-shift': {
        meaning:
          'The difference cancels with the neighbouring day: the days of the bill are in another time zone.',
      },
      double: {
        meaning: 'The bill has exactly twice the cost: the same lines may have been read twice.',
      },
      ambiguous: {
        meaning: 'Several assets have the same provider ID, and share its lines in the bill.',
      },
    },
    confirm: [
      {
        text: 'Read the bill.',
        api: '/cloudCost?window={window}&aggregate=providerID,category',
        products: kubecostOnly,
      },
      {
        text: 'Read the asset.',
        api: '/assets?window={window}',
        jq: '[.. | objects | select(.properties?.providerID? == {providerID})]',
      },
    ],
    actions: [
      {
        text: 'If the asset equals another cost metric, audit with --cost-metric or change the cloud integration.',
      },
      {
        text: 'If a line of the bill came late, rebuild the cloud costs of the day.',
        rebuilds: true,
        products: withEtl,
      },
      {
        text: 'With spot instances or savings plans, check the columns of the cost and usage report.',
      },
    ],
    repair: ['cloudCost'],
    references: ['kubecost/kubecost#1995', 'kubecost/kubecost#1143', 'kubecost/kubecost#1579'],
    products: productLines,
  },
  'bill-missing': {
    severity: 'warning',
    legal: true,
    title: '{object} ({value}) has no line in the bill.',
    titleMany: '{count} assets ({amount}) have no line in the bill.',
    meaning:
      'Assets without a bill keep their list price, so they and their workloads are probably too high.',
    right: null,
    detectedBy: ['AuditAssetReconciliation'],
    variants: {
      category: { meaning: 'The bill has the provider ID under another category.', legal: true },
      'node-local': {
        meaning: 'Disks inside a node are never billed separately.',
        severity: 'info',
        legal: true,
      },
    },
    confirm: [
      {
        text: 'Look for the provider ID in any category.',
        api: '/cloudCost?window={window}&aggregate=providerID,category',
        products: kubecostOnly,
      },
    ],
    actions: [
      {
        text: 'Check whether the account is integrated and its resources carry the tags that the integration needs.',
      },
    ],
    repair: [],
    references: [
      'kubecost/kubecost#2671',
      'opencost/opencost#1409',
      'opencost/opencost#1376',
      'opencost/opencost#2441',
    ],
    products: productLines,
  },
  'network-unbilled': {
    severity: 'info',
    legal: true,
    title: '{value} of network in {cluster} has no bill.',
    titleMany: '{amount} of network in {count} clusters has no bill.',
    meaning:
      'Allocations show an estimate of network costs; assets have them only after reconciliation with a bill.',
    right: 'workloads and assets',
    detectedBy: [],
    variants: {},
    confirm: [
      { text: 'Read the network costs.', api: '/allocation?window={window}&aggregate=cluster' },
    ],
    actions: [{ text: 'No action is needed.' }],
    repair: [],
    references: ['kubecost/kubecost#997', 'kubecost/kubecost#1720', 'kubecost/kubecost#2386'],
    products: productLines,
  },
  'volume-unclaimed': {
    severity: 'info',
    legal: true,
    title: 'Volume {volume} costs {value} and no pod used it.',
    titleMany: '{count} volumes of {cluster} cost {amount} and no pod used them.',
    meaning: 'No number is wrong: the volumes are paid for and unused.',
    right: 'every number',
    detectedBy: [],
    variants: {
      claimed: { meaning: 'A claim is bound to the volume, and no pod mounts it.', legal: true },
    },
    confirm: [{ text: 'Read the volume and its claim.', command: 'kubectl get pv {volume}' }],
    actions: [{ text: 'Delete or reclaim the volume if nobody needs it.' }],
    repair: [],
    references: ['kubecost/kubecost#1759', 'opencost/opencost#1477'],
    products: productLines,
  },
  unexplained: {
    severity: 'error',
    legal: false,
    title: '{value} of {audit} {key} has no known cause; it is in {parts}.',
    titleMany: '{count} differences of {audit} have no known cause.',
    meaning: 'One of the two sides of the audit is wrong. None of the known causes fits the data.',
    right: null,
    detectedBy: [],
    variants: {},
    confirm: [
      {
        text: 'Record the responses of this day.',
        command: 'kc-etl audit run --engine local --window {dates} --record recording',
      },
    ],
    actions: [{ text: 'Attach the recording to an issue of kc-etl, after reading what is in it.' }],
    repair: [],
    references: ['kubecost/kubecost#4854'],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
