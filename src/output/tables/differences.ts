import type { DifferenceEntry } from '../../audits/selection.ts';
import { auditTypes } from '../../audits/types.ts';
import { amountText, decimalsFor, keyText, percentText, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, type TableOptions, table } from '../table.ts';
import { layout } from '../table-view.ts';
import { textWidth } from '../text-width.ts';
import { createTheme } from '../theme.ts';

type DifferenceOnly = Extract<DifferenceEntry, { delta: unknown }>;
type MissingOnly = Exclude<DifferenceEntry, { delta: unknown }>;

const amountColumns: readonly Column[] = [
  { head: 'EXPECTED', align: 'right' },
  { head: 'ACTUAL', align: 'right' },
  { head: 'DELTA', align: 'right' },
  { head: '%', align: 'right' },
];

const placeColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT' },
  { head: 'KEY' },
];

/** Why an entry does not count for the gate. */
const acceptedColumn: Column = { head: 'ACCEPTED' };

/** Differences with both amounts and their causes, then missing values. Names are never cut. */
export function* differenceTable(
  entries: readonly DifferenceEntry[],
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const shown = wide ? { ...context, columns: undefined } : context;
  const width = shown.columns;
  const differences = entries.filter((entry): entry is DifferenceOnly => 'delta' in entry);
  const missing = entries.filter((entry): entry is MissingOnly => !('delta' in entry));
  if (differences.length > 0) {
    const decimals = decimalsFor(differences.map(({ delta }) => delta));
    yield* grid(amountRows(differences, decimals, wide), shown);
    yield* causeLines(differences, decimals, width);
  }
  if (missing.length > 0) {
    if (differences.length > 0) yield '\n';
    yield* grid(missingRows(missing, wide), shown);
  }
}

/** Rows of a table, and the columns that name their place. */
interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly accepted: readonly string[];
}

function amountRows(differences: readonly DifferenceOnly[], decimals: number, wide: boolean): Rows {
  return {
    columns: [...placeColumns, ...amountColumns],
    rows: differences.map((difference) => [
      ...placeOf(difference, wide),
      amountText(difference.expected, decimals),
      amountText(difference.actual, decimals),
      amountText(difference.delta, decimals, true),
      percentText(difference.relative),
    ]),
    accepted: differences.map(({ accepted = '' }) => sanitize(accepted)),
  };
}

function missingRows(missing: readonly MissingOnly[], wide: boolean): Rows {
  const [window, audit] = placeColumns;
  return {
    columns: [
      ...(window && audit ? [window, audit] : []),
      { head: 'MISSING' },
      { head: 'DESCRIPTION' },
    ],
    rows: missing.map((value) => [...placeOf(value, wide), sanitize(value.description)]),
    accepted: missing.map(({ accepted = '' }) => sanitize(accepted)),
  };
}

function placeOf({ window, type, key }: DifferenceEntry, wide: boolean): string[] {
  return [windowText(window), wide ? type : auditTypes[type].short, keyText(key)];
}

/** A table; where it is wider than the terminal, the place of each row is a line above its values. */
function* grid({ columns, rows, accepted }: Rows, context: RenderContext): Iterable<string> {
  const { columns: width } = context;
  const unlimited = layout(context, createTheme(context.colorLevel), undefined);
  const hasAccepted = accepted.some((reason) => reason !== '');
  const whole = table(
    hasAccepted ? [...columns, acceptedColumn] : columns,
    hasAccepted ? rows.map((row, i) => [...row, accepted[i] ?? '']) : rows,
    unlimited,
  );
  const used = whole.widths.reduce((sum, one) => sum + one + 2, -2);
  if (width === undefined || used <= width) yield `${whole.lines.join('\n')}\n`;
  else yield* stacked({ columns, rows, accepted }, unlimited, width);
}

/** Two lines for each row: where, then the values. */
function* stacked(
  { columns, rows, accepted }: Rows,
  unlimited: TableOptions,
  width: number,
): Iterable<string> {
  const places = placeColumns.length;
  const values = columns.slice(places);
  const isText = values.every(({ align }) => align !== 'right');
  const { lines } = table(
    values,
    rows.map((row) => row.slice(places)),
    unlimited,
  );
  const amounts = lines.slice(-rows.length);
  const [head] = unlimited.headless ? [] : lines;
  if (!isText && head !== undefined) yield `  ${head}\n`;
  for (const [i, row] of rows.entries()) {
    const [window = '', audit = '', key = ''] = row;
    yield* placeLines(`${window} ${audit}`, key, width);
    const text = isText ? wrapped(row.slice(places).join(' '), width - 2) : [amounts[i] ?? ''];
    for (const line of text) if (line !== '') yield `  ${line}\n`;
    if (accepted[i]) yield `  accepted: ${accepted[i]}\n`;
  }
}

function* placeLines(place: string, key: string, width: number): Iterable<string> {
  if (textWidth(place) + 1 + textWidth(key) <= width) yield `${place} ${key}\n`;
  else yield* [`${place}\n`, `${key}\n`];
}

/** Causes of the differences, a line each. */
function* causeLines(
  differences: readonly DifferenceOnly[],
  decimals: number,
  width?: number,
): Iterable<string> {
  const explained = differences.filter(({ causes = [] }) => causes.length > 0);
  if (explained.length > 0) yield '\n';
  for (const { window, key, causes = [] } of explained) {
    for (const { amount, detail } of causes) {
      const part = amount === null ? '' : `${amountText(amount, decimals, true)}: `;
      const line = `${windowText(window)} ${keyText(key)}: ${part}${sanitize(detail)}`;
      yield `${wrapped(line, width ?? Number.POSITIVE_INFINITY, '  ').join('\n')}\n`;
    }
  }
}
