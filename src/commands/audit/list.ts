import { auditsOf } from '../../audits/server/audit-sets.ts';
import { type AuditType, serverAuditTypes } from '../../audits/types.ts';
import { flag, type OptionSet, type Values } from '../../config/option.ts';
import type { Trend } from '../../diagnosis/trend.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Window } from '../../kubecost/window.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { pastedCommand } from '../pasted-command.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { diagnoseServerAudits } from './diagnosis.ts';
import { displayOptions, gateOptions, selectionOptions } from './options.ts';
import { auditOutcome } from './outcome.ts';
import type { SavedAudits } from './saved-audits.ts';
import { readAuditSets } from './server-source.ts';
import { refuseServer, serverOption, storedWindow, storeOf, storeOption } from './store-options.ts';

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

/** `audit list`: the AuditSets of a server or an AuditStore. */
export const auditList = defineCommand({
  examples: [
    'kc-etl audit --window 7d',
    'kc-etl audit list --type cluster-equality --status failed',
    'kc-etl audit list -o json --fail-on failed',
    'kc-etl audit list --audit-store ./audits --window 30d',
  ],
  options: listOptions,
  prints: 'audits',
  run: (values, context) => listAudits('audits', values, context),
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
  run: (values, context) => listAudits('differences', values, context),
});

async function listAudits(
  kind: 'audits' | 'differences',
  values: Values<typeof options> & { readonly check?: boolean },
  context: Context,
): Promise<Outcome> {
  const request = await parseWindowOption(values, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const dir = storeOf(values.auditStore, context.cliOptions, ['url', 'kube', 'demo', 'from']);
  assertStoreOptions(dir, context.cliOptions);
  const window =
    dir === null
      ? await resolveWindow(request, async () => [await context.connect()], context)
      : storedWindow(request, values.window);
  const progress = await context.reporter.progress('reading the AuditSets');
  const read =
    dir === null
      ? fromServer(values, window, context)
      : fromStore(dir, { ...values, span: window?.span ?? null }, context);
  const { audits, damagedFiles = [], outdated = [], ...about } = await read.finally(progress.stop);
  if (audits.length === 0) {
    await context.reporter.note(
      dir === null ? await noSets(context.cliOptions) : noStoredSets(dir),
    );
  }
  const outcome = auditOutcome(audits, {
    kind,
    ...about,
    view: { ...values, statuses: values.status },
    failOn: values.failOn,
    strict: values.strict,
    acceptance,
    ...(outdated.length > 0 ? { incompleteReason: 'the last evaluation of a day failed' } : {}),
    ...(damagedFiles.length > 0 ? { incompleteReason: 'files of the AuditStore are damaged' } : {}),
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
  const check = values.check === true;
  const all = dir !== null && check ? await allDamagedFiles(dir) : damagedFiles;
  return all.length === 0 ? outcome : withDamagedFiles(outcome, all, check);
}

async function noSets(cliOptions: Context['cliOptions']): Promise<string> {
  const command = await pastedCommand('audit run --window 7d', cliOptions);
  return `the server has no AuditSet for this window; compute the audits with: ${command}`;
}

function noStoredSets(dir: string): string {
  return `${dir} has no AuditSet for this window; evaluate some with: kc-etl audit run --audit-store ${dir} --window 7d`;
}

/** @throws UsageError for an option of an AuditStore without one, and for one together with a server */
function assertStoreOptions(dir: string | null, cliOptions: Context['cliOptions']): void {
  const needing = ['check', 'server'].find((name) => cliOptions.has(name));
  if (dir === null && needing !== undefined) {
    throw new UsageError(`--${needing} needs an AuditStore`, 'add --audit-store <dir>');
  }
  if (dir !== null) refuseServer(cliOptions);
}

type ListedAudits = SavedAudits & {
  readonly product?: string;
  readonly clusters?: readonly string[];
  /** Damaged files of an AuditStore. */
  readonly damagedFiles?: readonly string[];
  readonly outdated?: readonly object[];
  /** What is stored of the findings, also outside the window. */
  readonly trend?: Trend;
};

async function fromStore(
  dir: string,
  { server, type, span }: Values<typeof options> & { readonly span: Window['span'] | null },
  context: Context,
): Promise<ListedAudits> {
  const { readStoredAudits } = await import('./stored-audits.ts');
  return readStoredAudits(dir, { server, types: type, span }, context);
}

/** Includes files that concern no audit shown: of other servers, reconciliations and sharded runs. */
async function allDamagedFiles(dir: string): Promise<readonly string[]> {
  const stored = await import('./stored-audits.ts');
  return stored.allDamagedFiles(dir);
}

async function fromServer(
  { type }: Values<typeof options>,
  window: Window | null,
  context: Context,
): Promise<ListedAudits> {
  const client = await context.connect();
  if (client.saved === undefined) {
    return serverAudits(client, window?.query ?? null, { types: type, context });
  }
  const { savedAudits } = await import('./saved-audits.ts');
  return savedAudits(client, type, window?.span ?? null);
}

/** Damaged files that are named without `--check`. */
const maxDamagedFiles = 3;

/** An outcome that says which files are damaged; exit 3 with `--check`, unless the gate failed. */
function withDamagedFiles(
  outcome: Outcome,
  damagedFiles: readonly string[],
  check: boolean,
): Outcome {
  const shown = check ? damagedFiles : damagedFiles.slice(0, maxDamagedFiles);
  const rest = damagedFiles.length - shown.length;
  const more = rest > 0 ? [`and ${rest} more damaged files; audit list --check names them`] : [];
  const isFailed = outcome.exitCode === exitCodes.gate.code;
  return {
    ...outcome,
    warnings: [...(outcome.warnings ?? []), ...shown, ...more],
    exitCode: check && !isFailed ? exitCodes.data.code : outcome.exitCode,
  };
}

async function serverAudits(
  client: Client,
  window: string | null,
  { types: wanted, context }: { readonly types: readonly AuditType[]; readonly context: Context },
): Promise<SavedAudits> {
  const { sets } = await readAuditSets(client, window, context.cliOptions);
  const types: readonly AuditType[] = wanted.length > 0 ? wanted : serverAuditTypes;
  const diagnosis = await diagnoseServerAudits(auditsOf(sets, types), client, context);
  return { ...diagnosis, engine: 'server', server: client.server };
}

function hasEntries({ result }: Outcome): boolean {
  return result.kind === 'differences' && result.entries.length > 0;
}
