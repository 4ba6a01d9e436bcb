import { z } from 'zod';
import { compareSchema } from '../audits/compare/schema.ts';
import type { Audit } from '../audits/schema.ts';
import { type Finding, findingSchema } from './schema.ts';

const changedSchema = z.object({
  finding: findingSchema,
  before: z
    .number()
    .nullable()
    .describe('amount per window in the earlier report; null: unknown or none'),
  after: z
    .number()
    .nullable()
    .describe('amount per window in the later report; null: unknown or none'),
});

/** A finding that changed between two reports. */
export type ChangedFinding = z.infer<typeof changedSchema>;

const findingChangesSchema = z.object({
  new: z.array(changedSchema),
  worse: z.array(changedSchema),
  better: z.array(changedSchema),
  fixed: z.array(changedSchema),
  unseen: z.array(changedSchema).describe('audits that saw it were not evaluated again'),
  unchanged: z.number(),
});

export type FindingChanges = z.infer<typeof findingChangesSchema>;

/** A comparison of two reports: their differences, and their findings where both were diagnosed. */
export const comparisonSchema = compareSchema.extend({
  findings: findingChangesSchema
    .nullable()
    .optional()
    .describe('null where one of the reports was saved without findings'),
});

export type Comparison = z.infer<typeof comparisonSchema>;

/** One of the compared reports. */
export interface ComparedReport {
  readonly audits: readonly Audit[];
  readonly findings: readonly Finding[];
}

/**
 * Changes of the findings between two reports, by id. A finding is fixed only where the later report
 * evaluated every audit that saw it; amounts are compared per window, so that a longer run is no change.
 *
 * @returns null where a report has failed audits and no findings: it was not diagnosed
 */
export function compareFindings(
  before: ComparedReport,
  after: ComparedReport,
): FindingChanges | null {
  if (![before, after].every(isDiagnosed)) return null;
  const earlier = new Map(before.findings.map((finding) => [finding.id, finding]));
  const later = new Set(after.findings.map(({ id }) => id));
  const evaluated = new Set(after.audits.filter(isEvaluated).map(placeOf));
  const changes: FindingChanges = {
    new: [],
    worse: [],
    better: [],
    fixed: [],
    unseen: [],
    unchanged: 0,
  };
  for (const finding of after.findings) {
    const then = earlier.get(finding.id);
    const change = then === undefined ? 'new' : changeOf(then, finding);
    if (change === 'unchanged') changes.unchanged++;
    else
      changes[change].push({
        finding,
        before: then ? amountOf(then) : null,
        after: amountOf(finding),
      });
  }
  for (const finding of before.findings) {
    if (later.has(finding.id)) continue;
    const places = [...finding.explains, ...finding.blocks].map(placeOf);
    const wasSeen = places.length > 0 && places.every((place) => evaluated.has(place));
    changes[wasSeen ? 'fixed' : 'unseen'].push({ finding, before: amountOf(finding), after: null });
  }
  return changes;
}

function isDiagnosed({ audits, findings }: ComparedReport): boolean {
  return findings.length > 0 || audits.every(({ status }) => status !== 'Failed');
}

function isEvaluated({ status }: Audit): boolean {
  return status !== 'Skipped' && status !== 'NotRun';
}

function placeOf({ window, type }: Pick<Audit, 'window' | 'type'>): string {
  return `${type} ${Date.parse(window.start)} ${Date.parse(window.end)}`;
}

function amountOf({ amount }: Finding): number | null {
  return amount.perDay ?? amount.total;
}

const ranks: Readonly<Record<Finding['severity'], number>> = {
  critical: 3,
  error: 2,
  warning: 1,
  info: 0,
};

/** Amounts that differ by less than this part of the larger one are equal. */
const tolerance = 0.01;

function changeOf(then: Finding, now: Finding): 'worse' | 'better' | 'unchanged' {
  if (ranks[now.severity] !== ranks[then.severity]) {
    return ranks[now.severity] > ranks[then.severity] ? 'worse' : 'better';
  }
  const [was, is] = [amountOf(then), amountOf(now)];
  if (was === null || is === null) return 'unchanged';
  if (Math.abs(is - was) <= tolerance * Math.max(Math.abs(is), Math.abs(was))) return 'unchanged';
  return Math.abs(is) < Math.abs(was) ? 'better' : 'worse';
}
