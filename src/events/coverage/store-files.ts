import type { Store } from '../kinds.ts';
import { lengthOf, type Resolution } from './state.ts';

/** A file of a store, as `/etl/status` lists it. Times in milliseconds since 1970. */
export interface StoreFile {
  readonly store: Store;
  readonly start: number;
  readonly end: number;
  /** Directory it is in; several of one store belong to several clusters. */
  readonly directory: string;
  /** Bytes; null where not reported. */
  readonly size: number | null;
  /** Time of the last write; null where not reported. */
  readonly modified: number | null;
  readonly repairing: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const initialCapacity = 1024;

/** Files of one directory, store and length, 24 bytes each, so that a listing of a million fits. */
export class FileList {
  length = 0;
  readonly directory: string;
  readonly #store: Store;
  readonly #span: number;
  #starts = new Float64Array(initialCapacity);
  #modified = new Float64Array(initialCapacity);
  #sizes = new Float64Array(initialCapacity);
  /** Files with errors or warnings, or in repair, by start. */
  readonly #remarks = new Map<number, Pick<StoreFile, 'repairing' | 'errors' | 'warnings'>>();
  /** Indexes by start, ascending; null until they are sorted. */
  #order: Uint32Array | null = null;

  constructor(store: Store, resolution: Resolution, directory: string) {
    this.#store = store;
    this.#span = lengthOf[resolution];
    this.directory = directory;
  }

  add({ start, size, modified, repairing, errors, warnings }: StoreFile): void {
    if (this.length === this.#starts.length) this.#grow();
    this.#starts[this.length] = start;
    this.#sizes[this.length] = size ?? Number.NaN;
    this.#modified[this.length] = modified ?? Number.NaN;
    this.length++;
    this.#order = null;
    if (repairing || errors.length > 0 || warnings.length > 0) {
      this.#remarks.set(start, { repairing, errors, warnings });
    }
  }

  /** Starts of the sets, ascending, without duplicates. */
  starts(): number[] {
    const starts: number[] = [];
    for (const index of this.#sorted()) {
      const start = this.#starts[index] ?? 0;
      if (starts.at(-1) !== start) starts.push(start);
    }
    return starts;
  }

  /** The file of the set that starts then; of several the last one listed. */
  at(start: number): StoreFile | null {
    const order = this.#sorted();
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[order[middle] ?? 0] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const index = order[low - 1];
    if (index === undefined || this.#starts[index] !== start) return null;
    const { repairing = false, errors = [], warnings = [] } = this.#remarks.get(start) ?? {};
    return {
      store: this.#store,
      start,
      end: start + this.#span,
      directory: this.directory,
      size: numberOrNull(this.#sizes[index]),
      modified: numberOrNull(this.#modified[index]),
      repairing,
      errors,
      warnings,
    };
  }

  #sorted(): Uint32Array {
    if (this.#order) return this.#order;
    const order = Uint32Array.from({ length: this.length }, (_, i) => i);
    const starts = this.#starts;
    let isSorted = true;
    for (let i = 1; i < this.length && isSorted; i++) {
      isSorted = (starts[i - 1] ?? 0) <= (starts[i] ?? 0);
    }
    if (!isSorted) order.sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0) || a - b);
    this.#order = order;
    return order;
  }

  #grow(): void {
    const larger = (column: Float64Array) => {
      const grown = new Float64Array(2 * column.length);
      grown.set(column);
      return grown;
    };
    this.#starts = larger(this.#starts);
    this.#modified = larger(this.#modified);
    this.#sizes = larger(this.#sizes);
  }
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
