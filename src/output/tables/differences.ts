import { type AuditType, auditTypes } from '../../audit/types.ts';
import type { Finding } from '../../audit/view.ts';
import type { RenderContext } from '../render.ts';
import { sanitize } from '../sanitize.ts';
import { type Column, table } from '../table.ts';
import { createTheme } from '../theme.ts';
import { amountText, decimalsFor, percentText, windowText } from '../words.ts';

const differenceColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'KEY', cuttable: true },
  { head: 'EXPECTED', align: 'right' },
  { head: 'ACTUAL', align: 'right' },
  { head: 'DELTA', align: 'right' },
  { head: 'PER CENT', align: 'right' },
];

const missingColumns: readonly Column[] = [
  { head: 'WINDOW (UTC)' },
  { head: 'AUDIT', cuttable: true },
  { head: 'MISSING', cuttable: true },
  { head: 'DESCRIPTION' },
];

/** Every difference with both sides, and every value that one side lacks. */
export function* differenceTable(
  findings: readonly Finding[],
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const options = {
    columns: wide ? undefined : context.columns,
    ellipsis: context.unicode ? '…' : '...',
    heading: createTheme(context.colorLevel).heading,
  };
  const differences = findings.filter((finding) => 'delta' in finding);
  const missing = findings.filter((finding) => 'description' in finding);
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
    yield `${table(differenceColumns, rows, options).lines.join('\n')}\n`;
  }
  if (missing.length > 0) {
    const rows = missing.map(({ window, type, key, description }) => [
      windowText(window),
      typeText(type),
      keyText(key),
      sanitize(description),
    ]);
    if (differences.length > 0) yield '\n';
    yield `${table(missingColumns, rows, options).lines.join('\n')}\n`;
  }
}

/** A key on one line: its parts with a slash between. */
export function keyText(key: readonly string[]): string {
  return key.map((part) => sanitize(part) || '(empty)').join(' / ');
}
