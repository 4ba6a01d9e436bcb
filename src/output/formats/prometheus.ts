import type { Audit } from '../../audits/schema.ts';
import { type AuditType, auditTypeNames, statuses } from '../../audits/types.ts';
import { severities } from '../../diagnosis/codes/code.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { clusterOf } from '../datasets/findings.ts';
import { maxDelta } from '../difference-text.ts';
import type { Format } from '../renderer.ts';
import type { ServersResult } from '../result.ts';
import { exposition, type Metric, ofServers, type Sample } from './exposition.ts';
import { coverageMetrics } from './prometheus-coverage.ts';
import { fleetMetrics } from './prometheus-fleet.ts';
import { reconciliationMetrics } from './prometheus-reconciliation.ts';

/**
 * Metrics by audit type, for the textfile collector and the Pushgateway. Windows and keys are not
 * labels: every day would add series that never end.
 */
export const prometheus: Format = {
  audits: ({ report }) => exposition(auditMetrics(report)),
  differences: ({ report }) => exposition(auditMetrics(report)),
  coverage: ({ report }) => exposition(coverageMetrics(report)),
  servers: (result) => exposition(serversMetrics(result)),
  fleet: ({ report }) => exposition(fleetMetrics(report)),
  reconciliation: ({ report }) => exposition(reconciliationMetrics(report)),
};

/** The metrics of every server, with its name as a label. */
function serversMetrics({ report }: ServersResult): Metric[] {
  const audited = report.servers.map(({ server, report: own }) => ({
    server,
    metrics: own ? auditMetrics(own) : [],
  }));
  const up: Metric = {
    name: 'kc_etl_audit_server_up',
    help: 'Whether the server could be audited (1) or not (0).',
    samples: report.servers.map(({ server, error }) => ({
      labels: { server },
      value: error === null ? 1 : 0,
    })),
  };
  return [...ofServers(audited), up];
}

/** Metrics of a report, by audit type. */
export function auditMetrics(report: AuditReport): Metric[] {
  const { audits, gate, server, engine } = report;
  const counted = report.findings.filter(({ accepted }) => accepted === null);
  return [
    {
      name: 'kc_etl_audit_info',
      help: 'What was audited, and who computed the audits; always 1.',
      samples: [{ labels: { server: server ?? '', engine }, value: 1 }],
    },
    {
      name: 'kc_etl_audit_sets',
      help: 'Windows whose audit ended with this status.',
      samples: byType(audits).flatMap(([type, ofType]) =>
        statuses.map((status) => ({
          labels: { type, status },
          value: ofType.filter((audit) => audit.status === status).length,
        })),
      ),
    },
    {
      name: 'kc_etl_audit_differences',
      help: 'Differences between what the audits generated and what the store held.',
      samples: perType(audits, (ofType) => sum(ofType, ({ differences }) => differences.length)),
    },
    {
      name: 'kc_etl_audit_differences_accepted',
      help: 'Differences that are accepted and do not count for the gate.',
      samples: perType(audits, (ofType) =>
        sum(ofType, ({ differences }) => differences.filter(({ accepted }) => accepted).length),
      ),
    },
    {
      name: 'kc_etl_audit_missing_values',
      help: 'Keys that only one of two compared sources has.',
      samples: perType(audits, (ofType) => sum(ofType, ({ missing }) => missing.length)),
    },
    {
      name: 'kc_etl_audit_largest_difference_cost',
      help: 'The largest difference of any window, without its sign; NaN where it is not a number.',
      samples: perType(audits, (ofType) => asCost(Math.max(...ofType.map(maxDelta)))),
    },
    {
      name: 'kc_etl_audit_last_run_timestamp_seconds',
      help: 'When an audit of this type ran last.',
      samples: byType(audits).flatMap(([type, ofType]) => lastRun(type, ofType)),
    },
    {
      name: 'kc_etl_finding',
      help: 'Amount of a finding over its windows, above 0: shown too high; NaN where it is not known. The first 50 that are not accepted.',
      samples: counted.slice(0, maxFindings).map(findingSample),
    },
    {
      name: 'kc_etl_findings',
      help: 'Number of findings that are not accepted, by severity.',
      samples: severities.map((severity) => ({
        labels: { severity },
        value: counted.filter((finding) => finding.severity === severity).length,
      })),
    },
    {
      name: 'kc_etl_audit_gate_passed',
      help: 'Whether the gate passed (1) or not (0).',
      samples: gate ? [{ labels: {}, value: gate.passed ? 1 : 0 }] : [],
    },
  ];
}

/** Series of findings: their objects change from day to day, so that their number has a limit. */
const maxFindings = 50;

function findingSample(finding: Finding): Sample {
  const { id, code, severity, amount } = finding;
  return {
    labels: {
      code,
      cluster: clusterOf(finding) ?? '',
      object: id.slice(code.length + 1),
      severity,
    },
    value: amount.total ?? Number.NaN,
  };
}

function byType(audits: readonly Audit[]): [AuditType, Audit[]][] {
  return auditTypeNames
    .map((type): [AuditType, Audit[]] => [type, audits.filter((audit) => audit.type === type)])
    .filter(([, ofType]) => ofType.length > 0);
}

function perType(audits: readonly Audit[], value: (ofType: Audit[]) => number): Sample[] {
  return byType(audits).map(([type, ofType]) => ({ labels: { type }, value: value(ofType) }));
}

function sum(audits: readonly Audit[], count: (audit: Audit) => number): number {
  return audits.reduce((total, audit) => total + count(audit), 0);
}

/** NaN for a difference that is not a number. */
function asCost(largest: number): number {
  return largest === Number.MAX_VALUE ? Number.NaN : largest;
}

function lastRun(type: AuditType, audits: readonly Audit[]): Sample[] {
  const times = audits
    .flatMap((audit) => (audit.lastRun === null ? [] : [Date.parse(audit.lastRun)]))
    .filter((time) => !Number.isNaN(time));
  return times.length > 0 ? [{ labels: { type }, value: Math.max(...times) / 1000 }] : [];
}
