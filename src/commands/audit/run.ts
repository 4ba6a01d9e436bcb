import { runOnServer } from '../../audits/server/run.ts';
import { choice, duration, flag, type OptionSet, type Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { diagnoseServerAudits } from './diagnosis.ts';
import { chooseEngine, refuseUnsupported } from './engine.ts';
import { localOptions } from './local-options.ts';
import { localOutcome } from './local-outcome.ts';
import { displayOptions, gateOptions, selectionOptions } from './options.ts';
import { auditOutcome } from './outcome.ts';
import { auditSource } from './server-source.ts';

const options = {
  ...selectionOptions,
  ...displayOptions,
  ...gateOptions('failed'),
  engine: choice(
    {
      flags: '--engine <engine>',
      description: 'who computes the audits; auto: the server where it can, else kc-etl',
      fallback: 'auto',
    },
    ['auto', 'server', 'local'],
  ),
  commit: flag({ flags: '--commit', description: 'confirms a run over everything' }),
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
  ...localOptions,
} satisfies OptionSet;

type RunOptions = Values<typeof options>;

/** `audit run`: starts audits on the server, waits until they ran, and judges them. */
export const auditRun = defineCommand({
  examples: [
    'kc-etl audit run --type AuditClusterEquality --commit',
    'kc-etl audit run --window yesterday --fail-on warning',
    'kc-etl audit run --window 7d -o json | jq .gate.passed',
    'kc-etl audit run --engine local --window 7d --tolerance 0.5%',
  ],
  options,
  prints: 'audits',
  run: runAudits,
});

async function runAudits(values: RunOptions, context: Context): Promise<Outcome> {
  refuseUnsupported(values);
  if (values.window === null && !values.commit) {
    throw new UsageError(
      'audit run: over which window?',
      'add --window <window>, or --commit to run the audits over everything',
    );
  }
  const request = await parseWindowOption(values.window, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const choice = await chooseEngine(client, window, values, context);
  if (choice.engine === 'local') {
    return localOutcome(client, window, values, { context, acceptance });
  }
  const progress = await context.reporter.progress('waiting for the audits');
  const { clock, signal } = context.deps;
  const { message, audits } = await runOnServer(
    auditSource(client, window?.query ?? null, values.commit),
    {
      types: values.type,
      range: window?.span ?? null,
      before: choice.before,
      waitTimeout: values.wait ? values.waitTimeout : null,
    },
    {
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms, signal),
      onProgress: progress.update,
      onRetry: (error) => context.reporter.warn(`${error.message}; retrying`),
    },
  ).finally(progress.stop);
  const diagnosis = await diagnoseServerAudits(audits, client, context);
  return auditOutcome(diagnosis.audits, {
    kind: 'audits',
    findings: diagnosis.findings,
    server: client.server,
    engine: 'server',
    message,
    view: { ...values, statuses: values.status },
    failOn: values.wait ? values.failOn : 'never',
    strict: values.strict,
    acceptance,
  });
}
