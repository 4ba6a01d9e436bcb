import { asCur2, curRows } from './aws.ts';
import { azureRows } from './azure.ts';
import type { BillRow, Charge } from './charge.ts';
import { focusRows } from './focus.ts';
import type { BillFormatName } from './format-names.ts';
import { gcpRows } from './gcp.ts';

interface BillFormat {
  readonly title: string;
  /** Clouds whose resources such a bill lists. */
  readonly providers: readonly Charge['provider'][];
  /** Lines of a bill for the charges of one day, given as midnight UTC. */
  readonly rows: (charges: readonly Charge[], dayStart: number) => Iterable<BillRow>;
}

function* cur2Rows(charges: readonly Charge[], dayStart: number): Generator<BillRow> {
  for (const row of curRows(charges, dayStart)) yield asCur2(row);
}

export const billFormats = {
  cur: { title: 'AWS Cost and Usage Report 1', providers: ['AWS'], rows: curRows },
  cur2: { title: 'AWS Cost and Usage Report 2.0', providers: ['AWS'], rows: cur2Rows },
  focus: { title: 'FOCUS', providers: ['AWS', 'Azure', 'GCP'], rows: focusRows },
  azure: { title: 'Azure cost details, amortized', providers: ['Azure'], rows: azureRows },
  gcp: { title: 'Google Cloud detailed export', providers: ['GCP'], rows: gcpRows },
} as const satisfies Record<BillFormatName, BillFormat>;
