import { isAccepted } from '../../audits/gate.ts';
import { isNotSettled } from '../../audits/not-settled.ts';
import type { Audit } from '../../audits/schema.ts';
import { notOffered, type Status } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { ServersReport } from '../../diagnosis/servers-report.ts';
import { differenceLines, maxDelta } from '../difference-text.ts';
import { findingText } from '../findings/brief.ts';
import { isUnexplained } from '../findings/marks.ts';
import { serversVerdict } from '../findings/servers-verdict.ts';
import { verdictOf } from '../findings/verdict.ts';
import { plural, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { statusWords } from '../status-text.ts';

/** Workflow commands of GitHub Actions: annotations of the run. */
export const github: Format = {
  audits: ({ report }) => annotations(report),
  differences: ({ report }) => annotations(report),
  servers: ({ report }) => serversAnnotations(report),
};

/** GitHub shows about ten annotations of a step and drops the rest silently. */
const maxAnnotations = 10;
const maxLines = 5;

const levelOrder = ['error', 'warning', 'notice'] as const;
type Level = (typeof levelOrder)[number];

/** A line of the log, and how bad what it says is. */
interface Annotation {
  readonly text: string;
  readonly level: Level;
}

function* annotations(report: AuditReport): Iterable<string> {
  yield `${countsText(report.summary)}\n`;
  const { word, text } = verdictOf(report);
  yield `${word}: ${sanitize(text)}\n`;
  yield* firstOf(annotationsOf(report, ''));
}

/** Servers that could not be audited, then what was found on the others, the worst of all servers first. */
function* serversAnnotations(report: ServersReport): Iterable<string> {
  yield `${countsText(report.summary)}\n`;
  const { word, text } = serversVerdict(report);
  yield `${word}: ${sanitize(text)}\n`;
  const failed = report.servers.flatMap(({ server, error }) =>
    error === null ? [] : [command('error', `${server} not audited`, sanitize(error))],
  );
  const found = report.servers
    .flatMap(({ server, report: own }) => (own ? annotationsOf(own, `${server}: `) : []))
    .sort((a, b) => levelOrder.indexOf(a.level) - levelOrder.indexOf(b.level));
  yield* firstOf([...failed, ...found]);
}

function countsText({ passed, warning, failed, skipped, notRun }: AuditReport['summary']): string {
  return (
    `${plural(passed + warning + failed + skipped + notRun, 'audit')}: ` +
    `${failed} failed, ${plural(warning, 'warning')}, ${skipped} skipped, ` +
    `${notRun} not run, ${passed} passed`
  );
}

/** Worst first; a difference that a finding explains is part of its annotation. */
function annotationsOf(report: AuditReport, prefix: string): Annotation[] {
  return [
    ...report.findings.map((finding) => findingAnnotation(finding, prefix)),
    ...report.audits
      .filter(isUnexplained(report))
      .filter(
        (audit) => levels[audit.status] !== null && !isNotSettled(audit) && !isNotOffered(audit),
      )
      .sort((a, b) => rank(b) - rank(a) || maxDelta(b) - maxDelta(a))
      .map((audit) => annotation(audit, prefix)),
  ];
}

/** What fits: GitHub drops the last ones. */
function* firstOf(all: readonly Annotation[]): Iterable<string> {
  const fits = all.length <= maxAnnotations;
  const shown = fits ? all : all.slice(0, maxAnnotations - 1);
  for (const { text } of shown) yield text;
  if (!fits) {
    const rest = all.length - shown.length;
    yield command('notice', 'kc-etl audit', `${rest} more: see the step summary`).text;
  }
}

/** Whether an audit was skipped because the product lacks its data, which is so in every run. */
function isNotOffered({ status, description }: Audit): boolean {
  return status === 'Skipped' && description.startsWith(notOffered);
}

const severityLevels: Readonly<Record<Finding['severity'], Level>> = {
  critical: 'error',
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

function findingAnnotation(finding: Finding, prefix: string): Annotation {
  const { code, severity, accepted } = finding;
  const level = accepted === null ? severityLevels[severity] : 'notice';
  const word = accepted === null ? severity : 'accepted';
  return command(level, `${prefix}${code} (${word})`, findingText(finding).join('\n'));
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

function annotation(audit: Audit, prefix: string): Annotation {
  const { type, status, window, description } = audit;
  const lines = [...(description ? [sanitize(description)] : []), ...differenceLines(audit)];
  const rest = lines.length - maxLines;
  const text = rest > 0 ? [...lines.slice(0, maxLines), `and ${rest} more`] : lines;
  const accepted = isAccepted(audit);
  const word = accepted ? 'accepted' : statusWords[status];
  const level = accepted ? 'notice' : (levels[status] ?? 'notice');
  return command(level, `${prefix}${type} ${word}, ${windowText(window)}`, text.join('\n') || word);
}

function command(level: Level, title: string, message: string): Annotation {
  const text = `::${level} title=${escapeProperty(sanitize(title))}::${escapeData(message)}\n`;
  return { text, level };
}

/** Escapes `%`, CR and LF of a message, as the runner reads it. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes a property: like a message, and also `:` and `,`. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
