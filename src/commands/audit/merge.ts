import type { OptionSet, Values } from '../../config/option.ts';
import type { ReportAcceptance } from '../../diagnosis/accepted.ts';
import { DataError, UsageError } from '../../errors.ts';
import { productText } from '../../kubecost/product.ts';
import { spanOf } from '../../store/diagnose-days.ts';
import { type Merged, type MergedServer, mergedServers, mergeInputs } from '../../store/merge.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { readAcceptance } from './acceptance.ts';
import { readMergeInputs } from './merge-inputs.ts';
import { openAuditStore, seriesOf, serverNames } from './open-store.ts';
import { displayOptions, gateOptions } from './options.ts';
import { auditOutcome } from './outcome.ts';
import { mergedStoreOption, serverOption } from './store-options.ts';
import { storedReport } from './stored-report.ts';

const options = {
  ...displayOptions,
  ...gateOptions('failed'),
  auditStore: mergedStoreOption,
  server: serverOption,
} satisfies OptionSet;

const incomplete = 'the inputs are not complete';

type MergeValues = Values<typeof options>;

/** `audit merge`: the shards of a run as the report of one run. */
export const auditMerge = defineCommand({
  description:
    'Merges AuditStores and the JSON reports of shards into the report of a run that was not\n' +
    'sharded. A day that is missing, or that two inputs have with different content, is named, and\n' +
    'nothing is merged (exit 3).',
  examples: [
    'kc-etl audit merge shard-*.json --report html=audit.html',
    'kc-etl audit merge ./audits',
    'kc-etl audit merge ./shard-1 ./shard-2 --audit-store ./audits',
  ],
  options,
  prints: 'audits',
  run: merge,
});

async function merge(
  values: MergeValues,
  context: Context,
  sources: readonly string[],
): Promise<Outcome> {
  if (sources.length === 0) {
    throw new UsageError(
      'audit merge: no AuditStore or report was given',
      'name AuditStores and reports of shards: kc-etl audit merge shard-*.json',
    );
  }
  const acceptance = await readAcceptance(values.baseline, context);
  const merged = mergeInputs(await readMergeInputs(sources, context.deps));
  refuse('the inputs contradict each other', merged.contradictions);
  const servers = mergedServers(merged, (days) => seriesOf({ days, damaged: [] }, null).days);
  refuse(
    incomplete,
    servers.flatMap(({ missing }) => missing),
  );
  // a variable or profile that names a store says where runs write, not what a merge changes
  const isNamed = context.cliOptions.has('audit-store');
  if (isNamed && values.auditStore !== null) await writeAll(values.auditStore, merged);
  const { notes } = seriesOf({ days: merged.days, damaged: [] }, values.server);
  for (const note of notes) await context.reporter.note(note);
  return reportOf(chosen(servers, values.server), values, { context, acceptance });
}

/** At most this many units are named. */
const maxNamed = 10;

/** @throws DataError that names the units, where there are any */
function refuse(problem: string, units: readonly string[]): void {
  if (units.length === 0) return;
  const rest = units.length - maxNamed;
  const more = rest > 0 ? `; and ${rest} more` : '';
  throw new DataError(
    `audit merge: ${problem}: ${units.slice(0, maxNamed).join('; ')}${more}`,
    problem === incomplete
      ? 'run the missing shards again, or name their AuditStores or reports as well'
      : 'leave out the input that is out of date, or run its shard again; nothing was merged',
  );
}

/** The server to report on; the names have been checked. */
function chosen(servers: readonly MergedServer[], name: string | null): MergedServer {
  const [own] = servers.filter(
    ({ days: [first] }) => first && (name === null || serverNames(first).includes(name)),
  );
  if (own) return own;
  throw new DataError(
    'audit merge: the inputs hold no AuditSet',
    'write one with: kc-etl audit run --audit-store <dir>',
  );
}

function reportOf(
  { days, starts, plan }: MergedServer,
  values: MergeValues,
  { context, acceptance }: { readonly context: Context; readonly acceptance: ReportAcceptance },
): Outcome {
  const shown = new Set(starts);
  const windows = days.filter(({ window }) => shown.has(window.start)).map(spanOf);
  const { audits, ...found } = storedReport(days, windows, context.deps.clock.now());
  const newest = days.at(-1)?.server;
  return auditOutcome(audits, {
    kind: 'audits',
    ...found,
    server: plan?.url ?? newest?.address ?? null,
    engine: 'local',
    ...(newest && { product: productText({ name: newest.product, version: newest.version }) }),
    view: { ...values, statuses: values.status },
    failOn: values.failOn,
    strict: values.strict,
    acceptance,
  });
}

/** Writes every unit, and the plans: the store can be merged again. */
async function writeAll(dir: string, { days, plans }: Merged): Promise<void> {
  const store = await openAuditStore(dir, 'write');
  for (const day of days) await store.write(day);
  for (const plan of plans) await store.writePlan(plan);
}
