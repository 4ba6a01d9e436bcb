import type { CoverageFinding, CoverageReport, Freshness } from '../../events/coverage/schema.ts';
import { sources, stateNames } from '../../events/coverage/state.ts';
import { calendars } from '../coverage/calendar.ts';
import { markOf, marks } from '../coverage/marks.ts';
import { ratePlot } from '../coverage/rate.ts';
import { countText, durationText, plural, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { table } from '../table.ts';
import { layout, stampText } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';

const defaultColumns = 80;

/** The calendars, the findings with their next steps, freshness, sources and notes. */
export function* coverageTable(
  report: CoverageReport,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const columns = context.columns ?? defaultColumns;
  const block = (lines: readonly string[]) => (lines.length > 0 ? `${lines.join('\n')}\n` : '');
  yield block(calendars(report, { ...context, columns }, theme));
  yield block(legend(report, columns, context.unicode, theme));
  yield '\n';
  if (report.findings.length === 0) yield 'no findings\n';
  for (const finding of report.findings) yield block(findingLines(finding, columns, theme));
  yield '\n';
  for (const entry of report.freshness) yield block(freshnessLines(entry, columns, theme));
  const [rateHead = '', ...plot] = ratePlot(report.rate, { columns, unicode: context.unicode });
  if (rateHead) yield block([...wrapped(rateHead, columns), ...plot]);
  yield block(sourceLines(report, columns, context).map(theme.faint));
  for (const note of report.notes) {
    yield block(wrapped(`note: ${sanitize(note)}`, columns, '  ').map(theme.faint));
  }
  if (wide) yield* setTable(report, context, theme);
}

/** Characters in the calendars, with their meaning and number. */
function legend(
  { summary }: CoverageReport,
  columns: number,
  unicode: boolean,
  theme: Theme,
): string[] {
  const lines: string[] = [];
  let used = 0;
  for (const state of [...stateNames].reverse()) {
    const count = summary[state] ?? 0;
    if (count === 0) continue;
    const text = `${marks[state].word} ${countText(count)}`;
    const width = 2 + text.length;
    const entry = `${markOf(state, unicode, theme)} ${text}`;
    if (lines.length === 0 || used + 3 + width > columns) {
      lines.push(entry);
      used = width;
    } else {
      lines[lines.length - 1] += `   ${entry}`;
      used += 3 + width;
    }
  }
  return lines;
}

function findingLines(finding: CoverageFinding, columns: number, theme: Theme): string[] {
  const { kind, store, resolution, window, sets, detail, advice } = finding;
  const count = sets > 1 ? ` (${plural(sets, 'set')})` : '';
  const where = window ? windowText(window) : 'in an unknown window';
  const subject = [store, resolution ?? 'sets', where].join(' ');
  const text = `${kind.toUpperCase()} ${subject}${count}: ${sanitize(detail)}`;
  const [first = '', ...rest] = wrapped(text, columns, '  ');
  const color = kind === 'error' || kind === 'missing' ? theme.bad : theme.doubtful;
  const word = kind.toUpperCase();
  return [
    color(word) + first.slice(word.length),
    ...rest,
    ...wrapped(advice, columns - 2).map((line) => `  ${line}`),
  ];
}

const activities: Readonly<Record<NonNullable<Freshness['basis']>, string>> = {
  saved: 'last save',
  loaded: 'no save, last loaded',
  run: 'last run',
  file: 'last file written',
  data: 'data end',
};

function freshnessLines(entry: Freshness, columns: number, theme: Theme): string[] {
  const { store, resolution, basis, ageSeconds, cadenceSeconds, stale } = entry;
  const age =
    basis === null || ageSeconds === null
      ? 'last save unknown'
      : `${activities[basis]} ${durationText(ageSeconds)} ago`;
  const every = cadenceSeconds === null ? '' : `, usually every ${durationText(cadenceSeconds)}`;
  const text = `${stale ? 'STALE ' : ''}${store} ${resolution}: ${age}${every}`;
  return wrapped(text, columns, '  ').map((line) => line.replace(/^STALE/, theme.bad));
}

function sourceLines(
  { sources: requested, now }: CoverageReport,
  columns: number,
  context: RenderContext,
): string[] {
  const used = requested
    .filter(({ answered }) => answered)
    .map(({ source, detail }) => `${sources[source]} (${detail})`);
  const unused = requested
    .filter(({ answered, detail }) => !answered && detail !== 'not needed')
    .map(({ source, failed, detail }) =>
      failed ? sanitize(detail) : `${sources[source]}: ${sanitize(detail)}`,
    );
  const text = [`as of ${stampText(now, context)}, from ${used.join(', ')}`, ...unused].join('; ');
  return wrapped(text, columns);
}

/** Every set with its state and what each source reports about it. */
function* setTable(
  { sets }: CoverageReport,
  context: RenderContext,
  theme: Theme,
): Iterable<string> {
  const rows = sets.map(({ window, store, resolution, state, size, facts, detail }) => [
    windowText(window),
    store,
    resolution,
    marks[state].word,
    size === null ? '-' : countText(size),
    facts.map(({ source, fact }) => `${source}: ${sanitize(fact)}`).join('; ') || '-',
    facts.some(({ fact }) => fact === detail) ? '' : sanitize(detail),
  ]);
  if (rows.length === 0) return;
  const heads = ['WINDOW (UTC)', 'STORE', 'SETS OF A', 'STATE', 'SIZE', 'EVIDENCE', 'WHY'];
  const { lines } = table(
    heads.map((head) => (head === 'SIZE' ? { head, align: 'right' as const } : { head })),
    rows,
    layout(context, theme, undefined),
  );
  yield `\n${lines.join('\n')}\n`;
}
