import { selectDifferences } from '../audits/selection.ts';
import type { Values } from '../config/option.ts';
import type { AuditReport } from '../diagnosis/report.ts';
import { UsageError } from '../errors.ts';
import { displayOptions } from './audit/options.ts';
import { showFindings } from './audit/shown-findings.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import { readAuditReport } from './saved/report.ts';

/** `report`: a saved report in another format, with the verdict it was saved with. */
export const reportCommand = defineCommand({
  description:
    'Renders a report that was saved with -o json, as often and in as many formats as you like.\n' +
    'Nothing is asked of a server; the verdict is the one that was saved.',
  examples: [
    'kc-etl report audit.json',
    'kc-etl report audit.json -o html > audit.html',
    'kc-etl report audit.json --report junit=audit.xml --report sarif=audit.sarif',
    'gunzip -c audit.json.gz | kc-etl report - --sort relative --top 20',
  ],
  options: displayOptions,
  prints: 'audits',
  run: render,
});

async function render(
  values: Values<typeof displayOptions>,
  { deps, reporter }: Context,
  [file]: readonly string[],
): Promise<Outcome> {
  if (file === undefined) {
    throw new UsageError('report: which file?', 'kc-etl report <saved.json>, or - for stdin');
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

function isPartOf({ audits, summary }: AuditReport): boolean {
  const counted = Object.values(summary).reduce((total, count) => total + count, 0);
  return counted > audits.length;
}
