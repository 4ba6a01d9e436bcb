import type { AuditScope } from '../../costs/requests.ts';
import type { Audit } from '../schema.ts';
import type { AuditType } from '../types.ts';
import { localAudits } from './checks/registry.ts';
import { nameHash } from './tables/name-table.ts';

/**
 * The audits of a window whose sides have to be asked again: both come from separate requests, and a
 * store may have been rebuilt between them.
 */
export function toRecheck(audits: readonly Audit[], scope: AuditScope): AuditType[] {
  return audits
    .filter(({ status, differences, missing }) => {
      const found = differences.length + missing.length > 0;
      return found && (status === 'Failed' || status === 'Warning');
    })
    .map(({ type }) => type)
    .filter((type) => {
      const { requires, optional, evaluate, differenceStatus } = localAudits[type];
      const sides = requires(scope).length + (optional?.(scope).length ?? 0);
      return evaluate !== undefined && sides > 1 && differenceStatus === 'Failed';
    });
}

/** What holds after the second look: what it says where it saw the same, else that things move. */
export function confirmed(first: Audit, second: Audit): Audit {
  if (second.status === 'Skipped') return second;
  if (fingerprint(first) === fingerprint(second)) return second;
  return {
    ...second,
    status: 'Skipped',
    description: 'the store is being rebuilt: asked again, the server answered differently',
    differences: [],
    missing: [],
  };
}

function fingerprint({ type, differences, missing }: Audit): string {
  // a second look has names for rows that the first one knew by their hash only
  const name = (part: string) =>
    type === 'CheckSummary' && !part.startsWith('row ')
      ? `row ${nameHash(part).toString(36)}`
      : part;
  const key = (parts: readonly string[]) => JSON.stringify(parts.map(name));
  const round = (amount: number | null) => (amount === null ? '' : amount.toPrecision(9));
  const found = [
    ...differences.map((one) => `${key(one.key)} ${round(one.expected)} ${round(one.actual)}`),
    ...missing.map((one) => key(one.key)),
  ];
  return found.sort().join('\n');
}
