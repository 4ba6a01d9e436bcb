import Table from 'cli-table3';
import stringWidth from 'string-width';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** May be cut in the middle where the terminal is too narrow. */
  readonly cuttable?: boolean;
}

/** What a cell says; coloured only after it was cut, since a cut may not fall into a colour's code. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  /** Width of the terminal in characters; undefined where nothing has to fit. */
  readonly columns: number | undefined;
  readonly ellipsis: string;
  /** Colours the head. */
  readonly heading: (text: string) => string;
  /** Leave the head out, for a table that goes on. */
  readonly headless?: boolean;
  /** Widths that an earlier part of the table had. */
  readonly atLeast?: readonly number[];
}

const gap = 2;
const narrowest = 8;

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

/** A table without borders; its lines, and the widths of its columns. Cells must be safe to print. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): { lines: string[]; widths: number[] } {
  const natural = columns.map((column, i) =>
    Math.max(
      options.atLeast?.[i] ?? 0,
      ...column.head.split('\n').map((line) => stringWidth(line)),
      rows.reduce((widest, row) => Math.max(widest, stringWidth(textOf(row[i]))), 0),
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
  for (const row of rows) {
    drawn.push(
      columns.map((column, i) => {
        const cell = row[i];
        const text = textOf(cell);
        const cut = column.cuttable ? cutMiddle(text, widths[i] ?? 0, options.ellipsis) : text;
        return typeof cell === 'object' ? cell.paint(cut) : cut;
      }),
    );
  }
  const lines = rows.length + (options.headless ? 0 : 1) === 0 ? [] : drawn.toString().split('\n');
  return { lines: lines.map((line) => line.trimEnd()), widths };
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

/** Narrows the widest of the cuttable columns until the table fits. */
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
    const widest = Math.max(...cuttable);
    if (widest <= narrowest) break;
    const second = Math.max(narrowest, ...cuttable.filter((width) => width < widest));
    const at = cuttable.indexOf(widest);
    const sharing = cuttable.filter((width) => width === widest).length;
    const step = Math.max(1, Math.min(Math.ceil(excess / sharing), widest - second));
    widths[at] = Math.max(narrowest, widest - step);
  }
  return widths;
}

/** `text` in at most `width` characters: the middle goes, since names differ at their ends. */
export function cutMiddle(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment);
  const room = Math.max(0, width - stringWidth(ellipsis));
  const end = take([...parts].reverse(), Math.floor(room / 2));
  const start = take(parts, room - stringWidth(end.join('')));
  return `${start.join('')}${ellipsis}${end.reverse().join('')}`;
}

function take(parts: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += stringWidth(part);
    if (used > width) break;
    taken.push(part);
  }
  return taken;
}

/** Two blocks of lines next to each other; null where they do not fit. */
export function beside(
  left: readonly string[],
  right: readonly string[],
  columns: number | undefined,
): string[] | null {
  const space = 4;
  const width = Math.max(0, ...left.map((line) => stringWidth(line)));
  const rightWidth = Math.max(0, ...right.map((line) => stringWidth(line)));
  if (columns === undefined || width + space + rightWidth > columns) return null;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = left[i] ?? '';
    const other = right[i];
    return other ? line + ' '.repeat(width + space - stringWidth(line)) + other : line;
  });
}
