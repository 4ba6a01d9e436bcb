import { isAccepted } from '../../audits/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { auditTypes } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { ServersReport } from '../../diagnosis/servers-report.ts';
import { byWindow } from '../by-window.ts';
import { differenceLines } from '../difference-text.ts';
import { findingText } from '../findings/brief.ts';
import { findingsAt, indexFindings } from '../findings/marks.ts';
import { plural, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { type XmlElement, xmlDocument } from './xml.ts';

/** JUnit XML: a testsuite per window, a testcase per audit; of several servers, their names come first. */
export const junit: Format = {
  audits: ({ report }) => xmlDocument(testsuites(report)),
  differences: ({ report }) => xmlDocument(testsuites(report)),
  servers: ({ report }) => xmlDocument(serversSuites(report)),
};

type Verdict = 'passed' | 'failure' | 'skipped';

function testsuites(report: AuditReport): XmlElement {
  const suites = byWindow(report.audits).map((audits) => testsuite(audits, report));
  return {
    name: 'testsuites',
    attributes: { name: 'kc-etl audit', ...counts(report.audits, report) },
    children: suites,
  };
}

/** The testsuites of every server; a server that could not be audited is a testsuite with an error. */
function serversSuites({ servers }: ServersReport): XmlElement {
  const total = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  const children = servers.flatMap(({ server, error, report }) => {
    const own = report === null ? null : counts(report.audits, report);
    total.tests += (own?.tests ?? 0) + (error === null ? 0 : 1);
    total.failures += own?.failures ?? 0;
    total.skipped += own?.skipped ?? 0;
    total.errors += error === null ? 0 : 1;
    const suites = report
      ? byWindow(report.audits).map((audits) => testsuite(audits, report, server))
      : [];
    return error === null ? suites : [failedServer(server, error), ...suites];
  });
  return { name: 'testsuites', attributes: { name: 'kc-etl audit', ...total }, children };
}

function failedServer(server: string, error: string): XmlElement {
  return {
    name: 'testsuite',
    attributes: { name: server, tests: 1, failures: 0, errors: 1, skipped: 0 },
    children: [
      {
        name: 'testcase',
        attributes: { name: 'server', classname: `kc-etl.${server}`, time: 0 },
        children: [{ name: 'error', attributes: { message: error }, children: [error] }],
      },
    ],
  };
}

/** @param server its name among several */
function testsuite(audits: readonly Audit[], report: AuditReport, server?: string): XmlElement {
  const [first] = audits;
  const prefix = server === undefined ? '' : `${server}: `;
  const properties = {
    name: 'properties',
    attributes: {},
    children: [
      property('server', report.server ?? ''),
      property('engine', report.engine),
      property('windowStart', first?.window.start ?? ''),
      property('windowEnd', first?.window.end ?? ''),
    ],
  };
  return {
    name: 'testsuite',
    attributes: {
      name: `${prefix}${first ? windowText(first.window) : ''}`,
      ...counts(audits, report),
      timestamp: secondOf(audits.map(({ lastRun }) => lastRun)),
    },
    children: [properties, ...audits.map((audit) => testcase(audit, report, server))],
  };
}

function property(name: string, value: string): XmlElement {
  return { name: 'property', attributes: { name, value } };
}

function counts(audits: readonly Audit[], report: AuditReport) {
  const verdicts = audits.map((audit) => verdictOf(audit, report));
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  return { tests: audits.length, failures: count('failure'), errors: 0, skipped: count('skipped') };
}

/** A warning is a failure only where the gate fails on warnings. */
function verdictOf(audit: Audit, { gate }: AuditReport): Verdict {
  if (audit.status === 'Skipped' || audit.status === 'NotRun') return 'skipped';
  if (isAccepted(audit)) return 'skipped';
  if (audit.status === 'Failed') return 'failure';
  return audit.status === 'Warning' && gate?.failOn === 'warning' ? 'failure' : 'passed';
}

function testcase(audit: Audit, report: AuditReport, server?: string): XmlElement {
  const { type, window } = audit;
  return {
    name: 'testcase',
    attributes: {
      name: type,
      classname: `kc-etl.${server === undefined ? '' : `${server}.`}${windowText(window)}`,
      time: 0,
    },
    children: outcome(audit, verdictOf(audit, report), findingsOf(audit, report)),
  };
}

/** Findings that explain or block an audit. */
function findingsOf(audit: Audit, { findings }: AuditReport): Finding[] {
  const own = findingsAt(indexFindings(findings), audit);
  return findings.filter((_, i) => own.includes(i));
}

function outcome(audit: Audit, verdict: Verdict, findings: readonly Finding[]): XmlElement[] {
  const { status, description, differences, missing } = audit;
  const lines = [
    ...findings.flatMap((finding) => [...findingText(finding), '']),
    ...(description ? [description] : []),
    ...differenceLines(audit),
  ];
  const found = [
    differences.length > 0 ? plural(differences.length, 'difference') : '',
    missing.length > 0 ? plural(missing.length, 'missing value') : '',
  ].filter((part) => part !== '');
  const counts = found.join(', ') || description;
  if (verdict === 'failure') {
    const message = findings[0]
      ? findings.map(({ title }) => title).join(' ')
      : `${auditTypes[audit.type].description}: ${counts || 'the audit failed'}`;
    return [{ name: 'failure', attributes: { message, type: status }, children: text(lines) }];
  }
  const out = { name: 'system-out', attributes: {}, children: text(lines) };
  if (verdict === 'skipped') {
    const message = isAccepted(audit) ? `accepted: ${counts}` : description || `${status}`;
    const skipped = { name: 'skipped', attributes: { message } };
    return lines.length > 0 ? [skipped, out] : [skipped];
  }
  return lines.length > 0 ? [out] : [];
}

function text(lines: readonly string[]): string[] {
  return lines.length > 0 ? [lines.join('\n')] : [];
}

/** The latest time without its fraction, as the JUnit schema requires. */
function secondOf(times: readonly (string | null)[]): string | undefined {
  const latest = times
    .filter((time) => time !== null)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.exec(latest ?? '')?.[0];
}
