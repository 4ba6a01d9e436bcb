import type { Selection } from '../../audits/selection.ts';

/** A selection of everything. */
export const wholeView: Selection & { readonly finding: null; readonly findings: false } = {
  ...{ statuses: [], top: null, minDelta: 0, sort: 'delta' },
  ...{ finding: null, findings: false },
};
