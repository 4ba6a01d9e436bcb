import type { Cell, Dataset } from '../datasets/dataset.ts';
import { countText, timeText } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { table } from '../table.ts';
import { createTheme } from '../theme.ts';

/** A dataset as a table: times without T and Z, numbers with separators. */
export function datasetTable(
  { columns, numeric = [], rows }: Dataset,
  { colorLevel, unicode }: RenderContext,
): string[] {
  const cells = [...rows].map((row) => row.map(cellText));
  if (cells.length === 0) return [];
  const { lines } = table(
    columns.map((name) => {
      const head = name.replace(/([A-Z])/g, ' $1').toUpperCase();
      return numeric.includes(name) ? { head, align: 'right' as const } : { head };
    }),
    cells,
    {
      columns: undefined,
      ellipsis: unicode ? '…' : '...',
      heading: createTheme(colorLevel).heading,
    },
  );
  return [`${lines.join('\n')}\n`];
}

function cellText(cell: Cell): string {
  if (cell === null) return '-';
  if (typeof cell === 'number') return Number.isInteger(cell) ? countText(cell) : String(cell);
  return /^\d{4}-\d\d-\d\dT/.test(cell) ? timeText(cell, false) : sanitize(cell);
}
