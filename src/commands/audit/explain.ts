import { type Code, codeInfo, codeNames } from '../../diagnosis/codes.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { readAuditReport } from '../saved/report.ts';
import { refuseServer, serverOption, storeOf, storeOption } from './store-options.ts';

interface ExplainValues {
  readonly auditStore: string | null;
  readonly server: string | null;
}

/** `audit explain`: a finding code, or a finding of a saved report or an AuditStore. */
export const auditExplain = defineCommand({
  description:
    'What a finding means, how to confirm it and what to do about it. A code needs no server; the id\n' +
    'of a finding is looked up in the report that --from names, or in an AuditStore.',
  examples: [
    'kc-etl audit explain disk-without-asset',
    'kc-etl audit explain missing-day:2026-11-23 --from audit.json',
    'kc-etl audit explain missing-day:2026-11-23 --audit-store ./audits',
    'kc-etl audit explain unexplained -o json',
  ],
  options: { auditStore: storeOption, server: serverOption },
  prints: 'explanation',
  run: explain,
});

async function explain(
  values: ExplainValues,
  context: Context,
  [wanted]: readonly string[],
): Promise<Outcome> {
  if (wanted === undefined) {
    throw new UsageError('audit explain: no finding or code was given', codesHint);
  }
  const { finding, warnings } = await findingOf(wanted, values, context);
  const code = finding?.code ?? codeOf(wanted);
  return {
    result: { kind: 'explanation', code, info: codeInfo(code), finding },
    exitCode: 0,
    warnings,
    notes:
      finding === null && wanted !== code
        ? [
            `this is about the code ${code}; add --from <report.json> or --audit-store <dir> for the values of the finding`,
          ]
        : [],
  };
}

const codesHint = `the codes are ${codeNames.join(', ')}`;

/** The code that an id begins with, or that is named. */
function codeOf(wanted: string): Code {
  const [name = ''] = wanted.split(':');
  const code = codeNames.find((one) => one === name.toLowerCase());
  if (code !== undefined) return code;
  const near = nearest(name, codeNames);
  const suggestion = near === null ? '' : `; did you mean ${near}?`;
  throw new UsageError(`audit explain: '${name}' is not a finding code${suggestion}`, codesHint);
}

interface Found {
  /** Null where only the code is known. */
  readonly finding: Finding | null;
  /** Damaged files of an AuditStore. */
  readonly warnings: readonly string[];
}

/** The finding, from a report or an AuditStore; one on the command line takes precedence. */
async function findingOf(wanted: string, values: ExplainValues, context: Context): Promise<Found> {
  const { globals, deps, cliOptions } = context;
  const dir = storeOf(values.auditStore, cliOptions, ['from']);
  if (dir !== null && globals.from !== null && cliOptions.has('from')) refuseServer(cliOptions);
  if (dir !== null) {
    const { readStoredAudits } = await import('./stored-audits.ts');
    const selection = { server: values.server, types: [], span: null };
    const { findings, damagedFiles } = await readStoredAudits(dir, selection, context);
    return { finding: select(wanted, findings, dir), warnings: damagedFiles };
  }
  if (cliOptions.has('server')) {
    throw new UsageError('--server needs an AuditStore', 'add --audit-store <dir>');
  }
  if (globals.from === null) return { finding: null, warnings: [] };
  const { findings } = await readAuditReport(globals.from, '--from', deps);
  return { finding: select(wanted, findings, globals.from), warnings: [] };
}

/**
 * The finding with an id, or the first one with a code.
 *
 * @param path of what has the findings
 */
function select(wanted: string, findings: readonly Finding[], path: string): Finding | null {
  const found =
    findings.find(({ id }) => id === wanted) ?? findings.find(({ code }) => code === wanted);
  if (found !== undefined || !wanted.includes(':')) return found ?? null;
  const known = findings.map(({ id }) => id).join(', ') || 'none';
  throw new UsageError(`audit explain: ${path} has no finding '${wanted}'`, `it has ${known}`);
}
