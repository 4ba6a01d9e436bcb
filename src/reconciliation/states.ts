import { hour } from '../time.ts';

/** Whether a day's costs are those of the cloud bill. */
export const reconciliationStates = {
  reconciled: 'every node has its bill line, and its cost is the bill’s',
  partial: 'a part of the node cost has a bill line',
  pending: 'no bill yet; it can still come',
  late: 'no bill, although it should have come by now',
  never: 'no billing is configured, or the product does not reconcile',
} as const;

export type ReconciliationState = keyof typeof reconciliationStates;

export const stateNames = Object.keys(reconciliationStates) as [
  ReconciliationState,
  ...ReconciliationState[],
]; // the keys of a record of at least one entry

/** How long after the end of a day its bill can still come: Kubecost expects it within 48 h, clouds within 72. */
export const billDeadline = 72 * hour;
