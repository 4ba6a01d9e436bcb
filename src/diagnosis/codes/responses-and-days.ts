import { type CodeInfo, productLines } from './code.ts';

const fixScrape =
  'Fix the scrape, the exporter or the storage of Prometheus; OpenCost computes from Prometheus at each request, so a day without samples stays as it is.';

const checkNodeSamples = {
  text: 'Check whether Prometheus has samples of the day.',
  promql: 'count(count_over_time(node_total_hourly_cost[1d]))',
};

/** Findings about responses and whole days: nothing else of that day and store is diagnosed. */
export const responsesAndDays = {
  'refused-row-limit': {
    severity: 'error',
    legal: false,
    title: '{path} was refused for {day}: {rows} rows, the limit is {limit}.',
    titleMany: '{count} requests were refused because their responses exceed the row limit.',
    meaning:
      'The Assets page shows nothing or an old view of this day. No audit that needs this response could be evaluated.',
    right: null,
    detectedBy: [],
    variants: {},
    confirm: [{ text: 'Read the warning in the response.', api: '{path}?window={window}' }],
    actions: [
      {
        text: 'Audit one cluster at a time with --cluster, or upgrade: no report of the limit is known for Kubecost 2 or later.',
      },
    ],
    repair: [],
    references: ['opencost/opencost#1301', 'kubecost/kubecost#1635', 'kubecost/kubecost#1991'],
    products: productLines,
  },
  'answer-failed': {
    severity: 'error',
    legal: false,
    title: '{path} could not be used for {day}: {reason}.',
    titleMany: 'Responses of {count} endpoints could not be used: {reason}.',
    meaning: 'This part of the day could not be evaluated.',
    right: null,
    detectedBy: [],
    variants: {
      'foreign-sets': {
        meaning: 'The sets of the response do not start at midnight UTC, so no UTC day is whole.',
      },
      license: {
        meaning: 'The license of the server does not include this day.',
        actions: [
          {
            text: 'Audit a --window within the limit that the response names (the last 15 days without an enterprise license), or extend the license.',
          },
        ],
      },
      'not-recorded': {
        title: 'The recording has no response to {path} for {day}.',
        meaning: 'The recording was made by a command that requested less.',
        confirm: [
          {
            text: 'List the requests that were recorded.',
            command:
              "jq -r '.answers[] | [.path, .params.aggregate, .params.window] | @tsv' {recording}/recording.json",
          },
        ],
        actions: [
          {
            text: 'Use the --window, --type and --aggregate that the recording was made with, or record again with --record.',
          },
        ],
      },
    },
    confirm: [
      { text: 'Check the connection and the endpoints.', command: 'kc-etl doctor' },
      { text: 'Repeat the request.', api: '{path}?window={window}' },
    ],
    actions: [
      {
        text: 'After a timeout, raise --timeout, lower --concurrency, or connect to port 9003 or 9004 directly: the front end gives up after 300 s.',
      },
      { text: 'If utcOffset is set, set it to UTC or audit with --step 1h.' },
    ],
    repair: [],
    references: [
      'opencost/opencost#1841',
      'kubecost/kubecost#816',
      'kubecost/kubecost#1876',
      'kubecost/kubecost#4733',
    ],
    products: productLines,
  },
  'store-rebuilding': {
    severity: 'warning',
    legal: false,
    title: '{store} of {day} changed between two reads.',
    titleMany: '{count} stores changed between two reads.',
    meaning: 'The numbers are still changing. A report taken now cannot be reproduced.',
    right: null,
    detectedBy: [],
    variants: {},
    confirm: [
      {
        text: 'Watch the pipeline.',
        command: 'kc-etl events --follow',
        products: ['kubecost-1', 'kubecost-2'],
      },
    ],
    actions: [
      { text: 'Run the audit again after the ingestion has finished.' },
      { text: 'If it persists, check whether two replicas respond in turn.' },
    ],
    repair: [],
    references: ['kubecost/docs#909', 'kubecost/kubecost#2424'],
    products: productLines,
  },
  'missing-day': {
    severity: 'critical',
    legal: false,
    title: '{day} has no {stores}; the days around it have {them}.',
    titleMany: '{count} days are missing between days with data.',
    meaning: 'Every total over this day is too low by what the day cost.',
    right: 'the other days',
    detectedBy: ['CheckMissingWindow'],
    variants: {
      allocations: {
        meaning: 'Only the allocations of the day are missing; its assets are there.',
      },
      assets: { meaning: 'Only the assets of the day are missing; its allocations are there.' },
    },
    confirm: [
      {
        text: 'Look at the coverage of the stores.',
        command: 'kc-etl events coverage --window {dates}',
      },
      {
        text: 'Look for errors of the pipeline.',
        command: 'kc-etl events --errors --window {datesAfter}',
        products: ['kubecost-1', 'kubecost-2'],
      },
      checkNodeSamples,
    ],
    actions: [
      {
        text: 'In a federated setup, check the upload of the agent that built the data.',
        products: ['kubecost-1', 'kubecost-2', 'kubecost-3'],
      },
      { text: fixScrape, products: ['opencost'] },
    ],
    repair: ['asset', 'allocation', 'cloudCost'],
    references: ['kubecost/kubecost#1825', 'kubecost/kubecost#1695', 'kubecost/kubecost#2062'],
    products: productLines,
  },
  'empty-set': {
    severity: 'critical',
    legal: false,
    title: '{day} has an empty set of {stores}; the days around it have data.',
    titleMany: '{count} days have empty sets between days with data.',
    meaning:
      'Every total over this day is too low by what the day cost. An empty set is usually what a repair or rebuild leaves after Prometheus has dropped the day.',
    right: 'the other days',
    detectedBy: ['CheckMissingWindow'],
    variants: {
      allocations: { meaning: 'Only the allocations of the day are empty; its assets are there.' },
      assets: { meaning: 'Only the assets of the day are empty; its allocations are there.' },
    },
    confirm: [
      {
        text: 'Look at the coverage and the save times of the sets.',
        command: 'kc-etl events coverage --window {dates}',
      },
      checkNodeSamples,
    ],
    actions: [
      {
        text: 'Restore the file of the day from the ETL backup. Do not repair again unless Prometheus has samples of the whole day.',
        products: ['kubecost-1', 'kubecost-2', 'kubecost-3'],
      },
      { text: fixScrape, products: ['opencost'] },
    ],
    repair: [],
    references: ['kubecost/kubecost#1920', 'kubecost/kubecost#1152', 'kubecost/kubecost#3935'],
    products: productLines,
  },
  'no-data-day': {
    severity: 'critical',
    legal: false,
    title:
      '{day} has {rows} rows but no data: none covers more than 5 minutes; they are left over from the day before.',
    titleMany: '{count} days have rows but no data: none covers more than 5 minutes.',
    meaning: 'The pages show 0 for this day; averages and trends over it are wrong.',
    right: 'the other days',
    detectedBy: ['CheckMissingWindow'],
    variants: {},
    confirm: [
      {
        text: 'Check whether Prometheus has samples of the day.',
        promql: 'count(count_over_time(kube_node_info[1d]))',
      },
      { text: 'See which scrape targets were down.', promql: 'avg_over_time(up[1d]) < 1' },
    ],
    actions: [
      { text: fixScrape, products: ['opencost'] },
      {
        text: 'Fix the scrape, the exporter or the storage of Prometheus.',
        products: ['kubecost-1', 'kubecost-2', 'kubecost-3'],
      },
    ],
    repair: [],
    references: ['opencost/opencost#3018', 'kubecost/kubecost#3935'],
    products: productLines,
  },
  'partial-day': {
    severity: 'critical',
    legal: false,
    title: '{cluster} was recorded for {hours} of 24 hours on {day}.',
    titleMany: '{count} clusters were recorded for {hours} of 24 hours on {day}.',
    meaning: 'All costs of a cluster on such a day are too low.',
    right: 'the other days',
    detectedBy: ['CheckMissingWindow'],
    variants: {
      workloads: {
        title:
          'All workloads of {cluster} were recorded for {hours} of 24 hours on {day}, its nodes for more.',
        titleMany:
          'All workloads of {count} clusters were recorded for {hours} of 24 hours on {day}.',
        meaning:
          'The costs of workloads are too low, and idle is too high by the same amount. Where everything was stopped on purpose, nothing is wrong.',
        severity: 'warning',
        legal: true,
        confirm: [
          {
            text: 'See in which hours Prometheus has samples of containers.',
            promql: 'count(count_over_time(container_cpu_usage_seconds_total[1h]))',
          },
        ],
        actions: [
          { text: 'Look for a gap in the metrics of kube-state-metrics and of the kubelets.' },
        ],
      },
    },
    confirm: [
      {
        text: 'See in which hours Prometheus has samples.',
        promql: 'count_over_time(node_total_hourly_cost[1h])',
      },
    ],
    actions: [
      { text: 'Look for a restart of the exporter or of Prometheus, or for a full disk.' },
      { text: 'Of 0 hours in a federation: check the upload of the agent of this cluster.' },
    ],
    repair: ['asset', 'allocation', 'cloudCost'],
    references: [
      'opencost/opencost#643',
      'opencost/opencost#2096',
      'opencost/opencost#1962',
      'kubecost/kubecost#2062',
    ],
    products: productLines,
  },
} as const satisfies Record<string, CodeInfo>;
