import { evaluateGate, summarise } from '../../../src/audits/gate.ts';
import type { Audit } from '../../../src/audits/schema.ts';
import { selectDifferences } from '../../../src/audits/selection.ts';
import type { AuditType, Status } from '../../../src/audits/types.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import type { Finding } from '../../../src/diagnosis/schema.ts';
import type { Result } from '../../../src/output/result.ts';

export type FindingObject = NonNullable<Finding['object']>;

/** The window of a UTC day. */
export function dayWindow(date: string): Audit['window'] {
  const start = Date.parse(`${date}T00:00:00Z`);
  const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return { start: text(start), end: text(start + 86_400_000) };
}

/** An object of a finding: a node of cluster-one unless a test says otherwise. */
export function findingObject(parts: Partial<FindingObject> & { name: string }): FindingObject {
  return {
    kind: 'node',
    cluster: 'cluster-one',
    providerID: null,
    namespace: null,
    details: {},
    ...parts,
  };
}

/** A finding of 2026-11-23 with the values that a test is about. */
export function finding(parts: Partial<Finding> & Pick<Finding, 'code' | 'title'>): Finding {
  const window = dayWindow('2026-11-23');
  const total = parts.amount?.total ?? null;
  return {
    id: `${parts.code}:${parts.object?.name ?? 'object'}`,
    variant: null,
    severity: 'error',
    confidence: 'certain',
    explanation: '',
    object: null,
    objects: [],
    objectCount: parts.objects?.length ?? (parts.object ? 1 : 0),
    wrong: null,
    amount: { total: null, perDay: null, basis: 'measured', share: null },
    effect: { workloads: null, idle: null, assets: null, bill: null },
    first: window.start,
    last: window.end,
    state: 'ended',
    trend: 'constant',
    windows: [{ ...window, amount: total }],
    explains: [],
    blocks: [],
    evidence: [],
    confirm: [],
    actions: [],
    references: [],
    accepted: null,
    ...parts,
  };
}

/** What a finding explains on 2026-11-23, or on the given day. */
export function explained(
  type: AuditType,
  key: string[],
  amount: number | null,
  date = '2026-11-23',
): Finding['explains'][number] {
  return { window: dayWindow(date), type, key, amount };
}

/** A grid of audits: a character for each day, as in the calendar; digits are Failed. */
export function auditGrid(
  dates: readonly string[],
  rows: Readonly<Partial<Record<AuditType, string>>>,
): Audit[] {
  return dates.flatMap((date, i) =>
    Object.entries(rows).map(([type, marks]): Audit => {
      const mark = marks[i] ?? '.';
      return {
        window: dayWindow(date),
        type: type as AuditType, // entries() forgets the names
        ...resultOf(mark, type),
        lastRun: '2026-11-26T06:00:00Z',
        resolution: 0.00004,
        differences: [],
        missing: [],
      };
    }),
  );
}

function resultOf(mark: string, type: string): { status: Status; description: string } {
  if (mark === '.') return { status: 'Passed', description: '' };
  if (mark === '~') {
    const isBill = /Reconciliation|ClusterEquality/.test(type);
    const hours = isBill ? 48 : 6;
    return {
      status: 'Skipped',
      description: `not settled yet: the window ended 3 h ago, and its data can change until ${hours} h after its end`,
    };
  }
  if (mark === '-') {
    return {
      status: 'Skipped',
      description: 'not offered by this product: OpenCost keeps no totals',
    };
  }
  if (mark === '?') return { status: 'Skipped', description: '/assets has no data' };
  if (mark === '_') return { status: 'NotRun', description: '' };
  return { status: mark === 'w' ? 'Warning' : 'Failed', description: '' };
}

/** A report of the local engine. */
export function findingReport(parts: {
  audits: Audit[];
  findings?: Finding[];
  product?: string;
  clusters?: number;
  incomplete?: string;
}): AuditReport {
  const { audits, findings = [], product = 'Kubecost 2.4.3', clusters = 3 } = parts;
  return {
    schemaVersion: 1,
    server: 'http://localhost:9090/model',
    product,
    clusters: ['cluster-one', 'cluster-two', 'cluster-three'].slice(0, clusters),
    engine: 'local',
    audits,
    findings,
    summary: summarise(audits),
    gate: evaluateGate(audits, 'failed', false, parts.incomplete ?? null).gate,
  };
}

/** The result of `audit run` with a report. */
export function resultOfReport(report: AuditReport): Extract<Result, { kind: 'audits' }> {
  const everything = { statuses: [], top: null, minDelta: 0, sort: 'delta' } as const;
  const { entries } = selectDifferences(report.audits, everything);
  return { kind: 'audits', report, entries };
}
