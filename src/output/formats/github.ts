import { isAccepted } from '../../audits/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { notSettled, type Status } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { differenceLines, maxDelta } from '../difference-text.ts';
import { plural, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { statusWords } from '../status-text.ts';

/** Workflow commands of GitHub Actions: annotations of the run. */
export const github: Format = {
  audits: ({ report }) => annotations(report),
  differences: ({ report }) => annotations(report),
};

/** GitHub shows about ten annotations of a step and drops the rest silently. */
const maxAnnotations = 10;
const maxLines = 5;

type Level = 'error' | 'warning' | 'notice';

/** Worst first: GitHub drops the last ones. */
function* annotations(report: AuditReport): Iterable<string> {
  const { passed, warning, failed, skipped, notRun } = report.summary;
  yield `${plural(passed + warning + failed + skipped + notRun, 'audit')}: ` +
    `${failed} failed, ${warning} with missing values, ${skipped} skipped, ` +
    `${notRun} not run, ${passed} passed\n`;
  const annotated = report.audits
    .filter((audit) => levels[audit.status] !== null && !isUnsettled(audit))
    .sort((a, b) => rank(b) - rank(a) || maxDelta(b) - maxDelta(a));
  const fits = annotated.length <= maxAnnotations;
  const shown = fits ? annotated : annotated.slice(0, maxAnnotations - 1);
  for (const audit of shown) yield annotation(audit);
  if (!fits) {
    const rest = annotated.length - shown.length;
    yield command('notice', 'kc-etl audit', `${plural(rest, 'more audit')}: see the step summary`);
  }
}

/** Whether an audit only waits for its window to settle, which is so in every run. */
function isUnsettled({ status, description }: Audit): boolean {
  return status === 'Skipped' && description.startsWith(notSettled);
}

/** Level of the annotation; null for statuses that get none. */
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
  const rest = lines.length - maxLines;
  const text = rest > 0 ? [...lines.slice(0, maxLines), `and ${rest} more`] : lines;
  const accepted = isAccepted(audit);
  const word = accepted ? 'accepted' : statusWords[status];
  const level = accepted ? 'notice' : (levels[status] ?? 'notice');
  return command(level, `${type} ${word}, ${windowText(window)}`, text.join('\n') || word);
}

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

/** Escapes `%`, CR and LF of a message, as the runner reads it. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes a property: like a message, and also `:` and `,`. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
