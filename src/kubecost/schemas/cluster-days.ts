import { allocationAdjustments } from '../../costs/rows.ts';
import { day, type Span, second } from '../../time.ts';
import type { Row } from '../json/row.ts';
import { RowReader } from '../json/row-reader.ts';
import { type RowDecoder, readSets } from '../json/sets.ts';
import type { ApiResponse } from '../response.ts';

/** The costs of a cluster on one day. */
export interface ClusterDayRow {
  /** Empty or `__unallocated__` for rows without a cluster id. */
  readonly cluster: string;
  /** Start of the UTC day in milliseconds since 1970. */
  readonly day: number;
  /** NaN where the server has no number. */
  readonly cost: number;
  /** CPU core hours and RAM gibibyte hours; 0 where the row has neither. */
  readonly hours: number;
  /** Sum of the adjustments' absolute values. */
  readonly adjustment: number;
}

const gibibyte = 2 ** 30;

/** Keys that are no cluster: idle costs, costs outside every cluster. */
const notACluster = /^__(?!unallocated__$).*__$/;

const fields = {
  ...Object.fromEntries(allocationAdjustments.map((name) => [name, 'number' as const])),
  cpuCoreHours: 'number',
  ramByteHours: 'number',
  totalCost: 'number',
  window: { start: 'text', end: 'text' },
  start: 'text',
  end: 'text',
} as const;

/**
 * Rows of `GET /allocation` with `aggregate=cluster&step=1d`: an array with a set per day, each a map of
 * cluster to allocation. A row is of the day of its window; where that is longer than a day (OpenCost
 * 1.99 prints the window of the request), of the day in which the row itself is.
 *
 * @param onlyDay start of the day that was requested, in milliseconds since 1970; null: several were
 * @returns the number of rows that belong to no single day, as from a server that ignores `step`
 */
export async function readClusterDays(
  response: ApiResponse,
  emit: (row: ClusterDayRow) => void,
  onlyDay: number | null,
): Promise<number> {
  const decoder = new ClusterDayDecoder(emit, onlyDay);
  await readSets(response, decoder);
  return decoder.undated;
}

class ClusterDayDecoder implements RowDecoder {
  undated = 0;
  readonly #emit: (row: ClusterDayRow) => void;
  readonly #onlyDay: number | null;
  readonly #reader = new RowReader(fields);
  readonly #adjustments: readonly number[];
  readonly #slots: { readonly cost: number; readonly cpu: number; readonly ram: number };
  readonly #windows: readonly (readonly [number, number])[];

  constructor(emit: (row: ClusterDayRow) => void, onlyDay: number | null) {
    this.#emit = emit;
    this.#onlyDay = onlyDay;
    const { numbers, texts } = this.#reader.slots;
    const number = (name: string) => numbers.get(name) ?? 0;
    const text = (name: string) => texts.get(name) ?? 0;
    this.#adjustments = allocationAdjustments.map(number);
    this.#slots = {
      cost: number('totalCost'),
      cpu: number('cpuCoreHours'),
      ram: number('ramByteHours'),
    };
    this.#windows = [
      [text('window.start'), text('window.end')],
      [text('start'), text('end')],
    ];
  }

  read(bytes: Uint8Array, start: number, limit: number): number {
    return this.#reader.read(bytes, start, limit);
  }

  readRow(row: Row): void {
    this.#reader.readRow(row);
  }

  emit(name: string): void {
    if (notACluster.test(name)) return;
    const at = this.#day();
    if (at === null) {
      this.undated++;
      return;
    }
    const reader = this.#reader;
    const { cost, cpu, ram } = this.#slots;
    this.#emit({
      cluster: name,
      day: at,
      cost: reader.number(cost),
      hours: (reader.number(cpu) || 0) + (reader.number(ram) || 0) / gibibyte,
      adjustment: this.#adjustments.reduce(
        (sum, slot) => sum + Math.abs(reader.number(slot) || 0),
        0,
      ),
    });
  }

  /** The UTC day that has the middle of the row's window: days of another time zone are off by hours. */
  #day(): number | null {
    const { texts } = this.#reader;
    for (const [start, end] of this.#windows) {
      const span: Span = {
        start: Date.parse(texts[start] ?? ''),
        end: Date.parse(texts[end] ?? ''),
      };
      if (!(span.start < span.end) || span.end - span.start > day + second) continue;
      return Math.floor((span.start + span.end) / 2 / day) * day;
    }
    return this.#onlyDay;
  }
}
