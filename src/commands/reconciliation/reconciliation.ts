import { windowsOf } from '../../audits/local/windows.ts';
import { choices, type OptionSet, text, type Values } from '../../config/option.ts';
import { DataError, exitCodes, UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { plural } from '../../output/format.ts';
import { reconciliationReport } from '../../reconciliation/report.ts';
import type { ReconciliationReport } from '../../reconciliation/schema.ts';
import { stateNames } from '../../reconciliation/states.ts';
import { formatTime, type Span } from '../../time.ts';
import { costMetricOption } from '../audit/local-options.ts';
import { recheckOption, rerunOption, storeOf } from '../audit/store-options.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow, windowOptions } from '../window-option.ts';
import { type EvaluatedDays, evaluateDays } from './evaluate.ts';

const defaultWindow = '30d';

const options = {
  ...windowOptions,
  window: { ...windowOptions.window, fallbackText: defaultWindow },
  cluster: text({ flags: '--cluster <id>', description: 'only this cluster' }),
  failOn: choices(
    {
      flags: '--fail-on <state>',
      description: 'exit 1 when a day has one of these states',
      scope: 'reconciliation',
    },
    stateNames,
  ),
  costMetric: costMetricOption,
  auditStore: text({
    flags: '--audit-store <dir>',
    description:
      'keep the settled days that are reconciled, or never will be, in this directory;\n' +
      'they are not requested again',
  }),
  rerun: rerunOption,
  recheck: recheckOption,
} satisfies OptionSet;

/** `reconciliation`: which days are reconciled with the cloud bill. */
export const reconciliationCommand = defineCommand({
  description:
    'The state of each day, cluster and provider: reconciled, partial, pending (the bill can still\n' +
    'arrive), late (72 h after the end of the day and no bill applied) or never (no billing is\n' +
    'configured, or the product does not reconcile). A day counts as reconciled only where every node\n' +
    'costs what its bill line says and its allocations follow; neither the age of a day nor an\n' +
    'adjustment of 0 decides. A day whose evidence could not be read is unknown (exit 3).',
  examples: [
    'kc-etl reconciliation',
    'kc-etl reconciliation --window "30d settled" --fail-on late',
    'kc-etl reconciliation --window lastmonth --fail-on late,partial',
    'kc-etl reconciliation -o json | jq -r \'.days[] | select(.state != "reconciled") | .window.start\'',
    'kc-etl reconciliation --window 90d --audit-store ./audits',
    'kc-etl reconciliation -o prometheus > /var/lib/node_exporter/kc_etl_reconciliation.prom',
  ],
  options,
  prints: 'reconciliation',
  run: reconciliation,
});

async function reconciliation(values: Values<typeof options>, context: Context): Promise<Outcome> {
  const request = await parseWindowOption(
    {
      since: values.since,
      window: values.window ?? (values.since === null ? defaultWindow : null),
    },
    context,
  );
  const dir = storeOf(values.auditStore, context.cliOptions, ['demo', 'from']);
  const needing = ['rerun', 'recheck'].find((name) => context.cliOptions.has(name));
  if (dir === null && needing !== undefined) {
    throw new UsageError(`--${needing} needs an AuditStore`, 'add --audit-store <dir>');
  }
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const spans = window ? windowsOf(window.span, '1d') : [];
  const evaluated = await evaluateSpans(client, spans, { ...values, dir }, context);
  const { cluster } = values;
  const isShown = (one: { readonly cluster: string | null }) =>
    cluster === null || one.cluster === null || one.cluster === cluster;
  const report = reconciliationReport(
    {
      days: evaluated.days.filter(isShown),
      unavailable: evaluated.unavailable.filter(isShown),
    },
    { server: client.server, query: { window: window?.query ?? defaultWindow } },
    values.failOn.length > 0 ? values.failOn : null,
  );
  if (report.days.length === 0 && report.unavailable.length === 0) {
    const of = cluster === null ? '' : ` of cluster ${cluster}`;
    throw new DataError(
      `${client.server} has no node assets${of} in this window`,
      'choose a --window that has data; kc-etl events coverage shows which days exist',
    );
  }
  return {
    result: { kind: 'reconciliation', report },
    exitCode: exitCodeOf(report),
    ...(report.gate || report.unavailable.length > 0 ? { verdict: verdictOf(report) } : {}),
    notes: notesOf(evaluated),
  };
}

/** What is left out of the report. */
function notesOf({ beforeStore, begun }: EvaluatedDays): string[] {
  return [
    ...(beforeStore > 0
      ? [`${plural(beforeStore, 'day')} before the first day of the asset store left out`]
      : []),
    ...begun.map(
      (start) =>
        `${formatTime(start).slice(0, 10)} left out: it is not over, and the asset store has no nodes of it yet`,
    ),
  ];
}

async function evaluateSpans(
  client: Client,
  spans: readonly Span[],
  {
    dir,
    rerun,
    recheck,
    costMetric: metric,
  }: Values<typeof options> & { readonly dir: string | null },
  context: Context,
): Promise<EvaluatedDays> {
  if (dir === null) return evaluateDays(client, spans, { metric }, context);
  const { evaluateWithStore } = await import('./stored-days.ts');
  return evaluateWithStore(client, spans, { dir, metric, rerun, recheck }, context);
}

function exitCodeOf({ gate, unavailable }: ReconciliationReport): number {
  if (gate?.passed === false) return exitCodes.gate.code;
  return unavailable.length > 0 ? exitCodes.data.code : exitCodes.ok.code;
}

function verdictOf({ gate, summary }: ReconciliationReport): string {
  const counts = [...stateNames, 'unavailable' as const]
    .filter((state) => summary[state] > 0)
    .map((state) => `${summary[state]} ${state}`)
    .join(', ');
  if (gate === null) return counts;
  const word = gate.passed === null ? 'undecided' : gate.passed ? 'passed' : 'failed';
  return `gate ${word} (${gate.failOn.join(', ')}): ${counts}`;
}
