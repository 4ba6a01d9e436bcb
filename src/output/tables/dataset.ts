import type { GroupsReport, RatesReport } from '../../events/groups-schema.ts';
import type { Cell, Dataset } from '../datasets/dataset.ts';
import { groupDataset, rateDataset } from '../datasets/groups.ts';
import { countText, timeText } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, table } from '../table.ts';
import { layout, zonedTime, zoneName } from '../table-view.ts';
import { createTheme } from '../theme.ts';

export function groupTable(report: GroupsReport, context: RenderContext): string[] {
  return datasetTable(groupDataset(report), context);
}

export function rateTable(report: RatesReport, context: RenderContext): string[] {
  return datasetTable(rateDataset(report), context);
}

/** A dataset as a table: times without T and Z, numbers with separators. */
export function datasetTable(dataset: Dataset, context: RenderContext): string[] {
  const rows = [...dataset.rows];
  if (rows.length === 0) return [];
  const draw = datasetRows(dataset, context);
  return [draw(rows)];
}

/**
 * A function that prints the next rows of a dataset: the head once, columns never narrower than in
 * the rows before.
 */
export function datasetRows(
  dataset: Omit<Dataset, 'rows'>,
  context: RenderContext,
): (rows: readonly (readonly Cell[])[]) => string {
  const { columns, times = [] } = dataset;
  const settings = layout(context, createTheme(context.colorLevel), undefined);
  let { headless } = settings;
  let minWidths: readonly number[] = [];
  return (rows) => {
    const cells = rows.map((row) =>
      row.map((cell, i) => cellText(cell, times.includes(columns[i] ?? ''), context)),
    );
    const drawn = table(columnsOf(dataset, context), cells, { ...settings, headless, minWidths });
    minWidths = drawn.widths;
    headless = true;
    return `${drawn.lines.join('\n')}\n`;
  };
}

/** Columns that hold the start or end of a window. */
const windowColumns = /^(window.*|first|last)$/;

function columnsOf(
  { columns, numeric = [], times = [] }: Omit<Dataset, 'rows'>,
  context: RenderContext,
): Column[] {
  return columns.map((name) => {
    const words = name.replace(/([A-Z])/g, ' $1').toUpperCase();
    const zone = times.includes(name) ? zoneName(context) : windowColumns.test(name) ? 'UTC' : null;
    const head = zone === null ? words : `${words} (${zone})`;
    return numeric.includes(name) ? { head, align: 'right' } : { head };
  });
}

function cellText(cell: Cell, isTime: boolean, context: RenderContext): string {
  if (cell === null) return '-';
  if (typeof cell === 'number') return Number.isInteger(cell) ? countText(cell) : String(cell);
  if (isTime) return zonedTime(cell, false, context);
  return /^\d{4}-\d\d-\d\dT/.test(cell) ? timeText(cell, false) : sanitize(cell);
}
