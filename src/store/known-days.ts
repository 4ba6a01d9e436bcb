import type { StoredDay } from './schema.ts';

interface KnownDay {
  readonly version: string;
  readonly day: StoredDay;
  /** Characters of the file. */
  readonly size: number;
}

/** Characters of all files that are kept at most. */
const defaultLimit = 64 << 20;

/**
 * Stored days that were read before, so that a program that reads a store again and again parses only the
 * files that were replaced since. Days beyond the limit are not kept: they are read each time.
 */
export class KnownDays {
  readonly #days = new Map<string, KnownDay>();
  readonly #limit: number;
  #size = 0;

  /** @param limit characters of all files together */
  constructor(limit: number = defaultLimit) {
    this.#limit = limit;
  }

  /** The day of a file, where the file is still this version of it. */
  get(path: string, version: string): StoredDay | null {
    const known = this.#days.get(path);
    return known?.version === version ? known.day : null;
  }

  set(path: string, known: KnownDay): void {
    this.#forget(path);
    if (this.#size + known.size > this.#limit) return;
    this.#days.set(path, known);
    this.#size += known.size;
  }

  /** Forgets the files of a folder that are not there any more. */
  keep(folder: string, paths: readonly string[]): void {
    const present = new Set(paths);
    for (const path of this.#days.keys()) {
      if (path.startsWith(`${folder}/`) && !present.has(path)) this.#forget(path);
    }
  }

  #forget(path: string): void {
    this.#size -= this.#days.get(path)?.size ?? 0;
    this.#days.delete(path);
  }
}
