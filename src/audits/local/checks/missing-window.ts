import type { CostRequest } from '../../../costs/requests.ts';
import { formatTime, type Span } from '../../../time.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';

/** The responses that show whether a window has data, and not only rows that are left over. */
export const presenceRequests = ['allocations', 'assets'] as const satisfies readonly CostRequest[];

/** A window without data between windows with data; see `missing-windows.ts` for the neighbours. */
export const checkMissingWindow: LocalAudit = {
  settling: 'stores',
  requires: () => presenceRequests,
};

const storeTexts = {
  none: { code: 'no-set', text: 'no set of' },
  empty: { code: 'empty-set', text: 'an empty set of' },
  leftover: { code: 'leftover', text: 'only leftovers in' },
} as const;

/** A store that has nothing about a window. */
export interface EmptyStore {
  readonly store: 'allocations' | 'assets';
  readonly content: keyof typeof storeTexts;
}

/** The key and the causes of a finding. */
export function missingWindowFinding(
  span: Span,
  stores: readonly EmptyStore[],
): { key: readonly string[]; causes: readonly Cause[] } {
  const causes = stores.map(({ store, content }) => {
    const { code, text } = storeTexts[content];
    return { code, amount: null, detail: `${text} ${store}, between windows with data` };
  });
  return { key: [windowKey(span)], causes };
}

/** The first part of a finding's key. */
export function windowKey({ start, end }: Span): string {
  return `${formatTime(start)},${formatTime(end)}`;
}
