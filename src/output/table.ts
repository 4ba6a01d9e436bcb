import Table from 'cli-table3';
import { graphemesOf, isAscii, textWidth } from './text-width.ts';

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

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gap),
};

/** A table without borders: its lines and the widths of its columns. Cells must be sanitized. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): { lines: string[]; widths: number[] } {
  const natural = columns.map((column, i) =>
    Math.max(
      options.minWidths?.[i] ?? 0,
      ...column.head.split('\n').map((line) => textWidth(line)),
      rows.reduce(
        (width, row) => Math.max(width, Math.min(maxWidth, textWidth(textOf(row[i]), maxWidth))),
        0,
      ),
    ),
  );
  const widths = narrowed(columns, natural, options.columns);
  const drawn = new Table({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: widths,
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  if (!options.headless) drawn.push(columns.map(({ head }) => options.heading(head)));
  const isLimited = options.columns !== undefined;
  const placeholders: string[] = [];
  for (const row of rows) {
    drawn.push(
      columns.map((column, i) => {
        const width = widths[i] ?? 0;
        const whole = textOf(row[i]);
        const text =
          column.cuttable && isLimited ? cutMiddle(whole, width, options.ellipsis) : whole;
        const painted = paintOf(row[i])(text);
        if (painted.length <= width && isAscii(painted)) return painted;
        placeholders.push(painted);
        return mark + '-'.repeat(Math.min(width, textWidth(text, width)));
      }),
    );
  }
  const lines = rows.length + (options.headless ? 0 : 1) === 0 ? [] : drawn.toString().split('\n');
  const filled = lines.map((line) =>
    line.replaceAll(placeholder, () => placeholders.shift() ?? ''),
  );
  return { lines: filled.map((line) => line.trimEnd()), widths };
}

/**
 * Placeholder of a cell that is coloured, not ASCII or wider than its column: cli-table3 measures by
 * an older Unicode version and cuts what it takes for too wide. Cells hold no control characters.
 */
const mark = '\u0001';
const placeholder = new RegExp(`${mark}-*`, 'g');

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
