import { errorText } from '../../events/error-text.ts';
import { isErrorKind } from '../../events/kinds.ts';
import type { Event } from '../../events/schema.ts';
import { formatTime, parseTime } from '../../events/time.ts';
import { countText, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { EventsReport } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { type Cell, type Column, sideBySide, table } from '../table.ts';
import { layout, zonedTime, zoneName } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';

/** Number of events whose column widths are computed together. */
const batchSize = 1000;

/** Width of error texts where the terminal's is not known. */
const defaultWidth = 120;

function columnsOf(context: RenderContext, wide: boolean): Column[] {
  return [
    { head: `TIME (${zoneName(context)})` },
    ...(wide ? [{ head: 'STORE' }] : []),
    { head: 'KIND', cuttable: true },
    { head: 'WINDOW (UTC)' },
    { head: 'SIZE', align: 'right' },
    ...(wide ? [{ head: 'METADATA' }] : []),
  ];
}

/** The log with its counters: next to the events where both fit, otherwise above them. */
export function* eventTable(
  { counters, events, total }: EventsReport,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = wide ? undefined : context.columns;
  const counterLines = counterTable(counters, context, theme);
  if (!events) {
    yield block(counterLines);
    return;
  }
  const batches = eventBatches(events, batchTable({ context, theme, wide, width, minWidths: [] }));
  const first = batches.next().value ?? [];
  const joined = total <= batchSize ? sideBySide(first, counterLines, width) : null;
  if (joined) {
    yield block(joined);
    return;
  }
  if (counterLines.length > 0) yield `${block(counterLines)}\n`;
  yield block(first);
  for (const lines of batches) yield block(lines);
}

function* eventBatches(
  events: Iterable<Event>,
  draw: (batch: readonly Event[]) => string[],
): Generator<string[], void, undefined> {
  let batch: Event[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length === batchSize) {
      yield draw(batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield draw(batch);
}

interface BatchOptions {
  readonly context: RenderContext;
  readonly theme: Theme;
  readonly wide: boolean;
  readonly width: number | undefined;
  readonly minWidths: readonly number[];
}

/** Renders batches as parts of one table: the head once, columns never narrower than before. */
function batchTable(options: BatchOptions): (batch: readonly Event[]) => string[] {
  const { context, theme, wide, width } = options;
  let widths = options.minWidths;
  const columns = columnsOf(context, wide);
  const settings = layout(context, theme, width);
  let { headless } = settings;
  return (batch) => {
    const drawn = table(
      columns,
      batch.map((event) => cells(event, options)),
      { ...settings, headless, minWidths: widths },
    );
    widths = drawn.widths;
    const lines = wide ? drawn.lines : withErrors(drawn.lines, batch, width);
    headless = true;
    return lines;
  };
}

/** Inserts the text of each error event below its line; the last lines are those of the batch. */
function withErrors(
  lines: readonly string[],
  batch: readonly Event[],
  width: number | undefined,
): string[] {
  const heads = lines.length - batch.length;
  return lines.flatMap((line, i) => {
    const event = batch[i - heads];
    const text = event && isErrorKind(event.kind) ? sanitize(errorText(event.metadata)) : '';
    return text
      ? [line, ...wrapped(text, (width ?? defaultWidth) - 2).map((part) => `  ${part}`)]
      : [line];
  });
}

/** Minimum widths for events that are still to come: time, kind, window, size. */
const followedWidths = [19, 27, 22, 7] as const;

/** Events as they arrive, in one table without an end. */
export async function* followedEvents(
  batches: AsyncIterable<Iterable<Event>>,
  context: RenderContext,
  wide: boolean,
): AsyncGenerator<string, void, undefined> {
  const theme = createTheme(context.colorLevel);
  const width = wide ? undefined : context.columns;
  const draw = batchTable({ context, theme, wide, width, minWidths: wide ? [] : followedWidths });
  for await (const events of batches) {
    const batch = [...events];
    for (let at = 0; at < batch.length; at += batchSize) {
      yield block(draw(batch.slice(at, at + batchSize)));
    }
  }
}

function cells(event: Event, { context, wide, theme }: BatchOptions): Cell[] {
  const name = sanitize(event.kind);
  const kind = isErrorKind(event.kind) ? { text: name, paint: theme.bad } : name;
  const window = event.window ? windowText(event.window) : '-';
  const size = event.size === null ? '-' : countText(event.size);
  const time = utcTime(event.time);
  if (!wide) return [zonedTime(time, false, context), kind, window, size];
  const metadata = Object.keys(event.metadata).length > 0 ? JSON.stringify(event.metadata) : '';
  return [
    zonedTime(time, true, context),
    sanitize(event.store),
    kind,
    window,
    size,
    sanitize(metadata),
  ];
}

/** A time with another offset than UTC, in UTC and with the same digits. */
function utcTime(time: string): string {
  if (time.endsWith('Z')) return time;
  const instant = parseTime(time);
  return instant ? formatTime(instant) : time;
}

function counterTable(
  counters: ReadonlyMap<string, number>,
  context: RenderContext,
  theme: Theme,
): string[] {
  if (counters.size === 0) return [];
  const rows = [...counters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => [sanitize(kind), countText(count)]);
  return table(
    [{ head: 'COUNTER (since start)' }, { head: 'EVENTS', align: 'right' }],
    rows,
    layout(context, theme, undefined),
  ).lines;
}

function block(lines: readonly string[]): string {
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}
