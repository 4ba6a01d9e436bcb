import type { Finding } from '../../diagnosis/schema.ts';
import { gradeText } from '../findings/effect-text.ts';
import type { Field } from '../findings/field.ts';
import { findingFields } from '../findings/fields.ts';
import { findingMark } from '../findings/marks.ts';
import { plural, wrapped } from '../format.ts';
import { sanitize } from '../sanitize.ts';
import { textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';

/** Findings that a table shows; `wide` and the other formats show all. */
const maxFindings = 9;

const indent = '   ';
const labelWidth = 11;
/** Commands start here, on lines of their own, and are neither wrapped nor cut. */
const commandIndent = '     ';

/** The findings as blocks of lines, worst first. */
export function* findingLines(
  findings: readonly Finding[],
  { width, full, theme }: { width: number; full: boolean; theme: Theme },
): Iterable<string> {
  const shown = full ? findings : findings.slice(0, maxFindings);
  for (const [i, finding] of shown.entries()) {
    yield '';
    yield* headLines(finding, findingMark(i), width, theme);
    for (const field of findingFields(finding, full)) yield* fieldLines(field, width, theme);
  }
  const rest = findings.length - shown.length;
  if (rest > 0) yield* ['', `and ${plural(rest, 'more finding')} (-o wide)`];
}

function* headLines(finding: Finding, mark: string, width: number, theme: Theme): Iterable<string> {
  const { code, severity } = finding;
  const text = `${mark}  ${code}      ${gradeText(finding)}`;
  const [first = '', ...rest] =
    text.length <= width
      ? [text]
      : [`${mark}  ${code}`, ...wrapped(gradeText(finding), width - indent.length)];
  const color =
    severity === 'critical' || severity === 'error'
      ? theme.bad
      : severity === 'warning'
        ? theme.doubtful
        : theme.faint;
  yield color(first);
  for (const line of rest) yield indent + color(line);
  for (const line of wrapped(sanitize(finding.title), width - indent.length)) yield indent + line;
}

function* fieldLines(field: Field, width: number, theme: Theme): Iterable<string> {
  const { label, texts, rows = [], commands = [] } = field;
  const start = indent.length + labelWidth;
  const cells = rowTexts(rows);
  const fits = cells.every((cell) => start + textWidth(cell) <= width);
  const lines = [
    ...texts.flatMap((text) => wrapped(sanitize(text), width - start)),
    ...(fits ? cells : []),
  ];
  for (const [i, line] of lines.entries()) {
    const head = i === 0 ? theme.faint(label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
    yield (indent + head + line).trimEnd();
  }
  if (lines.length === 0) yield indent + theme.faint(label);
  const below = commandIndent.length;
  for (const cell of fits ? [] : cells) {
    for (const line of wrapped(cell.trimStart(), width - below, '  ')) yield commandIndent + line;
  }
  for (const command of commands) yield commandIndent + sanitize(command);
}

/** Amounts in a column, then the names. */
function rowTexts(rows: readonly (readonly [string, string])[]): string[] {
  const amountWidth = Math.max(0, ...rows.map(([, amount]) => amount.length));
  return rows.map(([name, amount]) => {
    const space = amount === '' ? '' : `${amount.padStart(amountWidth)}  `;
    return space + sanitize(name);
  });
}
