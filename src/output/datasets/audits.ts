import type { DifferenceEntry } from '../../audits/selection.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Dataset } from './dataset.ts';

/** A row for each window and audit; then what is behind them. */
export function auditDatasets(
  report: AuditReport,
  findings: readonly DifferenceEntry[],
): readonly Dataset[] {
  const audits: Dataset = {
    title: 'Audits',
    columns: [
      'windowStart',
      'windowEnd',
      'type',
      'status',
      'lastRun',
      'resolution',
      'differences',
      'missing',
      'description',
    ],
    numeric: ['resolution', 'differences', 'missing'],
    rows: report.audits.map((audit) => [
      audit.window.start,
      audit.window.end,
      audit.type,
      audit.status,
      audit.lastRun,
      audit.resolution,
      audit.differences.length,
      audit.missing.length,
      audit.description,
    ]),
  };
  return findings.length > 0 ? [audits, ...differenceDatasets(findings)] : [audits];
}

/** A row for each difference and each missing value; of the latter the amounts are empty. */
export function differenceDatasets(findings: readonly DifferenceEntry[]): readonly Dataset[] {
  const rows = findings.map((finding) => {
    const { window, type, key } = finding;
    const amounts =
      'delta' in finding
        ? [finding.expected, finding.actual, finding.delta, finding.relative]
        : [null, null, null, null];
    return [window.start, window.end, type, key.join('/'), ...amounts, remarkOn(finding)];
  });
  return [
    {
      title: 'Differences',
      columns: [
        'windowStart',
        'windowEnd',
        'type',
        'key',
        'expected',
        'actual',
        'delta',
        'relative',
        'description',
      ],
      numeric: ['expected', 'actual', 'delta', 'relative'],
      rows,
    },
  ];
}

/** What is said of a missing value, and why something is accepted. */
function remarkOn(finding: DifferenceEntry): string | null {
  const parts = [
    'description' in finding ? finding.description : '',
    finding.accepted === undefined ? '' : `accepted: ${finding.accepted}`,
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join('; ') : null;
}
