/**
 * What is read of a row: a number, a text, `filled` (whether a map or list has anything in it), `raw`
 * (kept as it is), or the fields of an object in it.
 */
export type FieldKind = 'number' | 'text' | 'filled' | 'raw' | RowFields;
export interface RowFields {
  readonly [name: string]: FieldKind;
}

/** A field's place among the values of its kind; the fields of an object have their path as name. */
export interface Slots {
  readonly numbers: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, number>;
}

export interface Entry {
  /** The name with its quotes. */
  readonly bytes: Uint8Array;
  readonly kind: 'number' | 'text' | 'filled' | 'raw' | 'object' | 'skip';
  readonly slot: number;
  readonly object: ObjectFields | null;
  /** The entry that came after this one the last time. */
  next: Entry | null;
}

/** The fields of one object, and the order in which they came the last time. */
export class ObjectFields {
  first: Entry | null = null;
  readonly #known = new Map<string, Entry>();
  readonly wanted: ReadonlyMap<string, Entry>;

  constructor(fields: RowFields, path: string, slots: SlotCounter) {
    this.wanted = new Map(
      Object.entries(fields).map(([name, kind]) => [name, entryOf(name, kind, path, slots)]),
    );
  }

  /** The entry of a name that was not where it was expected. */
  entry(name: string): Entry {
    const known = this.wanted.get(name) ?? this.#known.get(name);
    if (known) return known;
    const made = skipped(name);
    if (this.#known.size < 256) this.#known.set(name, made);
    return made;
  }
}

export class SlotCounter implements Slots {
  readonly numbers = new Map<string, number>();
  readonly texts = new Map<string, number>();
}

function entryOf(name: string, kind: FieldKind, path: string, slots: SlotCounter): Entry {
  const bytes = Buffer.from(JSON.stringify(name));
  const full = path + name;
  if (typeof kind === 'object') {
    const object = new ObjectFields(kind, `${full}.`, slots);
    return { bytes, kind: 'object', slot: -1, object, next: null };
  }
  const of = kind === 'text' || kind === 'raw' ? slots.texts : slots.numbers;
  of.set(full, of.size);
  return { bytes, kind, slot: of.size - 1, object: null, next: null };
}

function skipped(name: string): Entry {
  const bytes = Buffer.from(JSON.stringify(name));
  return { bytes, kind: 'skip', slot: -1, object: null, next: null };
}
