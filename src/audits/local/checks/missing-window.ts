import type { CostRequest } from '../../../costs/requests.ts';
import { formatTime } from '../../../time.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';

/** The responses that show whether a window has data. */
export const presenceRequests = [
  'allocations by cluster',
  'assets',
] as const satisfies readonly CostRequest[];

/** A window without data between windows with data; see `missing-windows.ts` for the neighbours. */
export const checkMissingWindow: LocalAudit = {
  settling: 'stores',
  requires: () => presenceRequests,
};

/** The key and the causes of a finding. */
export function missingWindowFinding(
  span: { readonly start: number; readonly end: number },
  stores: readonly { readonly store: 'allocations' | 'assets'; readonly hasSet: boolean }[],
): { key: readonly string[]; causes: readonly Cause[] } {
  const causes = stores.map(({ store, hasSet }) => ({
    code: hasSet ? 'empty-set' : 'no-set',
    amount: null,
    detail: `${hasSet ? 'an empty set of' : 'no set of'} ${store}, between windows with data`,
  }));
  return { key: [`${formatTime(span.start)},${formatTime(span.end)}`], causes };
}
