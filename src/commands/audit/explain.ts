import { type Code, codeInfo, codeNames } from '../../diagnosis/codes.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { readAuditReport } from '../saved/report.ts';

/** `audit explain`: a finding code, or a finding of a saved report. */
export const auditExplain = defineCommand({
  description:
    'What a finding means, how to confirm it and what to do about it. A code needs no server; the id\n' +
    'of a finding is looked up in the report that --from names.',
  examples: [
    'kc-etl audit explain disk-without-asset',
    'kc-etl audit explain missing-day:2026-11-23 --from audit.json',
    'kc-etl audit explain unexplained -o json',
  ],
  options: {},
  prints: 'explanation',
  run: explain,
});

async function explain(
  _values: object,
  { globals, deps }: Context,
  [wanted]: readonly string[],
): Promise<Outcome> {
  if (wanted === undefined) {
    throw new UsageError('audit explain: no finding or code was given', codesHint);
  }
  const finding = globals.from === null ? null : await savedFinding(wanted, globals.from, deps);
  const code = finding?.code ?? codeOf(wanted);
  return {
    result: { kind: 'explanation', code, info: codeInfo(code), finding },
    exitCode: 0,
    notes:
      finding === null && wanted !== code
        ? [`this is about the code ${code}; add --from <report.json> for the values of the finding`]
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

/** The finding of a report with an id, or the first one with a code. */
async function savedFinding(
  wanted: string,
  path: string,
  deps: Context['deps'],
): Promise<Finding | null> {
  const { findings } = await readAuditReport(path, '--from', deps);
  const found =
    findings.find(({ id }) => id === wanted) ?? findings.find(({ code }) => code === wanted);
  if (found !== undefined || !wanted.includes(':')) return found ?? null;
  const known = findings.map(({ id }) => id).join(', ') || 'none';
  throw new UsageError(`audit explain: ${path} has no finding '${wanted}'`, `it has ${known}`);
}
