import { isAccepted } from '../../audits/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { notSettled, type Status } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { differenceLines, largestDelta } from '../difference-text.ts';
import { plural, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { statusWords } from '../status-text.ts';

/** Workflow commands of GitHub Actions: what is wrong, as annotations of the run. */
export const github: Format = {
  audits: ({ report }) => annotations(report),
  differences: ({ report }) => annotations(report),
};

/** GitHub shows about ten annotations of a step, and drops the rest without a word. */
const shownAtMost = 10;
const linesEach = 5;

type Level = 'error' | 'warning' | 'notice';

/** Worst first: what GitHub would drop must be what matters least. */
function* annotations(report: AuditReport): Iterable<string> {
  const { passed, warning, failed, skipped, notRun } = report.summary;
  yield `${plural(passed + warning + failed + skipped + notRun, 'audit')}: ` +
    `${failed} failed, ${warning} with missing values, ${skipped} skipped, ` +
    `${notRun} not run, ${passed} passed\n`;
  const annotated = report.audits
    .filter((audit) => levels[audit.status] !== null && !isUnsettled(audit))
    .sort((a, b) => rank(b) - rank(a) || largestDelta(b) - largestDelta(a));
  const fits = annotated.length <= shownAtMost;
  const shown = fits ? annotated : annotated.slice(0, shownAtMost - 1);
  for (const audit of shown) yield annotation(audit);
  if (!fits) {
    const rest = annotated.length - shown.length;
    yield command('notice', 'kc-etl audit', `${plural(rest, 'more audit')}: see the step summary`);
  }
}

/** Every run finds the newest windows too young: that is no news. */
function isUnsettled({ status, description }: Audit): boolean {
  return status === 'Skipped' && description.startsWith(notSettled);
}

/** An audit that never ran says nothing about the data. */
const levels: Readonly<Record<Status, Level | null>> = {
  Failed: 'error',
  Warning: 'warning',
  Skipped: 'warning',
  NotRun: null,
  Passed: null,
};

const ranks: Readonly<Record<Status, number>> = {
  Failed: 4,
  Skipped: 3,
  Warning: 2,
  NotRun: 0,
  Passed: 0,
};

function rank(audit: Audit): number {
  return isAccepted(audit) ? 1 : ranks[audit.status];
}

function annotation(audit: Audit): string {
  const { type, status, window, description } = audit;
  const lines = [...(description ? [sanitize(description)] : []), ...differenceLines(audit)];
  const rest = lines.length - linesEach;
  const text = rest > 0 ? [...lines.slice(0, linesEach), `and ${rest} more`] : lines;
  const accepted = isAccepted(audit);
  const word = accepted ? 'accepted' : statusWords[status];
  const level = accepted ? 'notice' : (levels[status] ?? 'notice');
  return command(level, `${type} ${word}, ${windowText(window)}`, text.join('\n') || word);
}

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

/** As the runner reads a message: `%`, CR and LF are written as numbers, and nothing else is. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As the runner reads a property: like a message, and `:` and `,` too. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
