import { allocationProperties, assetProperties } from '../../costs/keys.ts';
import { type AuditScope, propertyIn } from '../../costs/requests.ts';
import type { Audit } from '../schema.ts';
import type { AuditType } from '../types.ts';
import { localAudits } from './checks/registry.ts';
import { hashOfPlaceholder, placeholder } from './row-amounts.ts';
import { nameHash } from './tables/name-table.ts';

/**
 * The audits of a window whose sides have to be requested again: both come from separate requests, and
 * a store may have been rebuilt between them.
 */
export function typesToRecheck(audits: readonly Audit[], scope: AuditScope): AuditType[] {
  return audits
    .filter(({ type, status, differences, missing }) => {
      const { requires, optional, comparesStores } = localAudits[type];
      const requests = requires(scope).length + (optional?.(scope).length ?? 0);
      const hasFinding = differences.length + missing.length > 0;
      const isFinding = hasFinding && (status === 'Failed' || status === 'Warning');
      return isFinding && comparesStores === true && requests > 1;
    })
    .map(({ type }) => type);
}

/**
 * The scope of a second look: where an aggregate failed, it also requests the properties that the first
 * one left out, which show what the differences have in common.
 */
export function scopeToRecheck(first: readonly Audit[], scope: AuditScope): AuditScope {
  const hasFailed = (type: AuditType) =>
    first.some((audit) => audit.type === type && audit.status === 'Failed');
  const further = allocationProperties.map((property) => propertyIn(scope.cluster, property));
  return {
    ...scope,
    properties: hasFailed('AuditAllocationAggStore')
      ? [...new Set([...scope.properties, ...further])]
      : scope.properties,
    assetProperties: hasFailed('AuditAssetAggStore')
      ? [...new Set([...scope.assetProperties, ...assetProperties])]
      : scope.assetProperties,
  };
}

/** Whether something is wrong that a second look at allocations and assets can name. */
export function needsEvidence(audits: readonly Audit[]): boolean {
  return audits.some(
    ({ type, status, missing }) =>
      status === 'Failed' ||
      (status === 'Warning' && missing.length > 0 && type !== 'AuditAssetReconciliation'),
  );
}

/** Hashes of the rows that a second look should name. */
export function suspectsOf(audits: readonly Audit[]): Set<number> {
  return new Set(
    audits
      .filter(({ type }) => type === 'CheckSummary')
      .flatMap(({ differences, missing }) => [...differences, ...missing])
      .flatMap(({ key }) => hashOfPlaceholder(key[0] ?? '') ?? []),
  );
}

/**
 * The audit after a second look: the second where both agree about what both compared, else Skipped,
 * since the store changes.
 *
 * @param scope that of the first look
 */
export function confirmed(first: Audit, second: Audit, scope: AuditScope): Audit {
  if (second.status === 'Skipped') return second;
  if (fingerprint(first, scope) === fingerprint(second, scope)) return second;
  return {
    ...second,
    status: 'Skipped',
    description: 'the store is being rebuilt: two requests returned different data',
    differences: [],
    missing: [],
  };
}

/** Whether the first look compared a key: aggregates of further properties are in the second only. */
function comparedFirst(type: AuditType, { key }: { key: readonly string[] }, scope: AuditScope) {
  const [property = ''] = key;
  if (type === 'AuditAllocationAggStore') return scope.properties.includes(property);
  if (type !== 'AuditAssetAggStore') return true;
  const requested = scope.assetProperties.map((one) => propertyIn(scope.cluster, one));
  return requested.includes(property);
}

function fingerprint({ type, differences, missing }: Audit, scope: AuditScope): string {
  // a second look has names for rows of which the first one knew the hash
  const name = (part: string) =>
    type === 'CheckSummary' && hashOfPlaceholder(part) === null
      ? placeholder(nameHash(part))
      : part;
  const key = (parts: readonly string[]) => JSON.stringify(parts.map(name));
  const round = (amount: number | null) => (amount === null ? '' : amount.toPrecision(9));
  const compared = (one: { key: readonly string[] }) => comparedFirst(type, one, scope);
  const found = [
    ...differences
      .filter(compared)
      .map((one) => `${key(one.key)} ${round(one.expected)} ${round(one.actual)}`),
    ...missing.filter(compared).map((one) => key(one.key)),
  ];
  return found.sort().join('\n');
}
