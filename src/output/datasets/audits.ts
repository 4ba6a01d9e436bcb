import type { DifferenceEntry } from '../../audits/selection.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';
import { findingDataset } from './findings.ts';

/** A row for each window and audit; then their differences and missing values. */
export function auditDatasets(
  report: AuditReport,
  entries: readonly DifferenceEntry[],
): readonly Dataset[] {
  const audits: Dataset = {
    title: 'Audits',
    columns: datasetColumns.audits,
    numeric: ['resolution', 'differences', 'missing'],
    times: ['lastRun'],
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
  return [
    audits,
    ...(report.findings.length > 0 ? [findingDataset(report.findings)] : []),
    ...(entries.length > 0 ? differenceDatasets(entries) : []),
  ];
}

/** A row for each difference and missing value; the amounts of the latter are empty. */
export function differenceDatasets(entries: readonly DifferenceEntry[]): readonly Dataset[] {
  const rows = entries.map((entry) => {
    const { window, type, key } = entry;
    const amounts =
      'delta' in entry
        ? [entry.expected, entry.actual, entry.delta, entry.relative]
        : [null, null, null, null];
    return [window.start, window.end, type, key.join('/'), ...amounts, descriptionOf(entry)];
  });
  return [
    {
      title: 'Differences',
      columns: datasetColumns.differences,
      numeric: ['expected', 'actual', 'delta', 'relative'],
      rows,
    },
  ];
}

/** Description of a missing value and why an entry is accepted. */
function descriptionOf(entry: DifferenceEntry): string | null {
  const parts = [
    'description' in entry ? entry.description : '',
    entry.accepted === undefined ? '' : `accepted: ${entry.accepted}`,
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join('; ') : null;
}
