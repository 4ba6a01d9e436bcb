import { type OptionSet, text, type Values } from '../../config/option.ts';
import { matchesFinding } from '../../diagnosis/select.ts';
import type { Trend } from '../../diagnosis/trend.ts';
import { UsageError } from '../../errors.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { parseWindowOption } from '../window-option.ts';
import { selectionOptions } from './options.ts';
import { refuseServer, serverOption, storedWindow, storeOption } from './store-options.ts';

const options = {
  ...selectionOptions,
  finding: text({
    flags: '--finding <id|code>',
    description: 'show only this finding, or findings with this code',
  }),
  auditStore: storeOption,
  server: serverOption,
} satisfies OptionSet;

/** `audit trend`: findings and audits by day, from an AuditStore. */
export const auditTrend = defineCommand({
  description:
    'The amount of each finding and the status of each audit by day, over all days that an AuditStore\n' +
    'holds. A day that is not stored is shown as not stored.',
  examples: [
    'kc-etl audit trend --audit-store ./audits',
    'kc-etl audit trend --audit-store ./audits --finding disk-without-asset --window 30d',
    'kc-etl audit trend --audit-store ./audits -o html > trend.html',
  ],
  options,
  prints: 'trend',
  run: showTrend,
});

async function showTrend(values: Values<typeof options>, context: Context): Promise<Outcome> {
  const dir = values.auditStore;
  if (dir === null) {
    throw new UsageError(
      'audit trend: no AuditStore was given',
      'add --audit-store <dir>; audit run --audit-store <dir> writes one',
    );
  }
  refuseServer(context.cliOptions);
  const request = await parseWindowOption(values, context);
  const range = storedWindow(request, values.window)?.span ?? null;
  const progress = await context.reporter.progress('reading the AuditSets');
  const { readStoredTrend } = await import('./stored-audits.ts');
  const { trend, server, damagedFiles } = await readStoredTrend(
    dir,
    { server: values.server, types: values.type, span: range },
    context,
  ).finally(progress.stop);
  const shown = ofFinding(trend, values.finding);
  return {
    result: { kind: 'trend', trend: shown, server, range },
    exitCode: 0,
    notes: notesOf({ trend, shown, wanted: values.finding, dir }),
    warnings: damagedFiles,
  };
}

/** The findings that `--finding` names, and the audits that they explain or block. */
function ofFinding(trend: Trend, wanted: string | null): Trend {
  if (wanted === null) return trend;
  const { report, findings } = trend;
  const isShown = findings.map((finding) => matchesFinding(finding, wanted));
  const own = findings.filter((_, i) => isShown[i]);
  const types = new Set(
    own.flatMap(({ explains, blocks }) => [...explains, ...blocks].map(({ type }) => type)),
  );
  return {
    ...trend,
    findings: own,
    report: {
      ...report,
      findings: report.findings.filter((_, i) => isShown[i]),
      audits: report.audits.filter(({ type }) => types.has(type)),
    },
  };
}

interface Shown {
  readonly trend: Trend;
  readonly shown: Trend;
  readonly wanted: string | null;
  readonly dir: string;
}

function notesOf({ trend, shown, wanted, dir }: Shown): string[] {
  if (trend.windows.length === 0) {
    return [
      `${dir} has no AuditSet for this window; evaluate some with: kc-etl audit run --audit-store ${dir} --window 7d`,
    ];
  }
  if (wanted === null || shown.findings.length > 0) return [];
  const known = trend.findings.map(({ id }) => id).join(', ');
  const others = known === '' ? 'there are none' : `the findings are ${known}`;
  return [`--finding: no finding matches '${wanted}'; ${others}`];
}
