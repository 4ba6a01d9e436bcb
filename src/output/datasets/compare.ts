import { changes } from '../../audits/compare/changes.ts';
import type { CompareReport } from '../../audits/compare/schema.ts';
import type { Cell, Dataset } from './dataset.ts';

/** Changed differences and missing values, worst first. */
export function compareDataset(report: CompareReport): Dataset {
  return {
    title: 'Comparison',
    columns: [
      'change',
      'windowStart',
      'windowEnd',
      'type',
      'key',
      'before',
      'expected',
      'actual',
      'delta',
      'relative',
      'description',
    ],
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
