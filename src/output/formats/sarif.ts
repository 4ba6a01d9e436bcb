import type { Audit, Difference, MissingValue } from '../../audits/schema.ts';
import { auditTypeNames, auditTypes } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { version } from '../../version.ts';
import { differenceText, missingText } from '../difference-text.ts';
import { keyText, windowText } from '../format.ts';
import type { Format } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';

/** SARIF 2.1.0, for code scanning: a result per difference or missing value. */
export const sarif: Format = {
  audits: ({ report }) => log(report),
  differences: ({ report }) => log(report),
};

function* log(report: AuditReport): Iterable<string> {
  const { audits, server, engine } = report;
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kc-etl', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notRun(audits) }],
        results: audits.flatMap(results),
        properties: { engine, ...(server === null ? {} : { server }) },
      },
    ],
  };
  yield `${JSON.stringify(document, null, 2)}\n`;
}

const rules = auditTypeNames.map((id) => ({
  id,
  name: id,
  shortDescription: { text: auditTypes[id].description },
  defaultConfiguration: { level: 'error' },
}));

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
      result(audit, difference, differenceText(difference), 'error', { ...numbers(difference) }),
    ),
    ...missing.map((value) => result(audit, value, missingText(value), 'warning', {})),
  ];
  if (found.length > 0 || (status !== 'Failed' && status !== 'Warning')) return found;
  const text = sanitize(description) || 'the server names no difference';
  return [result(audit, { key: [] }, text, status === 'Failed' ? 'error' : 'warning', {})];
}

function numbers({ expected, actual, delta, relative, causes = [] }: Difference) {
  return { expected, actual, delta, relative, ...(causes.length > 0 ? { causes } : {}) };
}

type Entry = Pick<Difference | MissingValue, 'key' | 'accepted'>;

function result(
  { type, window }: Audit,
  { key, accepted }: Entry,
  text: string,
  level: 'error' | 'warning',
  properties: object,
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
    ...(accepted === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: accepted }] }),
    properties: { window, key, ...properties },
  };
}
