import { changes } from '../../audits/compare/changes.ts';
import type { CompareReport } from '../../audits/compare/schema.ts';
import type { FindingChanges } from '../../diagnosis/compare.ts';
import { datasetColumns } from './columns.ts';
import type { Cell, Dataset } from './dataset.ts';

/** Changed differences and missing values, worst first. */
export function compareDataset(report: CompareReport): Dataset {
  return {
    title: 'Comparison',
    columns: datasetColumns.compare,
    numeric: ['before', 'expected', 'actual', 'delta', 'relative'],
    rows: changes.flatMap((change) =>
      (report[change] ?? []).map((entry): Cell[] => {
        const { window, type, key } = entry;
        const amounts =
          'delta' in entry
            ? [entry.before ?? null, entry.expected, entry.actual, entry.delta, entry.relative]
            : [null, null, null, null, null];
        const description = 'description' in entry ? entry.description : null;
        return [change, window.start, window.end, type, key.join('/'), ...amounts, description];
      }),
    ),
  };
}

/** Changed findings, worst first; amounts are per window. */
export function comparedFindingDataset(findings: FindingChanges): Dataset {
  return {
    title: 'Findings',
    columns: datasetColumns.comparedFindings,
    numeric: ['before', 'after'],
    rows: changes.flatMap((change) =>
      findings[change].map(({ finding, before, after }): Cell[] => [
        change,
        finding.id,
        finding.severity,
        finding.title,
        before,
        after,
      ]),
    ),
  };
}
