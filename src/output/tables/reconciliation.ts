import type { ReconciliationDay, ReconciliationReport } from '../../reconciliation/schema.ts';
import {
  type ReconciliationState,
  reconciliationStates,
  stateNames,
} from '../../reconciliation/states.ts';
import { reconciliationDataset } from '../datasets/reconciliation.ts';
import { plural, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { stampText } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';
import { datasetTable } from './dataset.ts';
import { reconciliationCalendar } from './reconciliation-calendar.ts';
import { markOf } from './reconciliation-marks.ts';

/** Width of the text where there is no terminal. */
const defaultWidth = 120;

/** Counts, a calendar, the days that are not reconciled with their evidence; `wide` adds every day. */
export function* reconciliationTable(
  report: ReconciliationReport,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  const block = (lines: readonly string[]) => (lines.length > 0 ? `${lines.join('\n')}\n` : '');
  yield block(wrapped(summaryText(report), width));
  yield block(['', ...reconciliationCalendar(report, { ...context, columns: width }, theme)]);
  yield block(['', ...legend(report, width, context.unicode, theme)]);
  for (const group of groupsOf(report.days)) yield block(['', ...groupLines(group, width, theme)]);
  yield block(pendingLines(report, context, theme));
  yield block(unavailableLines(report, width, theme));
  if (wide) yield* ['\n', ...datasetTable(reconciliationDataset(report), context)];
}

function summaryText({ summary, days, gate }: ReconciliationReport): string {
  const counts = [...stateNames, 'unavailable' as const]
    .filter((state) => summary[state] > 0)
    .map((state) => `${summary[state]} ${state}`);
  const clusters = new Set(days.map(({ cluster }) => cluster)).size;
  const word =
    gate === null
      ? ''
      : { true: 'PASSED: ', false: 'FAILED: ', null: 'UNDECIDED: ' }[`${gate.passed}`];
  return `${word}${counts.join(', ')} (days of ${plural(clusters, 'cluster')})`;
}

function legend(
  { summary }: ReconciliationReport,
  width: number,
  unicode: boolean,
  theme: Theme,
): string[] {
  const used = stateNames.filter((state) => summary[state] > 0);
  const entries = used.map((state) => `${markOf(state, unicode, theme)} ${state}`);
  if (summary.unavailable > 0) entries.push(`${markOf('unavailable', unicode, theme)} unknown`);
  return wrapped(entries.join('  '), width);
}

/** Days with the same state and evidence. */
interface Group {
  readonly first: ReconciliationDay;
  /** Days of one cluster and provider. */
  readonly days: ReconciliationDay[];
  /** Clusters for which the same holds, with their provider. */
  readonly names: string[];
}

/** Late, partial and never reconciled days, those with equal evidence as one group, worst state first. */
function groupsOf(days: readonly ReconciliationDay[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of days) {
    if (one.state === 'reconciled' || one.state === 'pending') continue;
    const facts = one.state === 'never' ? '' : one.evidence.map(({ fact }) => fact).join('\n');
    const key = [one.state, one.cluster, one.provider, facts].join('\n');
    const known = groups.get(key);
    if (known) known.days.push(one);
    else groups.set(key, { first: one, days: [one], names: [nameOf(one)] });
  }
  const order: readonly ReconciliationState[] = ['late', 'partial', 'never'];
  const rank = ({ first }: Group) => order.indexOf(first.state);
  return joined([...groups.values()]).sort((a, b) => rank(a) - rank(b));
}

/** Groups that differ in nothing but their cluster as one group. */
function joined(groups: readonly Group[]): Group[] {
  const byText = new Map<string, Group>();
  for (const group of groups) {
    const { state, evidence } = group.first;
    const text = JSON.stringify([state, evidence, datesOf(group), detailText(group.first)]);
    const known = byText.get(text);
    if (known) known.names.push(...group.names);
    else byText.set(text, { ...group, names: [...group.names] });
  }
  return [...byText.values()];
}

function nameOf({ cluster, provider }: ReconciliationDay): string {
  return sanitize(provider ? `${cluster} (${provider})` : cluster);
}

function datesOf({ days }: Group): string {
  const dates = days.map(({ window }) => windowText(window));
  if (dates.length <= 2) return dates.join(', ');
  return `${dates[0]} to ${dates.at(-1)}, ${plural(dates.length, 'day')}`;
}

/** Clusters that a group names one by one. */
const maxNames = 3;

function groupLines(group: Group, width: number, theme: Theme): string[] {
  const { first, names } = group;
  const paint = first.state === 'never' ? theme.faint : theme.bad;
  const who = names.length > maxNames ? plural(names.length, 'cluster') : names.join(', ');
  const head = `${paint(first.state)}  ${who}: ${datesOf(group)}${detailText(first)}`;
  return [
    ...wrapped(head, width, '  '),
    ...first.evidence.flatMap(({ fact, source }) =>
      wrapped(`${sanitize(fact)} [${source}]`, width - 2, '  ').map((line) =>
        theme.faint(`  ${line}`),
      ),
    ),
  ];
}

/** A line per day: all clusters of a day wait until the same time. */
function pendingLines(
  { days }: ReconciliationReport,
  context: RenderContext,
  theme: Theme,
): string[] {
  const clusters = new Map<string, number>();
  for (const { state, window, until } of days) {
    if (state !== 'pending' || until === null) continue;
    const text = `${windowText(window)}: bills can arrive until ${stampText(until, context)}`;
    clusters.set(text, (clusters.get(text) ?? 0) + 1);
  }
  if (clusters.size === 0) return [];
  return [
    '',
    ...[...clusters].map(([text, count]) =>
      theme.faint(`pending  ${text} (${plural(count, 'cluster')})`),
    ),
  ];
}

function detailText({ state, billed }: ReconciliationDay): string {
  if (state !== 'partial' || billed.share === null) return `; ${reconciliationStates[state]}`;
  if (billed.share >= 1) return '; the nodes are reconciled, their allocations are not';
  const percent = Math.min(billed.share, 0.999) * 100;
  return `; ${percent.toFixed(percent < 99 ? 0 : 1)} % of the node cost is billed`;
}

function unavailableLines(
  { unavailable }: ReconciliationReport,
  width: number,
  theme: Theme,
): string[] {
  const reasons = new Map<string, string[]>();
  for (const { window, cluster, reason } of unavailable) {
    const name = cluster === null ? windowText(window) : `${windowText(window)} ${cluster}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  if (reasons.size === 0) return [];
  return [
    '',
    theme.doubtful(`unknown (${unavailable.length})`),
    ...[...reasons].flatMap(([reason, names]) => {
      const [name = ''] = names;
      const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
      const text = `${sanitize(name)}${more}: ${sanitize(reason)}`;
      return wrapped(text, width - 2, '  ').map((line) => `  ${line}`);
    }),
  ];
}
