import { choice, duration, flag, type OptionSet, type Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { ResolvedWindow } from '../../kubecost/window.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { serversOptions } from '../servers/options.ts';
import { readServers } from '../servers/servers.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { chooseEngine, refuseUnsupported } from './engine.ts';
import { localOptions } from './local-options.ts';
import { localOutcome } from './local-outcome.ts';
import type { OnlyReconciled } from './only-reconciled.ts';
import { displayOptions, gateOptions, selectionOptions } from './options.ts';
import { serverOutcome } from './server-outcome.ts';

const options = {
  ...selectionOptions,
  ...displayOptions,
  ...gateOptions('failed'),
  engine: choice(
    {
      flags: '--engine <engine>',
      description: 'what computes the audits; auto: the server if it can, otherwise kc-etl',
      fallback: 'auto',
    },
    ['auto', 'server', 'local'],
  ),
  commit: flag({
    flags: '--commit',
    description: 'confirm a run over everything, without --window',
  }),
  wait: flag(
    { flags: '--no-wait', description: 'start the audits and do not wait for them' },
    true,
  ),
  waitTimeout: duration({
    flags: '--wait-timeout <duration>',
    description: 'how long to wait for the audits',
    fallback: 600_000,
    fallbackText: '10m',
  }),
  onlyReconciled: flag({
    flags: '--only-reconciled',
    description: 'only days that are reconciled with the cloud bill (see: kc-etl reconciliation)',
  }),
  ...localOptions,
  ...serversOptions,
} satisfies OptionSet;

type RunOptions = Values<typeof options>;

/** `audit run`: audits of one or several servers, by the engine that can compute them. */
export const auditRun = defineCommand({
  examples: [
    'kc-etl audit run --type AuditClusterEquality --commit',
    'kc-etl audit run --window settled --fail-on warning',
    'kc-etl audit run --window 7d -o json | jq .gate.passed',
    'kc-etl audit run --engine local --window 7d --tolerance 0.5%',
    'kc-etl audit run --window "7d reconciled"',
    'kc-etl audit run --servers servers.txt --window "7d settled" --audit-store audits',
  ],
  options,
  prints: 'audits',
  run: runAudits,
});

async function runAudits(values: RunOptions, context: Context): Promise<Outcome> {
  refuseUnsupported(values);
  if (values.window === null && !values.commit) {
    throw new UsageError(
      'audit run: no window was given',
      'add --window <window>, or --commit to run the audits over everything',
    );
  }
  if (values.onlyReconciled && values.window === null) {
    throw new UsageError(
      '--only-reconciled needs a --window',
      'add one, such as --window 30d, or use --window "7d reconciled"',
    );
  }
  const servers = await readServers(values.servers, context);
  if (servers === null) return runOnOne(values, context);
  const { runOnServers } = await import('./run-servers.ts');
  const { serverConcurrency: limit, failOn, strict } = values;
  return runOnServers(
    { servers, limit, failOn, strict, run: (own) => runOnOne(values, own) },
    context,
  );
}

async function runOnOne(values: RunOptions, context: Context): Promise<Outcome> {
  const request = await parseWindowOption(values, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const choice = await chooseEngine(client, window, values, context);
  const reconciled =
    values.onlyReconciled && window !== null
      ? await reconciledDaysOf(client, window, values, context)
      : null;
  const days = reconciled?.days ?? null;
  if (choice.engine === 'local') {
    const product = reconciled?.product ?? window?.product;
    const own = { ...values, days, ...(product && { product }) };
    return localOutcome(client, window, own, { context, acceptance });
  }
  return serverOutcome(
    client,
    window,
    { ...values, days, before: choice.before },
    { context, acceptance },
  );
}

async function reconciledDaysOf(
  client: Client,
  { span, product }: ResolvedWindow,
  { cluster, costMetric }: RunOptions,
  context: Context,
): Promise<OnlyReconciled> {
  const { onlyReconciledDays } = await import('./only-reconciled.ts');
  return onlyReconciledDays(client, { span, product, cluster, metric: costMetric }, context);
}
