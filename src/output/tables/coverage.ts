import type { CoverageFinding, CoverageReport, Freshness } from '../../events/coverage/schema.ts';
import { sources, stateNames } from '../../events/coverage/state.ts';
import { calendars } from '../coverage/calendar.ts';
import { markOf, marks } from '../coverage/marks.ts';
import { ratePlot } from '../coverage/rate.ts';
import { countText, durationText, plural, timeText, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { table } from '../table.ts';
import { createTheme, type Theme } from '../theme.ts';

const usualColumns = 80;

/** The calendars, what is wrong and what to do about it, how fresh the stores are. */
export function* coverageTable(
  report: CoverageReport,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const columns = context.columns ?? usualColumns;
  const block = (lines: readonly string[]) => (lines.length > 0 ? `${lines.join('\n')}\n` : '');
  yield block(calendars(report, { ...context, columns }, theme));
  yield block(legend(report, columns, context.unicode, theme));
  yield '\n';
  if (report.findings.length === 0) yield 'no findings\n';
  for (const finding of report.findings) yield block(findingLines(finding, columns, theme));
  yield '\n';
  const hasLog = report.sources.some(({ source, answered }) => source === 'log' && answered);
  for (const entry of report.freshness) {
    yield block(freshnessLines(entry, hasLog, columns, theme));
  }
  const [rateHead = '', ...plot] = ratePlot(report.rate, { columns, unicode: context.unicode });
  if (rateHead) yield block([...wrapped(rateHead, columns), ...plot]);
  yield block(evidenceLines(report, columns).map(theme.faint));
  if (wide) yield* notComplete(report, theme);
}

/** The characters that occur, what they mean and how often they do. */
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
  const where = window ? ` ${windowText(window)}${count}` : ` somewhere${count}`;
  const text = `${kind.toUpperCase()} ${store} ${resolution}${where}: ${sanitize(detail)}`;
  const [first = '', ...rest] = wrapped(text, columns, '  ');
  const color = kind === 'error' || kind === 'missing' ? theme.bad : theme.doubtful;
  const word = kind.toUpperCase();
  return [
    color(word) + first.slice(word.length),
    ...rest,
    ...wrapped(advice, columns - 2).map((line) => `  ${line}`),
  ];
}

function freshnessLines(
  entry: Freshness,
  hasLog: boolean,
  columns: number,
  theme: Theme,
): string[] {
  const { store, resolution, lastSave, ageSeconds, cadenceSeconds, stale } = entry;
  const what = hasLog ? 'last save' : 'data end';
  const age =
    lastSave === null || ageSeconds === null
      ? `${what} unknown`
      : `${what} ${durationText(ageSeconds)} ago`;
  const every = cadenceSeconds === null ? '' : `, usually every ${durationText(cadenceSeconds)}`;
  const text = `${stale ? 'STALE ' : ''}${store} ${resolution}: ${age}${every}`;
  return wrapped(text, columns, '  ').map((line) => line.replace(/^STALE/, theme.bad));
}

function evidenceLines({ sources: asked, now }: CoverageReport, columns: number): string[] {
  const used = asked
    .filter(({ answered }) => answered)
    .map(({ source, detail }) => `${sources[source]} (${detail})`);
  const unused = asked
    .filter(({ answered, detail }) => !answered && detail !== 'not needed')
    .map(({ source, detail }) => `${sources[source]}: ${sanitize(detail)}`);
  const text = [`as of ${timeText(now, false)} UTC, from ${used.join(', ')}`, ...unused].join('; ');
  return wrapped(text, columns);
}

/** Every set that is not simply there, with who says so. */
function* notComplete({ sets }: CoverageReport, theme: Theme): Iterable<string> {
  const rows = sets
    .filter(({ state }) => state !== 'complete')
    .map(({ window, store, resolution, state, size, evidence, detail }) => [
      windowText(window),
      store,
      resolution,
      marks[state].word,
      size === null ? '-' : countText(size),
      evidence.join(', ') || '-',
      sanitize(detail),
    ]);
  if (rows.length === 0) return;
  const heads = ['WINDOW (UTC)', 'STORE', 'SETS OF A', 'STATE', 'SIZE', 'EVIDENCE', 'WHY'];
  const { lines } = table(
    heads.map((head) => (head === 'SIZE' ? { head, align: 'right' as const } : { head })),
    rows,
    { columns: undefined, ellipsis: '', heading: theme.heading },
  );
  yield `\n${lines.join('\n')}\n`;
}
