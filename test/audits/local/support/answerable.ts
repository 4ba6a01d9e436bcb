import type { Audit } from '../../../../src/audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../../../src/audits/types.ts';
import { type ProductVariantName, productVariants } from '../../../../src/demo/variants.ts';
import { hour, type Span } from '../../../../src/time.ts';

/** What decides which audits of a healthy window there are (docs/audits.md, "The local engine"). */
export interface WindowConditions {
  readonly as: ProductVariantName;
  readonly window: Span;
  readonly now: number;
  readonly hourly: boolean;
  readonly includeUnsettled: boolean;
  /** Whether the cloud bill of the window is there. */
  readonly billed: boolean;
  /** Whether nothing was rounded, so that rows compared one by one have a resolution of 0. */
  readonly exact?: boolean;
}

const hourlyReason = 'not offered by this product: hourly sets are not reconciled with the bill';

/** The audits that docs/audits.md lets this window not answer, each with how its reason begins. */
export function notAnswered(conditions: WindowConditions): Map<AuditType, string> {
  const reasons = new Map<AuditType, string>();
  const kubecost = productVariants[conditions.as].reconciles;
  const age = conditions.now - conditions.window.end;
  const billDependent: readonly AuditType[] = [
    'AuditAllocationReconciliation',
    'AuditAssetReconciliation',
    'AuditClusterEquality',
  ];
  if (kubecost && !conditions.billed)
    reasons.set('AuditAssetReconciliation', 'the server has no set');
  if (!conditions.includeUnsettled && age < 48 * hour && kubecost) {
    for (const type of billDependent) reasons.set(type, 'not settled yet');
  }
  if (!conditions.includeUnsettled && age < 6 * hour) {
    for (const type of auditTypeNames) reasons.set(type, 'not settled yet');
  }
  if (kubecost && conditions.hourly)
    for (const type of billDependent) reasons.set(type, hourlyReason);
  if (!kubecost) {
    reasons.set(
      'AuditAllocationTotalStore',
      'not offered by this product: OpenCost keeps no totals',
    );
    reasons.set(
      'AuditAssetTotalStore',
      'not offered by this product: OpenCost cannot aggregate assets',
    );
    reasons.set(
      'AuditAssetAggStore',
      'not offered by this product: OpenCost cannot aggregate assets',
    );
    reasons.set(
      'AuditAssetReconciliation',
      'not offered by this product: OpenCost does not reconcile',
    );
  }
  return reasons;
}

/** They compare no amounts, so that a resolution of 0 says nothing of them. */
const withoutArithmetic: readonly AuditType[] = [
  'CheckNullCost',
  'CheckRowWindow',
  'CheckDuplicate',
  'CheckNodeRecord',
  'CheckNegativeCost',
  'CheckMissingWindow',
];

function comparesAmounts(type: AuditType, { exact }: WindowConditions): boolean {
  return !withoutArithmetic.includes(type) && !(exact && type === 'CheckSummary');
}

/**
 * What is wrong with the audits of a healthy window: every finding, everything skipped that could be
 * answered (or the other way round), and every comparison of amounts that compared none.
 *
 * @param types the audits there should be, in this order
 */
export function complaints(
  audits: readonly Audit[],
  conditions: WindowConditions,
  types: readonly AuditType[] = auditTypeNames,
): string[] {
  const reasons = notAnswered(conditions);
  const found = audits.map(({ type }) => type);
  const wrong = found.join() === types.join() ? [] : [`the audits are ${found.join()}`];
  for (const audit of audits) {
    const { type, status, description, resolution, differences, missing } = audit;
    const say = (text: string) => wrong.push(`${audit.window.start} ${type}: ${text}`);
    for (const one of differences) say(JSON.stringify(one));
    for (const one of missing) say(JSON.stringify(one));
    const reason = reasons.get(type);
    if (status !== (reason === undefined ? 'Passed' : 'Skipped')) say(`${status} ${description}`);
    else if (reason !== undefined) {
      if (!description.startsWith(reason)) say(`skipped, but since ${description}`);
    } else if (comparesAmounts(type, conditions) && !((resolution ?? 0) > 0)) {
      say(`passed, having compared nothing (${description})`);
    }
  }
  return wrong;
}
