import type { Audit } from '../../audits/schema.ts';
import { runOnServer, type StoredSets } from '../../audits/server/run.ts';
import type { AuditType } from '../../audits/types.ts';
import { utcOffsetOf } from '../../costs/utc-offset.ts';
import type { ReportAcceptance } from '../../diagnosis/accepted.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Window } from '../../kubecost/window.ts';
import { isInDays } from '../../reconciliation/newest.ts';
import { day } from '../../time.ts';
import type { Context, Outcome } from '../command.ts';
import { diagnoseServerAudits } from './diagnosis.ts';
import { auditOutcome } from './outcome.ts';
import { auditSource } from './server-source.ts';
import type { VerdictValues } from './verdict-values.ts';

interface ServerRunValues extends VerdictValues {
  readonly type: readonly AuditType[];
  readonly commit: boolean;
  readonly wait: boolean;
  /** Milliseconds. */
  readonly waitTimeout: number;
  /** Starts of the only UTC days that are shown; null for all of the window. */
  readonly days: ReadonlySet<number> | null;
  /** The AuditSets before the run. */
  readonly before: StoredSets;
}

/** Audits that the server computes, and their gate; without waiting nothing gates. */
export async function serverOutcome(
  client: Client,
  window: Window | null,
  values: ServerRunValues,
  { context, acceptance }: { readonly context: Context; readonly acceptance: ReportAcceptance },
): Promise<Outcome> {
  const { message, audits } = await startAndWait(client, window, values, context);
  const { days } = values;
  const shown = days === null ? audits : audits.filter((audit) => isAuditOf(audit, days));
  if (window !== null) await noteServerDays(shown, context);
  const diagnosis = await diagnoseServerAudits(shown, client, context);
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

async function startAndWait(
  client: Client,
  window: Window | null,
  { type, commit, wait, waitTimeout, before }: ServerRunValues,
  { cliOptions, deps, reporter }: Context,
): ReturnType<typeof runOnServer> {
  const { clock, signal } = deps;
  const progress = await reporter.progress('waiting for the audits');
  return runOnServer(
    auditSource(client, window?.query ?? null, { commit, cliOptions }),
    {
      types: type,
      range: window?.span ?? null,
      before,
      waitTimeout: wait ? waitTimeout : null,
    },
    {
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms, signal),
      onProgress: progress.update,
      onRetry: (error) => reporter.warn(`${error.message}; retrying`),
    },
  ).finally(progress.stop);
}

function isAuditOf({ window }: Audit, days: ReadonlySet<number>): boolean {
  return isInDays({ start: Date.parse(window.start), end: Date.parse(window.end) }, days);
}

/** A note where the server's days are not those of UTC: those that the window touches are audited whole. */
async function noteServerDays(audits: readonly Audit[], { reporter }: Context): Promise<void> {
  const starts = [...new Set(audits.map(({ window }) => Date.parse(window.start)))];
  const offsets = starts.map((start) => utcOffsetOf({ start, end: start + day }));
  const offset = offsets.find((one) => one !== null);
  if (offset === undefined) return;
  const overlapping =
    starts.length === 1
      ? 'one of them overlaps --window and is audited whole'
      : `${starts.length} of them overlap --window and are audited whole`;
  await reporter.note(`the server's days begin at midnight of ${offset}: ${overlapping}`);
}
