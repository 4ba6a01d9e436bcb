/**
 * How a field of a row is read: as a number, as a text, as `nonEmpty` (1 where a map or list has an
 * entry, else 0), as `raw` JSON text, as `rawMap` (likewise, empty unless a map has an entry), or as an
 * object with fields of its own.
 */
export type FieldKind = 'number' | 'text' | 'nonEmpty' | 'raw' | 'rawMap' | RowFields;
export interface RowFields {
  readonly [name: string]: FieldKind;
}

/** The index of each field among the values of its kind, by name; nested fields by their path (`properties.node`). */
export interface Slots {
  readonly numbers: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, number>;
}

/** Field kinds as numbers, since they are compared for every field of every row. */
export const kinds = {
  skip: 0,
  number: 1,
  text: 2,
  object: 3,
  nonEmpty: 4,
  raw: 5,
  rawMap: 6,
} as const;

/** Whether a field of a row is missing, has a value, or is null. */
export const fieldStates = { missing: 0, present: 1, null: 2 } as const;

export interface Entry {
  readonly name: NamePattern;
  readonly kind: (typeof kinds)[keyof typeof kinds];
  /** The index among the values of its kind; of an object, among the objects. */
  readonly slot: number;
  readonly object: ObjectFields | null;
  /** The entry that followed this one in the previous row. */
  next: Entry | null;
  /** The entry that `next` replaced. */
  alternative: Entry | null;
}

/** The fields of one object, with the order in which they followed each other in the previous row. */
export class ObjectFields {
  /** Precedes the first field. */
  readonly head: Entry = skipped('');
  readonly #known = new Map<string, Entry>();
  readonly wanted: ReadonlyMap<string, Entry>;

  constructor(fields: RowFields, path: string, slots: SlotCounter) {
    this.wanted = new Map(
      Object.entries(fields).map(([name, kind]) => [name, entryOf(name, kind, path, slots)]),
    );
  }

  /** The entry of a name that the order of the previous row did not predict. */
  entry(name: string): Entry {
    const known = this.wanted.get(name) ?? this.#known.get(name);
    if (known) return known;
    const made = skipped(name);
    if (this.#known.size < 256) this.#known.set(name, made);
    return made;
  }
}

/** The slots of fields of one kind, in the order in which a reader gets their names. */
export function slotsOf<Name extends string>(
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const entries = names.map((name, i) => [name, i] as const);
  return Object.fromEntries(entries) as Record<Name, number>; // made from these very names
}

export class SlotCounter implements Slots {
  readonly numbers = new Map<string, number>();
  readonly texts = new Map<string, number>();
  objects = 0;
}

/** A name as servers write it, `"name":`, compared four bytes at a time. */
export class NamePattern {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #tail: number;

  constructor(name: string) {
    const bytes = Buffer.from(`${JSON.stringify(name)}:`);
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) =>
      bytes.readInt32LE(i * 4),
    );
    this.#tail = bytes.length < 4 ? 0 : bytes.readInt32LE(bytes.length - 4);
  }

  /** Whether the name is at `at`, before `limit`. A name of less than four bytes never matches. */
  isAt(view: DataView, at: number, limit: number): boolean {
    const { length } = this;
    if (at + length > limit || length < 4) return false;
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    }
    return view.getInt32(at + length - 4, true) === this.#tail;
  }
}

function entryOf(field: string, kind: FieldKind, path: string, slots: SlotCounter): Entry {
  const name = new NamePattern(field);
  const full = path + field;
  if (typeof kind === 'object') {
    const slot = slots.objects++;
    const object = new ObjectFields(kind, `${full}.`, slots);
    return { name, kind: kinds.object, slot, object, next: null, alternative: null };
  }
  const of = kind === 'text' || kind === 'raw' || kind === 'rawMap' ? slots.texts : slots.numbers;
  of.set(full, of.size);
  return {
    name,
    kind: kinds[kind],
    slot: of.size - 1,
    object: null,
    next: null,
    alternative: null,
  };
}

function skipped(name: string): Entry {
  return {
    name: new NamePattern(name),
    kind: kinds.skip,
    slot: -1,
    object: null,
    next: null,
    alternative: null,
  };
}
