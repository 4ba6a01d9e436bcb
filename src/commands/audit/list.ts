import { auditsOf } from '../../audit/server.ts';
import { type AuditType, serverAuditTypes } from '../../audit/types.ts';
import type { OptionSet, Values } from '../../config/option.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { windowFrom } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { gateOptions, judgedOptions, shownOptions } from './options.ts';
import { auditOutcome } from './report.ts';
import { readAuditSets } from './server-audits.ts';

const options = {
  ...judgedOptions,
  ...shownOptions,
  ...gateOptions('never'),
} satisfies OptionSet;

/** `audit list`: the AuditSets the server holds. */
export const auditList = defineCommand({
  examples: [
    'kc-etl audit --window 7d',
    'kc-etl audit list --type cluster-equality --status failed',
    'kc-etl audit list -o json --fail-on failed',
  ],
  options,
  prints: 'audits',
  run: (values, context) => held('audits', values, context),
});

/** `audit diff`: the same audits, as the differences behind them. */
export const auditDiff = defineCommand({
  examples: [
    'kc-etl audit diff --window 7d --top 10',
    'kc-etl audit diff --min-delta 1 --sort relative',
    "kc-etl audit diff -o ndjson | jq -r '[.window.start, .type, .delta] | @tsv'",
  ],
  options,
  prints: 'differences',
  run: (values, context) => held('differences', values, context),
});

async function held(
  kind: 'audits' | 'differences',
  values: Values<typeof options>,
  context: Context,
): Promise<Outcome> {
  const window = await windowFrom(values.window, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const client = await context.connect();
  const progress = await context.talk.progress('reading the AuditSets');
  const { sets } = await readAuditSets(client, window?.query ?? null).finally(progress.stop);
  const types: readonly AuditType[] = values.type.length > 0 ? values.type : serverAuditTypes;
  const audits = auditsOf(sets, types);
  if (audits.length === 0) {
    await context.talk.note(
      'the server holds no AuditSet for this window; start one with: kc-etl audit run',
    );
  }
  const outcome = auditOutcome(audits, {
    kind,
    server: client.server,
    engine: 'server',
    view: { ...values, statuses: values.status },
    failOn: values.failOn,
    strict: values.strict,
    acceptance,
  });
  if (kind === 'differences' && audits.length > 0 && !hasFindings(outcome)) {
    const hidden = audits.reduce((sum, a) => sum + a.differences.length + a.missing.length, 0);
    const all = `${audits.length} audits`;
    await context.talk.note(
      hidden > 0
        ? `nothing to show: --status or --min-delta hides what ${all} found (${hidden})`
        : `no difference in ${all}`,
    );
  }
  return outcome;
}

function hasFindings({ result }: Outcome): boolean {
  return result.kind === 'differences' && result.findings.length > 0;
}
