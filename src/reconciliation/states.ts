import { hour } from '../time.ts';

/** How far the costs of a day are those of the cloud bill. */
export const reconciliationStates = {
  reconciled: 'every node has its bill line and costs what the line says',
  partial: 'a part of the nodes costs what the bill says',
  pending: 'not billed yet; the bill can still arrive',
  late: 'no bill has been applied, although it is overdue',
  never: 'no billing is configured, or the product does not reconcile',
} as const;

export type ReconciliationState = keyof typeof reconciliationStates;

export const stateNames = Object.keys(reconciliationStates) as [
  ReconciliationState,
  ...ReconciliationState[],
]; // the keys of a record of at least one entry

/** Time from the end of a day to the latest arrival of its bill: clouds take up to 72 h. */
export const billDeadline = 72 * hour;
