import type { AuditScope } from '../../costs/requests.ts';
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

/** The audit after a second look: the second where both agree, else Skipped, since the store changes. */
export function confirmed(first: Audit, second: Audit): Audit {
  if (second.status === 'Skipped') return second;
  if (fingerprint(first) === fingerprint(second)) return second;
  return {
    ...second,
    status: 'Skipped',
    description: 'the store is being rebuilt: the second of two requests was answered differently',
    differences: [],
    missing: [],
  };
}

function fingerprint({ type, differences, missing }: Audit): string {
  // a second look has names for rows of which the first one knew the hash
  const name = (part: string) =>
    type === 'CheckSummary' && hashOfPlaceholder(part) === null
      ? placeholder(nameHash(part))
      : part;
  const key = (parts: readonly string[]) => JSON.stringify(parts.map(name));
  const round = (amount: number | null) => (amount === null ? '' : amount.toPrecision(9));
  const found = [
    ...differences.map((one) => `${key(one.key)} ${round(one.expected)} ${round(one.actual)}`),
    ...missing.map((one) => key(one.key)),
  ];
  return found.sort().join('\n');
}
