import type { AuditInput } from './audit-input.ts';
import type { Comparison } from './comparison.ts';

/**
 * Reports rows that cannot be assigned to a node: a comparison node by node is then not possible.
 *
 * @returns whether there are any
 */
export function reportRowsWithoutNode(
  { allocations, assets }: Pick<AuditInput, 'allocations' | 'assets'>,
  comparison: Comparison,
): boolean {
  const { rowWithoutNode } = allocations;
  if (rowWithoutNode !== null) comparison.invalidData(`${rowWithoutNode} has no node`);
  if (assets.unassignable !== null) comparison.invalidData(assets.unassignable);
  return rowWithoutNode !== null || assets.unassignable !== null;
}
