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

const aggregate: Option<readonly string[]> = {
  flags: '--aggregate <property>',
  description: 'audit this aggregate too, such as label:app or namespace,service (local engine)',
  repeatable: true,
  fallback: [],
  parse: (texts, source) =>
    texts.map((given) => {
      if (allocationKey(given) !== null) return given;
      throw new UsageError(
        `${source}: '${given}' is not a property that kc-etl can aggregate by`,
        'it takes cluster, node, namespace, pod, container, controller, controllerKind, deployment, ' +
          'statefulset, daemonset, job, service, label:<name>, annotation:<name>, joined with commas',
      );
    }),
};

function repeated(spec: Pick<Option<unknown>, 'flags' | 'description'>): Option<readonly string[]> {
  return { ...spec, repeatable: true, fallback: [], parse: (texts) => texts };
}

/** What only the local engine knows. */
export const localOptions = {
  cluster: text({ flags: '--cluster <id>', description: 'only this cluster (local engine)' }),
  concurrency: integer(
    {
      flags: '--concurrency <n>',
      description: 'how many requests at a time (local engine)',
      fallback: 2,
    },
    1,
  ),
  step: choice(
    {
      flags: '--step <duration>',
      description: 'the windows that are audited: UTC days or hours (local engine)',
      fallback: '1d',
    },
    ['1d', '1h'],
  ),
  aggregate,
  tolerance: parsed<Tolerance | null>(
    {
      flags: '--tolerance <amount>',
      description: 'a difference up to this amount, or this <p>%, is none (local engine)',
      fallback: null,
    },
    parseTolerance,
  ),
  costMetric: choice(
    {
      flags: '--cost-metric <metric>',
      description: "the bill's cost that assets are held against (local engine)",
      fallback: 'amortizedNetCost',
    },
    ['amortizedNetCost', 'amortizedCost', 'netCost', 'listCost', 'invoicedCost'],
  ),
  bill: repeated({
    flags: '--bill <path>',
    description:
      'audit assets against this cloud bill: a file, a folder, a manifest or - (local engine)',
  }),
  includeUnsettled: flag({
    flags: '--include-unsettled',
    description: 'also windows whose bills can still come (local engine)',
  }),
} satisfies OptionSet;

export type LocalOptions = Values<typeof localOptions>;

/** The flags of those that were given, for what cannot honour them. */
export function localFlagsGiven(values: LocalOptions): string[] {
  return Object.entries(localOptions).flatMap(([name, { flags, fallback }]) => {
    const value = values[name as keyof LocalOptions]; // entries() forgets the names
    const same = Array.isArray(value) ? value.length === 0 : value === fallback;
    return same ? [] : [flags.split(' ')[0] ?? flags];
  });
}

function parseTolerance(given: string, source: string): Tolerance {
  const parts = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(%?)$/.exec(given.trim());
  const amount = Number(parts?.[1]);
  if (!parts || !Number.isFinite(amount)) {
    throw new UsageError(
      `${source}: '${given}' is not a tolerance`,
      'it is an amount such as 0.01, or a part of what is expected such as 0.5%',
    );
  }
  return parts[2] === '%' ? { part: amount / 100 } : { amount };
}
