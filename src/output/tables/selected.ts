import { UsageError } from '../../errors.ts';
import type { Event } from '../../events/schema.ts';
import { formatTime, parseTime } from '../../events/time.ts';
import { nearest } from '../../nearest.ts';
import { datasetColumns } from '../datasets/columns.ts';
import type { Cell, Dataset } from '../datasets/dataset.ts';
import { type DatasetKind, datasetsOf } from '../datasets/datasets.ts';
import { windowText } from '../format.ts';
import type { RenderContext, SelectedColumns } from '../renderer.ts';
import type { Result, ResultKind } from '../result.ts';
import { datasetRows } from './dataset.ts';

/** Number of rows whose column widths are computed together. */
const batchSize = 1000;

const eventColumns = [...datasetColumns.events, 'metadata'] as const;
const profileColumns = ['profile', 'current', 'address', 'sets'] as const;
const settingColumns = ['setting', 'value', 'source'] as const;

/** Kinds of result that commands declare and that have rows. */
type SelectableKind = Exclude<DatasetKind, 'groups' | 'rates'> | 'profiles' | 'settings';

/** Columns of the tables that each kind of command can print; the usual table is the first. */
const selectable: Readonly<Record<SelectableKind, readonly (readonly string[])[]>> = {
  events: [
    eventColumns,
    datasetColumns.counters,
    datasetColumns.groupsByHour,
    datasetColumns.groupsByKind,
    datasetColumns.groupsByWindow,
    datasetColumns.rates,
  ],
  audits: [datasetColumns.audits, datasetColumns.findings],
  differences: [datasetColumns.differences, datasetColumns.findings],
  kinds: [datasetColumns.kinds],
  types: [datasetColumns.types],
  compare: [datasetColumns.compare],
  coverage: [datasetColumns.coverage],
  reconciliation: [datasetColumns.reconciliation],
  repair: [datasetColumns.repair],
  trend: [datasetColumns.trend],
  servers: [
    ['server', ...datasetColumns.audits],
    ['server', ...datasetColumns.findings],
  ],
  fleet: [datasetColumns.fleet],
  profiles: [profileColumns],
  settings: [settingColumns],
};

/** Heads of the usual tables whose words are not the name of the column. */
const heads: Readonly<Record<string, string>> = {
  audit: 'type',
  setsofa: 'resolution',
  why: 'detail',
  deltabefore: 'before',
  deltaafter: 'delta',
  whathappened: 'description',
  teststhat: 'description',
};

/**
 * Checks the names of `--columns` before there is a result: one that no table of the command has is
 * an error before the first request.
 *
 * @throws UsageError naming the columns there are
 */
export function checkColumns(names: readonly string[], kind: ResultKind): void {
  const tables = isSelectable(kind) ? selectable[kind] : null;
  if (!tables) {
    throw new UsageError('--columns: this command prints no table of rows', 'leave the option out');
  }
  for (const name of names) {
    if (tables.some((columns) => columnNamed(name, namesOf(columns)) !== undefined)) continue;
    throw unknownColumn(name, tables[0] ?? []);
  }
}

/**
 * One table with the columns that were asked for, and nothing else; null for a result without any of
 * them.
 *
 * @throws UsageError where a column has to be there and is not
 */
export function selectedTable(
  result: Result,
  selected: SelectedColumns,
  context: RenderContext,
): Iterable<string> | AsyncIterable<string> | null {
  const dataset = result.kind === 'following' ? eventRows([]) : datasetOf(result);
  if (!dataset) return null;
  const { columns, pick } = selection(dataset.columns, selected);
  if (columns.length === 0) return null;
  const draw = datasetRows({ ...dataset, columns }, context);
  return result.kind === 'following'
    ? followedRows(result.batches, pick, draw)
    : batches(dataset.rows, pick, draw);
}

type Row = readonly Cell[];
type Draw = (rows: readonly Row[]) => string;

function* batches(rows: Iterable<Row>, pick: (row: Row) => Row, draw: Draw): Iterable<string> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(pick(row));
    if (batch.length < batchSize) continue;
    yield draw(batch);
    batch = [];
  }
  if (batch.length > 0) yield draw(batch);
}

async function* followedRows(
  followed: AsyncIterable<Iterable<Event>>,
  pick: (row: Row) => Row,
  draw: Draw,
): AsyncIterable<string> {
  for await (const events of followed) yield* batches(eventRows(events).rows, pick, draw);
}

function isSelectable(kind: ResultKind): kind is SelectableKind {
  return kind in selectable;
}

/** The rows of a result; null for a result that has none. */
function datasetOf(result: Result): Dataset | null {
  if (result.kind === 'events' && result.report.events) return eventRows(result.report.events);
  if (result.kind === 'profiles') {
    const rows = result.profiles.map(({ name, current, url, settings }) => [
      name,
      current ? '*' : null,
      url,
      settings.join(', '),
    ]);
    return { title: 'Profiles', columns: profileColumns, rows };
  }
  if (result.kind === 'settings') {
    const rows = result.settings.map(({ setting, value, source }) => [setting, value, source]);
    return { title: 'Settings', columns: settingColumns, rows };
  }
  if (!hasDatasets(result)) return null;
  return datasetsOf(result)[0] ?? null;
}

function hasDatasets(result: Result): result is Extract<Result, { kind: DatasetKind }> {
  return isSelectable(result.kind) || result.kind === 'groups' || result.kind === 'rates';
}

function eventRows(events: Iterable<Event>): Dataset {
  return {
    title: 'Events',
    columns: eventColumns,
    numeric: ['size'],
    times: ['time'],
    rows: (function* () {
      for (const { time, store, kind, window, size, metadata } of events) {
        const text = Object.keys(metadata).length > 0 ? JSON.stringify(metadata) : null;
        const instant = time.endsWith('Z') ? null : parseTime(time);
        const utc = instant ? formatTime(instant) : time;
        yield [utc, store, kind, window?.start ?? null, window?.end ?? null, size, text];
      }
    })(),
  };
}

/** Columns by name, and a function that takes their cells out of a row. */
function selection(columns: readonly string[], { names, isStrict }: SelectedColumns) {
  const available = namesOf(columns);
  const found = names.flatMap((name) => {
    const column = columnNamed(name, available);
    if (column === undefined && isStrict) throw unknownColumn(name, columns);
    return column ?? [];
  });
  const start = columns.indexOf('windowStart');
  const end = columns.indexOf('windowEnd');
  return {
    columns: found,
    pick: (row: Row): Row =>
      found.map((column) => {
        const at = columns.indexOf(column);
        if (at >= 0) return row[at] ?? null;
        const from = row[start] ?? null;
        return from === null ? null : windowText({ start: `${from}`, end: `${row[end]}` });
      }),
  };
}

/** Names of the columns of a dataset; those of a window also as one. */
function namesOf(columns: readonly string[]): string[] {
  return columns.flatMap((name) => (name === 'windowStart' ? ['window', name] : [name]));
}

/** `LAST RUN (UTC)`, `last-run` and `lastRun` are the same column. */
function columnNamed(name: string, available: readonly string[]): string | undefined {
  const plain = (text: string) => text.replace(/\(.*\)|[^A-Za-z0-9]/g, '').toLowerCase();
  const wanted = plain(name);
  const find = (text: string | undefined) => available.find((one) => plain(one) === text);
  return find(wanted) ?? find(heads[wanted]);
}

function unknownColumn(name: string, columns: readonly string[]): UsageError {
  const names = namesOf(columns);
  const near = nearest(name, names);
  return new UsageError(
    `--columns: there is no column '${name}'${near ? `; did you mean ${near}?` : ''}`,
    `the columns are ${names.join(', ')}`,
  );
}
