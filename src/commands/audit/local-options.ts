import type { Tolerance } from '../../audits/local/comparison.ts';
import {
  choice,
  flag,
  integer,
  type Option,
  type OptionSet,
  parsed,
  text,
  type Values,
} from '../../config/option.ts';
import { allocationKey } from '../../costs/keys.ts';
import { UsageError } from '../../errors.ts';
import { recheckOption, rerunOption, shardOption, writtenStore } from './store-options.ts';

const group = 'Local engine:';

/** The value of `--aggregate` that stands for every property that is audited by itself. */
export const allAggregates = 'all';

const aggregate: Option<readonly string[]> = {
  flags: '--aggregate <property>',
  description:
    'audit this aggregate as well, such as label:app or namespace,service; all: every one of cluster, ' +
    'node, namespace, controllerKind, controller and pod, and the other aggregates of assets',
  group,
  repeatable: true,
  fallback: [],
  parse: (texts, source) =>
    texts.map((text) => {
      if (text === allAggregates || allocationKey(text) !== null) return text;
      throw new UsageError(
        `${source}: '${text}' is not a property to aggregate by`,
        'the properties are all, cluster, node, namespace, pod, container, controller, controllerKind, deployment, ' +
          'statefulset, daemonset, job, service, label:<name> and annotation:<name>; join several with commas',
      );
    }),
};

function repeated(
  spec: Pick<Option<unknown>, 'flags' | 'description' | 'group'>,
): Option<readonly string[]> {
  return { ...spec, repeatable: true, fallback: [], parse: (texts) => texts };
}

/** `--cost-metric`: the cost of the bill that counts. */
export const costMetricOption = choice(
  {
    flags: '--cost-metric <metric>',
    description: 'cost of the bill that assets are compared with',
    fallback: 'amortizedNetCost',
  },
  ['amortizedNetCost', 'amortizedCost', 'netCost', 'listCost', 'invoicedCost'],
);

/** Options of the local engine only. */
export const localOptions = {
  cluster: text({ flags: '--cluster <id>', description: 'only this cluster', group }),
  concurrency: integer(
    {
      flags: '--concurrency <n>',
      description: 'maximum number of requests in flight',
      group,
      fallback: 2,
    },
    1,
  ),
  step: choice(
    {
      flags: '--step <duration>',
      description: 'length of an audited window: UTC days or hours',
      group,
      fallback: '1d',
    },
    ['1d', '1h'],
  ),
  aggregate,
  tolerance: parsed<Tolerance | null>(
    {
      flags: '--tolerance <amount>',
      description: 'ignore differences up to this amount, or up to <p>% of the expected value',
      group,
      fallback: null,
    },
    parseTolerance,
  ),
  costMetric: { ...costMetricOption, group },
  bill: repeated({
    flags: '--bill <path>',
    description: 'audit assets against this cloud bill: a file, a directory, a manifest or -',
    group,
  }),
  auditStore: writtenStore,
  rerun: rerunOption,
  recheck: recheckOption,
  shard: { ...shardOption, group },
  includeUnsettled: flag({
    flags: '--include-unsettled',
    description: 'also evaluate windows that are not settled yet',
    group,
  }),
} satisfies OptionSet;

export type LocalOptions = Values<typeof localOptions>;

/** The flags of the local options that differ from their defaults. */
export function localFlagsGiven(values: LocalOptions): string[] {
  return Object.entries(localOptions).flatMap(([name, { flags, fallback }]) => {
    const value = values[name as keyof LocalOptions]; // entries() forgets the names
    const isDefault = Array.isArray(value) ? value.length === 0 : value === fallback;
    return isDefault ? [] : [flags.split(' ')[0] ?? flags];
  });
}

function parseTolerance(text: string, source: string): Tolerance {
  const parts = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(%?)$/.exec(text.trim());
  const amount = Number(parts?.[1]);
  if (!parts || !Number.isFinite(amount)) {
    throw new UsageError(
      `${source}: '${text}' is not a tolerance`,
      'a tolerance is an amount such as 0.01, or a share of the expected value such as 0.5%',
    );
  }
  return parts[2] === '%' ? { part: amount / 100 } : { amount };
}
