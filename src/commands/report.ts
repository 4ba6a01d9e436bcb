import { selectDifferences } from '../audits/selection.ts';
import type { OptionSet, Values } from '../config/option.ts';
import type { AuditReport } from '../diagnosis/report.ts';
import { UsageError } from '../errors.ts';
import { displayOptions } from './audit/options.ts';
import { showFindings } from './audit/shown-findings.ts';
import { serverOption, storeOption } from './audit/store-options.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import { readAuditReport } from './saved/report.ts';

const options = {
  ...displayOptions,
  auditStore: storeOption,
  server: serverOption,
} satisfies OptionSet;

/** `report`: a saved report in another format, with the verdict it was saved with. */
export const reportCommand = defineCommand({
  description:
    'Renders a report that was saved with -o json, as often and in as many formats as you like.\n' +
    'No server is contacted; the verdict is the one that was saved.',
  examples: [
    'kc-etl report audit.json',
    'kc-etl report audit.json -o html > audit.html',
    'kc-etl report audit.json --report junit=audit.xml --report sarif=audit.sarif',
    'kc-etl report --audit-store ./audits -o html > audits.html',
    'gunzip -c audit.json.gz | kc-etl report - --sort relative --top 20',
  ],
  options,
  prints: 'audits',
  run: render,
});

async function render(
  values: Values<typeof options>,
  context: Context,
  [file]: readonly string[],
): Promise<Outcome> {
  const { deps, reporter } = context;
  const dir = file === undefined ? values.auditStore : null;
  if (file !== undefined && context.cliOptions.has('audit-store')) {
    throw new UsageError('report takes a file or --audit-store, not both', 'leave one of them out');
  }
  if (dir !== null) return renderStore(dir, values, context);
  if (file === undefined) {
    throw new UsageError(
      'report: no file was given',
      'kc-etl report <saved.json>, - for stdin, or --audit-store <dir>',
    );
  }
  const saved = await readAuditReport(file, 'report', deps);
  if (isPartOf(saved)) {
    await reporter.note('this report was saved with --status: it counts more audits than it shows');
  }
  const selected = selectDifferences(saved.audits, { ...values, statuses: values.status });
  const { findings, audits, entries, notes } = showFindings(
    { ...selected, findings: saved.findings },
    values.finding,
  );
  const report = { ...saved, audits, findings };
  return {
    result: { kind: 'audits', report, entries, asFindings: values.findings },
    exitCode: 0,
    notes,
  };
}

/** Everything that an AuditStore holds of a server. */
async function renderStore(
  dir: string,
  values: Values<typeof options>,
  context: Context,
): Promise<Outcome> {
  const [{ readStoredAudits }, { auditOutcome }] = await Promise.all([
    import('./audit/stored-audits.ts'),
    import('./audit/outcome.ts'),
  ]);
  const stored = await readStoredAudits(
    dir,
    { server: values.server, types: [], span: null },
    context,
  );
  const { audits, damagedFiles, ...about } = stored;
  const outcome = auditOutcome(audits, {
    kind: 'audits',
    ...about,
    view: { ...values, statuses: values.status },
    failOn: 'never',
    strict: false,
  });
  return { ...outcome, warnings: [...(outcome.warnings ?? []), ...damagedFiles] };
}

function isPartOf({ audits, summary }: AuditReport): boolean {
  const counted = Object.values(summary).reduce((total, count) => total + count, 0);
  return counted > audits.length;
}
