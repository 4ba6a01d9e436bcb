import { createHash } from 'node:crypto';
import type { AuditReport } from '../../../diagnosis/report.ts';
import { version } from '../../../version.ts';
import { verdictOf } from '../../findings/verdict.ts';
import { timeText } from '../../format.ts';
import type { AuditsResult } from '../../result.ts';
import { auditList } from './audit-list.ts';
import { calendar } from './calendar.ts';
import { clusterCalendar } from './cluster-calendar.ts';
import { differences } from './differences.ts';
import { findingSections } from './findings.ts';
import { type Markup, markup } from './markup.ts';
import { missingValues } from './missing-values.ts';
import { notes } from './notes.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { verdict } from './verdict.ts';

export type Page = Pick<AuditsResult<'audits' | 'differences'>, 'report' | 'entries' | 'trend'>;

/** The page: verdict first, every audit last. It is complete without its script. */
export function* page({ report, entries, trend }: Page): Iterable<string> {
  const first = report.findings.length > 0 ? 'findings' : 'differences';
  const title = `${verdictOf(report).word}: ${report.server ?? 'saved report'}`;
  yield head(title, first);
  yield `${verdict(report).html}\n<main>\n`;
  yield* sections({ report, entries, ...(trend && { trend }) });
  yield `</main>\n${footer([report]).html}\n${end}`;
}

/** Everything below the verdict. */
export function* sections({ report, entries, trend }: Page): Iterable<string> {
  yield* findingSections(report, trend);
  yield* calendar(report);
  yield* clusterCalendar(report);
  yield* differences(report, entries);
  yield* missingValues(report.audits, entries);
  yield* notes(report);
  yield* auditList(report.audits);
}

/** The end of a page, with its script. */
export const end = `<script>${script}</script>\n</body>\n</html>\n`;

/** The head; its policy allows the page's own style and script and nothing else. */
export function head(title: string, first: string): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#${first}">Skip to the ${first}</a>
`.html;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

export function footer(reports: readonly AuditReport[]): Markup {
  const engines = [...new Set(reports.map(({ engine }) => engine))];
  const latest = reports
    .flatMap(({ audits }) => audits)
    .flatMap(({ lastRun }) => (lastRun === null ? [] : [lastRun]))
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
  const run = latest === undefined ? '' : ` Last run ${timeText(latest, false)} UTC.`;
  return markup`<footer>Audits by the ${engines.join(' and the ')} engine.${run} Times are UTC. Made by kc-etl ${version}.</footer>`;
}
