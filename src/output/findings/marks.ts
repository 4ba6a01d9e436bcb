import { isNotSettled } from '../../audits/not-settled.ts';
import type { Audit } from '../../audits/schema.ts';
import { notOffered } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';

/** Marks of findings in order; `w` is the mark of a warning without a finding. */
const findingMarks = '123456789abcdefghijklmnopqrstuvxyz';

/** Mark of the finding at an index: 1 to 9, then letters, then `*`. */
export function findingMark(index: number): string {
  return findingMarks[index] ?? '*';
}

/** Marks of audits that no finding explains or blocks, with their meanings. */
export const auditMarks = {
  passed: { mark: '.', meaning: 'passed' },
  failed: { mark: '!', meaning: 'failed without a finding' },
  warning: { mark: 'w', meaning: 'warning without a finding' },
  unsettled: { mark: '~', meaning: 'not settled yet' },
  unsupported: { mark: '-', meaning: 'not offered by the product' },
  missing: { mark: '?', meaning: 'no data' },
  notRun: { mark: '_', meaning: 'not run' },
} as const;

/** Kind of the mark of an audit without a finding. */
export type AuditMark = keyof typeof auditMarks;

/** Kind of an audit's mark, its findings aside. */
export function auditMark(audit: Audit): AuditMark {
  switch (audit.status) {
    case 'Passed':
      return 'passed';
    case 'Failed':
      return 'failed';
    case 'Warning':
      return 'warning';
    case 'NotRun':
      return 'notRun';
    case 'Skipped':
      if (isNotSettled(audit)) return 'unsettled';
      return audit.description.startsWith(notOffered) ? 'unsupported' : 'missing';
  }
}

/** Indices of the findings that explain or block each audit. */
export type FindingIndex = ReadonlyMap<string, readonly number[]>;

const indexes = new WeakMap<readonly Finding[], FindingIndex>();

/** Index of the findings of a report by the audit they explain or block. */
export function indexFindings(findings: readonly Finding[]): FindingIndex {
  const index = indexes.get(findings) ?? createIndex(findings);
  indexes.set(findings, index);
  return index;
}

function createIndex(findings: readonly Finding[]): FindingIndex {
  const index = new Map<string, number[]>();
  findings.forEach(({ explains, blocks }, i) => {
    for (const place of [...explains, ...blocks]) {
      const known = index.get(placeOf(place)) ?? [];
      if (!known.includes(i)) index.set(placeOf(place), [...known, i]);
    }
  });
  return index;
}

/** Indices of the findings of an audit, worst first. */
export function findingsAt(index: FindingIndex, audit: Audit): readonly number[] {
  return audit.status === 'Passed' ? [] : (index.get(placeOf(audit)) ?? []);
}

/** Whether no finding explains or blocks an audit that did not pass. */
export function isUnexplained({ findings }: AuditReport): (audit: Audit) => boolean {
  const index = indexFindings(findings);
  return (audit) => findingsAt(index, audit).length === 0;
}

function placeOf({ window, type }: Pick<Audit, 'window' | 'type'>): string {
  return `${type} ${Date.parse(window.start)} ${Date.parse(window.end)}`;
}
