import type { Audit, Difference, MissingValue } from '../../audits/schema.ts';
import { auditTypeNames, auditTypes } from '../../audits/types.ts';
import { type Code, codeInfo, codeNames } from '../../diagnosis/codes.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import type { ServersReport } from '../../diagnosis/servers-report.ts';
import { version } from '../../version.ts';
import { differenceText, missingText } from '../difference-text.ts';
import { findingText } from '../findings/brief.ts';
import { isUnexplained } from '../findings/marks.ts';
import { keyText, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';

/** SARIF 2.1.0, for code scanning: a result per difference or missing value. */
export const sarif: Format = {
  audits: ({ report }) => log(runOf(report)),
  differences: ({ report }) => log(runOf(report)),
  servers: ({ report }) => log(serversRun(report)),
};

interface Run {
  readonly isSuccessful: boolean;
  readonly notifications: readonly object[];
  readonly results: readonly Result[];
  readonly properties: object;
}

function runOf(report: AuditReport): Run {
  const { audits, findings, server, engine } = report;
  return {
    isSuccessful: true,
    notifications: notRun(audits),
    results: [
      ...findings.map(findingResult),
      ...audits.filter(isUnexplained(report)).flatMap(results),
    ],
    properties: { engine, ...(server === null ? {} : { server }) },
  };
}

/** One run for all servers: GitHub takes few runs in a file. The server is part of a result's identity. */
function serversRun({ servers }: ServersReport): Run {
  const failed = servers.filter(({ error }) => error !== null);
  const runs = servers.flatMap(({ server, report }) =>
    report ? [{ server, run: runOf(report) }] : [],
  );
  return {
    isSuccessful: failed.length === 0,
    notifications: [
      ...failed.map(({ server, error }) => ({
        level: 'error',
        message: { text: sanitize(`${server}: ${error}`) },
      })),
      ...runs.flatMap(({ run }) => run.notifications),
    ],
    results: runs.flatMap(({ server, run }) => run.results.map((one) => ofServer(one, server))),
    properties: { servers: servers.map(({ server }) => server) },
  };
}

/** A result that names its server. */
function ofServer(result: Result, server: string): Result {
  const { message, partialFingerprints, properties, locations } = result;
  return {
    ...result,
    message: { text: `${sanitize(server)}: ${message.text}` },
    locations: locations.map((location) => ({
      ...location,
      logicalLocations: location.logicalLocations.map((one) => ({
        ...one,
        fullyQualifiedName: `${server}/${one.fullyQualifiedName}`,
      })),
    })),
    partialFingerprints: { ...partialFingerprints, 'server/v1': server },
    properties: { server, ...properties },
  };
}

function* log({ isSuccessful, notifications, results: found, properties }: Run): Iterable<string> {
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kc-etl', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          { executionSuccessful: isSuccessful, toolExecutionNotifications: notifications },
        ],
        results: found,
        properties,
      },
    ],
  };
  yield `${JSON.stringify(document, null, 2)}\n`;
}

/** A SARIF result, as far as it is changed here. */
interface Result {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: object;
    readonly logicalLocations: readonly {
      readonly name: string;
      readonly fullyQualifiedName: string;
    }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: object;
}

const severityLevels = {
  critical: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
} as const;

/** Rules of the audits, then of the finding codes. */
const rules = [
  ...auditTypeNames.map((id) => ({
    id: id as string, // codes follow
    name: id as string,
    shortDescription: { text: auditTypes[id].description as string },
    defaultConfiguration: { level: 'error' },
  })),
  ...codeNames.map(codeRule),
];

function codeRule(code: Code) {
  const { title, meaning, confirm, actions, references, severity } = codeInfo(code);
  const steps = [...confirm, ...actions].map(({ text }) => `- ${text}`);
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: {
      text: [meaning, ...steps, ...(references.length > 0 ? [references.join(', ')] : [])].join(
        '\n',
      ),
    },
    defaultConfiguration: { level: severityLevels[severity] },
  };
}

function findingResult(finding: Finding) {
  const { id, code, severity, accepted, object, amount, effect, first, last } = finding;
  return {
    ruleId: code,
    ruleIndex: auditTypeNames.length + codeNames.indexOf(code),
    level: severityLevels[severity],
    message: { text: findingText(finding).join('\n') },
    locations: [
      {
        // code scanning requires a file; there is none, so the URI names the code
        physicalLocation: { artifactLocation: { uri: `kubecost/${code}` } },
        logicalLocations: [{ name: object?.name ?? id, fullyQualifiedName: id }],
      },
    ],
    partialFingerprints: { 'finding/v1': id },
    ...suppression(accepted ?? undefined),
    properties: { id, amount, effect, first, last },
  };
}

function suppression(accepted: string | undefined) {
  return accepted === undefined
    ? {}
    : { suppressions: [{ kind: 'external', status: 'accepted', justification: accepted }] };
}

/** Audits that were not evaluated, as notifications: SARIF results are defects only. */
function notRun(audits: readonly Audit[]) {
  return audits
    .filter(({ status }) => status === 'Skipped' || status === 'NotRun')
    .map(({ type, status, window, description }) => ({
      level: status === 'Skipped' ? 'warning' : 'note',
      message: {
        text: `${type} of ${windowText(window)} ${status === 'Skipped' ? 'skipped' : 'not run'}${description ? `: ${sanitize(description)}` : ''}`,
      },
      associatedRule: { id: type, index: auditTypeNames.indexOf(type) },
    }));
}

function results(audit: Audit) {
  const { differences, missing, status, description } = audit;
  const found = [
    ...differences.map((difference) =>
      result(audit, difference, {
        text: differenceText(difference),
        level: 'error',
        properties: numbers(difference),
      }),
    ),
    ...missing.map((value) => result(audit, value, { text: missingText(value), level: 'warning' })),
  ];
  if (found.length > 0 || (status !== 'Failed' && status !== 'Warning')) return found;
  const text = sanitize(description) || 'the server reported no differences';
  const level = status === 'Failed' ? 'error' : 'warning';
  return [result(audit, { key: [] }, { text, level })];
}

function numbers({ expected, actual, delta, relative, causes = [] }: Difference) {
  return { expected, actual, delta, relative, ...(causes.length > 0 ? { causes } : {}) };
}

type Entry = Pick<Difference | MissingValue, 'key' | 'accepted'>;

interface Described {
  readonly text: string;
  readonly level: 'error' | 'warning';
  readonly properties?: object;
}

function result(
  { type, window }: Audit,
  { key, accepted }: Entry,
  { text, level, properties }: Described,
) {
  return {
    ruleId: type,
    ruleIndex: auditTypeNames.indexOf(type),
    level,
    message: { text: `${windowText(window)}: ${text}` },
    locations: [
      {
        // code scanning requires a file; there is none, so the URI names the audit
        physicalLocation: { artifactLocation: { uri: `kubecost/${type}` } },
        logicalLocations: [{ name: keyText(key), fullyQualifiedName: key.join('/') }],
      },
    ],
    partialFingerprints: { 'typeAndKey/v1': JSON.stringify([type, ...key]) },
    ...suppression(accepted),
    properties: { window, key, ...properties },
  };
}
