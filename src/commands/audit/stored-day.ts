import type { CollectedWindow } from '../../audits/local/evidence/evidence-log.ts';
import type { WindowResult } from '../../audits/local/run.ts';
import { settlingTime } from '../../audits/local/settling.ts';
import { auditsVersion } from '../../audits/local/version.ts';
import type { ErrorEvent } from '../../diagnosis/context.ts';
import type { Product } from '../../kubecost/product.ts';
import type { StoredDay, StoredOptions, Totals } from '../../store/schema.ts';
import { windowOf } from '../../time.ts';
import { version } from '../../version.ts';
import type { Context } from '../command.ts';
import { connectionOptions } from '../pasted-command.ts';
import type { LocalOptions } from './local-options.ts';

/** What a stored day has besides the result of its audits. */
interface DayContext {
  readonly server: StoredDay['server'];
  readonly options: StoredOptions;
  readonly product: Product;
  readonly context: Context;
  readonly totals: Totals;
  readonly metricsRetention: number | null;
  readonly errors: readonly ErrorEvent[];
}

/** An evaluated day as an AuditStore keeps it. */
export function storedDay(
  { window, audits, presence, failures }: WindowResult,
  { summary, evidence }: CollectedWindow,
  { server, options, product, context, totals, metricsRetention, errors }: DayContext,
): StoredDay {
  const { span: _, ...shown } = presence;
  const now = context.deps.clock.now();
  const isOld = now - presence.span.end >= settlingTime('bills', product.name);
  const isRebuilt = audits.some(({ description }) => description.startsWith(beingRebuilt));
  return {
    schemaVersion: 1,
    kind: 'AuditSet',
    server,
    connection: connectionOptions(context.cliOptions),
    options,
    window: windowOf(window.span),
    kcEtl: version,
    auditsVersion,
    storedAt: new Date(now).toISOString(),
    settled: isOld && !isRebuilt && failures.length === 0,
    totals,
    audits: [...audits],
    presence: {
      ...shown,
      unknown: [...shown.unknown],
      empty: [...shown.empty],
      clusters: [...shown.clusters],
      neighbours: {
        ...shown.neighbours,
        wholeBefore: shown.neighbours.wholeBefore && [...shown.neighbours.wholeBefore],
        wholeAfter: shown.neighbours.wholeAfter && [...shown.neighbours.wholeAfter],
      },
    },
    clusters: [...(summary?.clusters ?? [])].map(([cluster, costs]) => ({ cluster, ...costs })),
    nodes: [...(summary?.nodes ?? [])].map(([node, cost]) => ({ node, ...cost })),
    metricsRetention,
    evidence: evidence as StoredDay['evidence'], // the same but for arrays that nobody changes
    errors: [...errors],
  };
}

/** First words of the description of an audit whose two looks at the store differ. */
const beingRebuilt = 'the store is being rebuilt';

/** The options of a run that decide what a stored day has. */
export function storedOptions(
  values: LocalOptions & { readonly type: readonly string[] },
): StoredOptions {
  const { tolerance } = values;
  return {
    types: [...values.type],
    step: values.step,
    cluster: values.cluster,
    aggregate: [...values.aggregate],
    tolerance: tolerance === null ? null : JSON.stringify(tolerance),
    costMetric: values.costMetric,
  };
}
