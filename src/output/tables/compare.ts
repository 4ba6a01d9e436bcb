import { type Change, changes } from '../../audits/compare/changes.ts';
import { changesText } from '../../audits/compare/gate.ts';
import type { CompareEntry } from '../../audits/compare/schema.ts';
import { amountText, decimalsFor, keyText, windowText } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { CompareResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, table } from '../table.ts';
import { layout } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';
import { comparedFindingLines } from './compared-findings.ts';

const columns: readonly Column[] = [
  { head: 'CHANGE' },
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'KEY', cuttable: true },
  { head: 'DELTA BEFORE', align: 'right' },
  { head: 'DELTA AFTER', align: 'right' },
];

/** Changes between two reports, worst first, and a count of what did not change. */
export function* compareTable(
  { report, before, after }: CompareResult,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const { columns: available } = context;
  const theme = createTheme(context.colorLevel);
  const findings = report.findings ?? null;
  const changed = findings === null ? [] : comparedFindingLines(findings, available ?? 120, theme);
  if (changed.length > 0) yield `${changed.join('\n')}\n\n`;
  const entries = changes.flatMap((change) =>
    (report[change] ?? []).map((entry) => ({ change, entry })),
  );
  const decimals = decimalsFor(
    entries.flatMap(({ change, entry }) => deltas(change, entry).map((delta) => delta ?? null)),
  );
  if (entries.length > 0) {
    const rows = entries.map(({ change, entry }) => [
      changeText(change, theme),
      windowText(entry.window),
      entry.type,
      keyText(entry.key),
      ...deltas(change, entry).map((delta) => deltaText(delta, entry, decimals)),
    ]);
    const { lines } = table(columns, rows, layout(context, theme, wide ? undefined : available));
    yield `${lines.join('\n')}\n\n`;
  }
  const names = `${sanitize(before)} to ${sanitize(after)}`;
  if (findings === null) yield `${names}: ${changesText(report)}\n`;
  else {
    yield `${names}\n`;
    yield `findings: ${changesText(findings)}\n`;
    yield `differences: ${changesText(report)}\n`;
  }
}

const words: Readonly<Record<Change, string>> = {
  new: 'new',
  worse: 'worse',
  better: 'better',
  fixed: 'fixed',
  unseen: 'not evaluated again',
};

function changeText(change: Change, theme: Theme): string {
  return change === 'new' || change === 'worse'
    ? theme.bad(words[change].toUpperCase())
    : words[change];
}

/** Deltas before and after; undefined where a report does not have the difference. */
function deltas(change: Change, entry: CompareEntry): (number | null | undefined)[] {
  if (!('delta' in entry)) return change === 'new' ? [undefined, null] : [null, undefined];
  if (change === 'new') return [undefined, entry.delta];
  if (change === 'fixed' || change === 'unseen') return [entry.delta, undefined];
  return [entry.before, entry.delta];
}

function deltaText(
  delta: number | null | undefined,
  entry: CompareEntry,
  decimals: number,
): string {
  if (delta === undefined) return '-';
  return 'delta' in entry ? amountText(delta, decimals, true) : 'missing';
}
