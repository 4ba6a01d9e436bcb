import type { DifferenceEntry } from '../../audits/selection.ts';
import { type AuditType, auditTypes } from '../../audits/types.ts';
import { amountText, decimalsFor, keyText, percentText, windowText } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, type TableOptions, table } from '../table.ts';
import { createTheme } from '../theme.ts';

const differenceColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'KEY', cuttable: true },
  { head: 'EXPECTED', align: 'right' },
  { head: 'ACTUAL', align: 'right' },
  { head: 'DELTA', align: 'right' },
  { head: '%', align: 'right' },
];

/** Why an entry does not count for the gate. */
const acceptedColumn: Column = { head: 'ACCEPTED' };

const missingColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'MISSING', cuttable: true },
  { head: 'DESCRIPTION' },
];

/** Differences with both amounts, then missing values. */
export function* differenceTable(
  entries: readonly DifferenceEntry[],
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const options = {
    columns: wide ? undefined : context.columns,
    ellipsis: context.unicode ? '…' : '...',
    heading: createTheme(context.colorLevel).heading,
  };
  const differences = entries.filter((entry) => 'delta' in entry);
  const missing = entries.filter((entry) => 'description' in entry);
  // cut in the middle, AuditAllocationReconciliation and AuditAssetReconciliation would look the same
  const typeText = (type: AuditType) => (wide ? type : auditTypes[type].short);
  const decimals = decimalsFor(differences.map(({ delta }) => delta));
  if (differences.length > 0) {
    const rows = differences.map(({ window, type, key, expected, actual, delta, relative }) => [
      windowText(window),
      typeText(type),
      keyText(key),
      amountText(expected, decimals),
      amountText(actual, decimals),
      amountText(delta, decimals, true),
      percentText(relative),
    ]);
    yield* drawn(differenceColumns, differences, rows, options);
    yield* causeLines(differences, decimals);
  }
  if (missing.length > 0) {
    const rows = missing.map(({ window, type, key, description }) => [
      windowText(window),
      typeText(type),
      keyText(key),
      sanitize(description),
    ]);
    if (differences.length > 0) yield '\n';
    yield* drawn(missingColumns, missing, rows, options);
  }
}

/** Causes of the differences, a line each. */
function* causeLines(
  differences: readonly Extract<DifferenceEntry, { delta: unknown }>[],
  decimals: number,
): Iterable<string> {
  const explained = differences.filter(({ causes = [] }) => causes.length > 0);
  if (explained.length > 0) yield '\n';
  for (const { window, key, causes = [] } of explained) {
    for (const { amount, detail } of causes) {
      const part = amount === null ? '' : `${amountText(amount, decimals, true)}: `;
      yield `${windowText(window)} ${keyText(key)}: ${part}${sanitize(detail)}\n`;
    }
  }
}

/** A table with a column for accepted entries only where there are any. */
function* drawn(
  columns: readonly Column[],
  entries: readonly DifferenceEntry[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): Iterable<string> {
  const accepted = entries.some((entry) => entry.accepted !== undefined);
  const { lines } = accepted
    ? table(
        [...columns, acceptedColumn],
        rows.map((row, i) => [...row, sanitize(entries[i]?.accepted ?? '')]),
        options,
      )
    : table(columns, rows, options);
  yield `${lines.join('\n')}\n`;
}
