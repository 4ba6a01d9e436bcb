import type { Audit } from '../../audits/schema.ts';
import { auditTypeNames } from '../../audits/types.ts';
import type { ReportAcceptance } from '../../diagnosis/accepted.ts';
import { exitCodes } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Window } from '../../kubecost/window.ts';
import type { Context, Outcome } from '../command.ts';
import type { LocalRunValues } from './local-run.ts';
import { auditOutcome } from './outcome.ts';
import type { VerdictValues } from './verdict-values.ts';

type RunValues = LocalRunValues & VerdictValues;

/** A local run and its gate. A run in which a request failed exits 3, unless the gate failed. */
export async function localOutcome(
  client: Client,
  window: Window | null,
  values: RunValues,
  { context, acceptance }: { context: Context; acceptance: ReportAcceptance },
): Promise<Outcome> {
  const { runLocalAudits } = await import('./local-run.ts');
  const { audits, failures, ...about } = await runLocalAudits(client, window, values, context);
  const outcome = auditOutcome(audits, {
    kind: 'audits',
    ...about,
    server: client.server,
    engine: 'local',
    view: { ...values, statuses: values.status },
    failOn: values.failOn,
    strict: values.strict,
    acceptance,
    ...(failures.length > 0 ? { incompleteReason: 'not all of the data could be retrieved' } : {}),
  });
  if (failures.length === 0) return about.shard ? withoutVerdict(outcome) : outcome;
  const [first, ...more] = failures;
  const text = `not all of the data could be retrieved: ${first}`;
  return {
    ...outcome,
    warnings: [
      ...(outcome.warnings ?? []),
      more.length > 0 ? `${text} (and ${more.length} more)` : text,
      ...enoughFor(audits, failures),
    ],
    exitCode: outcome.exitCode === exitCodes.gate.code ? outcome.exitCode : exitCodes.data.code,
  };
}

/** A shard may have no day, or only days that are not settled: whether that is enough shows the merge. */
function withoutVerdict(outcome: Outcome): Outcome {
  return outcome.exitCode === exitCodes.data.code ? { ...outcome, exitCode: 0 } : outcome;
}

/** Which audits a recording that was made by another command is enough for. */
function enoughFor(audits: readonly Audit[], failures: readonly string[]): string[] {
  if (!failures.some((reason) => reason.startsWith('the recording '))) return [];
  const types = auditTypeNames.filter((type) =>
    audits.some((audit) => audit.type === type && audit.status !== 'Skipped'),
  );
  if (types.length === 0) return [];
  return [`the recording is enough for ${types.map((type) => `--type ${type}`).join(' ')}`];
}
