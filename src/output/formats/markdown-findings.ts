import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { gradeText } from '../findings/effect-text.ts';
import type { Field } from '../findings/field.ts';
import { findingFields } from '../findings/fields.ts';
import { findingMark } from '../findings/marks.ts';
import { serverText } from '../findings/server.ts';
import { verdictOf } from '../findings/verdict.ts';
import { sanitize } from '../sanitize.ts';
import { calendarLines } from '../tables/calendar.ts';
import { createTheme } from '../theme.ts';
import { markdownText } from './markdown-text.ts';

/** Width of the calendar, which stands in a code block. */
const calendarWidth = 120;

/** Verdict, findings and calendar in Markdown. */
export function* findingSections(report: AuditReport): Iterable<string> {
  if (report.audits.length === 0 && report.findings.length === 0) return;
  const { word, text } = verdictOf(report);
  yield `**${word}**: ${markdownText(text)}\n\n`;
  yield `${markdownText(serverText(report, true))}\n\n`;
  for (const [i, finding] of report.findings.entries()) yield* findingSection(finding, i);
  const calendar = calendarLines(report, calendarWidth, true, createTheme(0));
  if (calendar.length > 0) yield fence(calendar);
}

function* findingSection(finding: Finding, index: number): Iterable<string> {
  const head = `${findingMark(index)}. \`${finding.code}\` (${gradeText(finding)})`;
  yield `### ${head}\n\n${markdownText(finding.title)}\n\n`;
  for (const field of findingFields(finding, true)) yield* fieldLines(field);
  yield '\n';
}

function* fieldLines({ label, texts, rows = [], commands = [] }: Field): Iterable<string> {
  const [first = '', ...rest] = texts;
  yield `- **${label}** ${markdownText(first)}`.trimEnd();
  yield '\n';
  for (const text of rest) yield `  - ${markdownText(text)}\n`;
  for (const [name, amount] of rows) yield `  - ${amount} ${markdownText(name)}\n`;
  if (commands.length > 0) {
    yield `\n${fence(commands.map(sanitize)).replace(/^(?=.)/gm, '  ')}`;
  }
}

/** Lines in a code block whose fence is longer than any in the lines. */
function fence(lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}text\n${text}\n${ticks}\n\n`;
}
