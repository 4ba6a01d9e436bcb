import type { CoverageCell, CoverageReport } from '../../events/coverage/schema.ts';
import { resolutions, stateNames } from '../../events/coverage/state.ts';
import { stores } from '../../events/kinds.ts';
import { formatTime } from '../../time.ts';
import type { RenderContext } from '../renderer.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { markOf } from './marks.ts';

/** Position of a set: its line, and its place in the line. */
interface Layout {
  /** Text before the line. */
  readonly label: (start: string) => string;
  readonly place: (start: string) => number;
  readonly places: number;
  /** Number of places between two gaps. */
  readonly group: number;
  readonly ruler: string;
}

const layouts: Readonly<Record<CoverageCell['resolution'], Layout>> = {
  day: {
    label: (start) => `${start.slice(0, 7)} `,
    place: (start) => Number(start.slice(8, 10)) - 1,
    places: 31,
    group: 31,
    ruler: '        1   5    10   15   20   25   30',
  },
  hour: {
    label: (start) => `${start.slice(0, 10)} `,
    place: (start) => Number(start.slice(11, 13)),
    places: 24,
    group: 6,
    ruler: '           0      6      12     18',
  },
};

const gap = 3;

/** A calendar of each store and resolution, next to each other as far as the terminal is wide. */
export function calendars(
  { sets }: CoverageReport,
  { columns = 80, unicode }: Pick<RenderContext, 'columns' | 'unicode'>,
  theme: Theme,
): string[] {
  const lines: string[] = [];
  for (const resolution of resolutions) {
    const blocks = stores.map((store) => {
      const cells = sets.filter((set) => set.store === store && set.resolution === resolution);
      return cells.length > 0 ? calendar(cells, unicode, theme) : [];
    });
    for (const row of rowsOf(
      blocks.filter((block) => block.length > 0),
      columns,
    )) {
      lines.push(...sideBySide(row), '');
    }
  }
  return lines;
}

function calendar(cells: readonly CoverageCell[], unicode: boolean, theme: Theme): string[] {
  const [first] = cells;
  if (!first) return [];
  const { store, resolution } = first;
  const layout = layouts[resolution];
  const rows = new Map<string, string[]>();
  const worst = new Map<string, number>();
  for (const { window, state } of cells) {
    const at = placeOf(window);
    const label = layout.label(at);
    const place = `${label}${layout.place(at)}`;
    // sets with different offsets can share a place: the worse one is shown
    const rank = Math.min(stateNames.indexOf(state), worst.get(place) ?? stateNames.length);
    worst.set(place, rank);
    const row = rows.get(label) ?? Array<string>(layout.places).fill(' ');
    row[layout.place(at)] = markOf(stateNames[rank] ?? state, unicode, theme);
    rows.set(label, row);
  }
  return [
    theme.heading(`${store} sets by ${resolution} (UTC)`),
    theme.faint(layout.ruler),
    ...[...rows].map(([label, row]) => `${label}${grouped(row, layout.group)}`.trimEnd()),
  ];
}

/** The middle of a window: with a `utcOffset`, a day starts on the evening before it in UTC. */
function placeOf({ start, end }: CoverageCell['window']): string {
  return formatTime((Date.parse(start) + Date.parse(end)) / 2);
}

function grouped(row: readonly string[], size: number): string {
  return row.map((mark, i) => (i > 0 && i % size === 0 ? ` ${mark}` : mark)).join('');
}

/** As many blocks in a row as fit. */
function rowsOf(blocks: readonly string[][], columns: number): string[][][] {
  const rows: string[][][] = [];
  let used = 0;
  for (const block of blocks) {
    const width = widthOf(block);
    const row = rows.at(-1);
    if (row && used + gap + width <= columns) {
      row.push(block);
      used += gap + width;
    } else {
      rows.push([block]);
      used = width;
    }
  }
  return rows;
}

function sideBySide(blocks: readonly string[][]): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, i) =>
    blocks
      .map((block) => {
        const line = block[i] ?? '';
        return line + ' '.repeat(Math.max(0, widthOf(block) + gap - textWidth(line)));
      })
      .join('')
      .trimEnd(),
  );
}

function widthOf(block: readonly string[]): number {
  return Math.max(0, ...block.map((line) => textWidth(line)));
}
