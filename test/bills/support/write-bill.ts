import { parquetWriteBuffer } from 'hyparquet-writer';
import { asCur2 as asCur2Row, curRows as curRowsOf } from '../../../src/demo/bill-files/aws.ts';
import { azureRows as azureRowsOf } from '../../../src/demo/bill-files/azure.ts';
import type { BillRow, Charge } from '../../../src/demo/bill-files/charge.ts';
import { csvLines } from '../../../src/demo/bill-files/csv.ts';
import { focusRows as focusRowsOf } from '../../../src/demo/bill-files/focus.ts';
import { gcpRows as gcpRowsOf } from '../../../src/demo/bill-files/gcp.ts';
import { chargeOf, type Machine } from './machines.ts';

export type Row = BillRow;

/** Machines of one day as lines of a bill, with the noise that every real one has. */
type WriteRows = (machines: readonly Machine[], start: number) => Row[];

function forMachines(
  rowsOf: (charges: readonly Charge[], start: number) => Iterable<Row>,
): WriteRows {
  return (machines, start) => [
    ...rowsOf(
      machines.map((machine) => chargeOf(machine, start)),
      start,
    ),
  ];
}

export const curRows = forMachines(curRowsOf);
export const focusRows = forMachines(focusRowsOf);
export const azureRows = forMachines(azureRowsOf);
export const gcpRows = forMachines(gcpRowsOf);

export const asCur2 = (rows: readonly Row[]) => rows.map(asCur2Row);

/** RFC 4180, or with the line ends of Windows. */
export const csvOf = (rows: readonly Row[], newline = '\n') =>
  [...csvLines(rows, newline)].join('');

/** Parquet with times as timestamps and amounts as doubles, as the exports of the clouds have them. */
export function parquetOf(rows: readonly Row[], rowGroupSize = 1_000): Uint8Array {
  const columnData = Object.keys(rows[0] ?? {}).map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    if (/Date$|_date$|PeriodStart|PeriodEnd|usage_(start|end)_time/.test(name)) {
      const data = values.map((value) => new Date(String(value).replace(/( UTC|Z)?$/, 'Z')));
      return { name, data, type: 'TIMESTAMP' as const };
    }
    const isNumber = values.some((value) => typeof value === 'number');
    return {
      name,
      data: values,
      type: isNumber ? ('DOUBLE' as const) : ('STRING' as const),
      nullable: true,
    };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}
