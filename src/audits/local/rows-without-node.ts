import type { AuditWindow } from './audit-window.ts';
import type { Comparison } from './comparison.ts';

/**
 * Says of rows that do not tell which node they belong to that what is compared node by node cannot
 * be known. @returns whether there are any
 */
export function reportRowsWithoutNode(
  { allocations, assets }: Pick<AuditWindow, 'allocations' | 'assets'>,
  comparison: Comparison,
): boolean {
  const { unplaced } = allocations;
  if (unplaced !== null) comparison.damaged(`${unplaced} does not say which node it is on`);
  if (assets.unplaced !== null) comparison.damaged(assets.unplaced);
  return unplaced !== null || assets.unplaced !== null;
}
