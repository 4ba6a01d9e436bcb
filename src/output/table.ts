import { graphemesOf, textWidth } from './text-width.ts';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Whether its cells may be cut in the middle where the terminal is too narrow. */
  readonly cuttable?: boolean;
}

/** Text of a cell; `paint` colours it after it was cut, so that no colour code is cut. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  /** Width of the terminal in characters; undefined where nothing limits it. */
  readonly columns: number | undefined;
  readonly ellipsis: string;
  /** Colours the head. */
  readonly heading: (text: string) => string;
  /** Leaves the head out, for the next rows of a table whose head is printed. */
  readonly headless?: boolean;
  /** Minimum widths of the columns: those of the rows printed earlier. */
  readonly minWidths?: readonly number[];
}

const gap = 2;
const minWidth = 8;
/** Maximum width of a column; a longer cell exceeds it instead of widening every row. */
const maxWidth = 500;

/** A table without borders: its lines and the widths of its columns. Cells must be sanitized. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): { lines: string[]; widths: number[] } {
  const natural = columns.map((column, i) =>
    Math.max(
      options.minWidths?.[i] ?? 0,
      ...(options.headless ? [] : column.head.split('\n').map((line) => textWidth(line))),
      rows.reduce(
        (width, row) => Math.max(width, Math.min(maxWidth, textWidth(textOf(row[i]), maxWidth))),
        0,
      ),
    ),
  );
  const widths = narrowed(columns, natural, options.columns);
  const isLimited = options.columns !== undefined;
  const line = (cells: readonly string[], paint: (text: string, column: number) => string) =>
    cells
      .map((text, i) => {
        const padding = ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(text, widths[i])));
        const painted = paint(text, i);
        return columns[i]?.align === 'right' ? padding + painted : painted + padding;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const body = rows.map((row) => {
    const cells = columns.map(({ cuttable }, i) => {
      const text = textOf(row[i]);
      return cuttable && isLimited ? cutMiddle(text, widths[i] ?? 0, options.ellipsis) : text;
    });
    return line(cells, (text, i) => paintOf(row[i])(text));
  });
  return {
    lines: [...(options.headless ? [] : headLines(columns, line, options)), ...body],
    widths,
  };
}

/** Lines of the head: a head of several lines makes every head that tall. */
function headLines(
  columns: readonly Column[],
  line: (cells: readonly string[], paint: (text: string) => string) => string,
  { heading }: TableOptions,
): string[] {
  const heads = columns.map(({ head }) => head.split('\n'));
  const height = Math.max(0, ...heads.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) =>
    line(
      heads.map((lines) => lines[i] ?? ''),
      (text) => (text === '' ? '' : heading(text)),
    ),
  );
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

function paintOf(cell: Cell | undefined): (text: string) => string {
  return typeof cell === 'object' ? cell.paint : (text) => text;
}

/** Column widths, the widest of the cuttable columns narrowed until the table fits. */
function narrowed(
  columns: readonly Column[],
  natural: readonly number[],
  available?: number,
): number[] {
  const widths = [...natural];
  if (available === undefined) return widths;
  const total = () => widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);
  for (let excess = total() - available; excess > 0; excess = total() - available) {
    const cuttable = widths.map((width, i) => (columns[i]?.cuttable ? width : 0));
    const largest = Math.max(...cuttable);
    if (largest <= minWidth) break;
    const second = Math.max(minWidth, ...cuttable.filter((width) => width < largest));
    const at = cuttable.indexOf(largest);
    const sharing = cuttable.filter((width) => width === largest).length;
    const step = Math.max(1, Math.min(Math.ceil(excess / sharing), largest - second));
    widths[at] = Math.max(minWidth, largest - step);
  }
  return widths;
}

/** `text` in at most `width` columns; the middle is cut, since names differ at their ends. */
export function cutMiddle(text: string, width: number, ellipsis: string): string {
  if (textWidth(text, width) <= width) return text;
  const parts = [...graphemesOf(text)];
  const room = Math.max(0, width - textWidth(ellipsis));
  const end = prefix([...parts].reverse(), Math.floor(room / 2));
  const start = prefix(parts, room - textWidth(end.join('')));
  return `${start.join('')}${ellipsis}${end.reverse().join('')}`;
}

function prefix(parts: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += textWidth(part);
    if (used > width) break;
    kept.push(part);
  }
  return kept;
}

/** Two blocks of lines next to each other; null where they do not fit. */
export function sideBySide(
  left: readonly string[],
  right: readonly string[],
  columns: number | undefined,
): string[] | null {
  const space = 4;
  const width = Math.max(0, ...left.map((line) => textWidth(line)));
  const rightWidth = Math.max(0, ...right.map((line) => textWidth(line)));
  if (columns === undefined || width + space + rightWidth > columns) return null;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = left[i] ?? '';
    const other = right[i];
    return other ? line + ' '.repeat(width + space - textWidth(line)) + other : line;
  });
}
