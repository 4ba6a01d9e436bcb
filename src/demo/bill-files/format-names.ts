/** Bills that the simulation can write (docs/bills.md). */
export const billFormatNames = ['cur', 'cur2', 'focus', 'azure', 'gcp'] as const;
export type BillFormatName = (typeof billFormatNames)[number];
