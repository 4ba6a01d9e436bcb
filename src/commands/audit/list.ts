import { auditsOf } from '../../audits/server/audit-sets.ts';
import { type AuditType, serverAuditTypes } from '../../audits/types.ts';
import type { OptionSet, Values } from '../../config/option.ts';
import type { Client } from '../../kubecost/client.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { diagnoseServerAudits } from './diagnosis.ts';
import { displayOptions, gateOptions, selectionOptions } from './options.ts';
import { auditOutcome } from './outcome.ts';
import type { SavedAudits } from './saved-audits.ts';
import { readAuditSets } from './server-source.ts';

const options = {
  ...selectionOptions,
  ...displayOptions,
  ...gateOptions('never'),
  auditStore: storeOption,
  server: serverOption,
} satisfies OptionSet;

const listOptions = {
  ...options,
  check: flag({
    flags: '--check',
    description: 'name every damaged file of the AuditStore, and exit 3 where there is one',
  }),
} satisfies OptionSet;

/** `audit list`: the AuditSets the server holds. */
export const auditList = defineCommand({
  examples: [
    'kc-etl audit --window 7d',
    'kc-etl audit list --type cluster-equality --status failed',
    'kc-etl audit list -o json --fail-on failed',
  ],
  options: listOptions,
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
  const request = await parseWindowOption(values, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const client = await context.connect();
  const window = await resolveWindow(request, () => [client], context);
  const progress = await context.reporter.progress('reading the AuditSets');
  const span = window?.span ?? null;
  const { audits, engine, server, findings } = await (client.saved === undefined
    ? serverAudits(client, window?.query ?? null, { types: values.type, context })
    : import('./saved-audits.ts').then(({ savedAudits }) => savedAudits(client, values.type, span))
  ).finally(progress.stop);
  if (audits.length === 0) {
    await context.reporter.note(
      'the server has no AuditSet for this window; compute the audits with: kc-etl audit run --window 7d',
    );
  }
  const outcome = auditOutcome(audits, {
    kind,
    findings,
    server,
    engine,
    view: { ...values, statuses: values.status },
    failOn: values.failOn,
    strict: values.strict,
    acceptance,
  });
  if (kind === 'differences' && audits.length > 0 && !hasEntries(outcome)) {
    const hidden = audits.reduce((sum, a) => sum + a.differences.length + a.missing.length, 0);
    const all = `${audits.length} audits`;
    await context.reporter.note(
      hidden > 0
        ? `nothing to show: --status or --min-delta hides what ${all} found (${hidden})`
        : `no difference in ${all}`,
    );
  }
  return outcome;
}

async function serverAudits(
  client: Client,
  window: string | null,
  { types: wanted, context }: { readonly types: readonly AuditType[]; readonly context: Context },
): Promise<SavedAudits> {
  const { sets } = await readAuditSets(client, window);
  const types: readonly AuditType[] = wanted.length > 0 ? wanted : serverAuditTypes;
  const diagnosis = await diagnoseServerAudits(auditsOf(sets, types), client, context);
  return { ...diagnosis, engine: 'server', server: client.server };
}

function hasEntries({ result }: Outcome): boolean {
  return result.kind === 'differences' && result.entries.length > 0;
}
