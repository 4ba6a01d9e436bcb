import type { Event } from '../../events/schema.ts';
import { type EventFields, type EventSink, emptyFields, NONE } from '../../events/sink.ts';
import { learnTemplate, placeholderSizes, type Template, viewOf } from './etl-log-template.ts';
import { readDigits, readMinutes } from './time-bytes.ts';

const [maxTemplates, maxAttempts, maxKinds] = [8, 64, 64] as const;
const maxMinute = 0x7fff_ffff;
const [QUOTE, DOT, ZERO, COLON, Z] = [0x22, 0x2e, 0x30, 0x3a, 0x5a] as const;

interface Kind {
  readonly name: string;
  readonly text: DataView;
  /** Number that the sink uses for it. */
  readonly id: number;
}

/**
 * Reader of events straight from the bytes, by templates: rows that went through JSON.parse, with
 * placeholders for the values that vary. A row that equals a template outside the placeholders and
 * has values of the same types in them has the same shape, so it needs no further check. Every other
 * row is left to JSON.parse. This second way to read an event is kept for its measured benefit
 * (docs/architecture.md, "Measured optimisations").
 */
export class EventReader {
  readonly #sink: EventSink;
  readonly #templates: Template[] = [];
  #attempts = 0;
  #store = 'allocation';
  #kinds: Kind[] = [];

  // The row being read.
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#bytes.buffer);
  readonly #fields: EventFields = emptyFields();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Starts the list of a store. */
  start(store: string): void {
    this.#store = store;
    this.#kinds = [];
  }

  /** Passes the event at `start` to the sink and returns its end; -1 where no template matches. */
  read(bytes: Uint8Array, start: number, limit: number): number {
    this.#use(bytes);
    for (const template of this.#templates) {
      if (limit - start < template.maxLength) continue;
      const end = this.#match(template, bytes, start);
      if (end < 0) continue;
      if (this.#fields.kind >= 0) this.#sink.add(this.#fields);
      return end;
    }
    return -1;
  }

  /** Learns the template of a row that `read` refused, from the event that JSON.parse read. */
  learn(bytes: Uint8Array, event: Event): void {
    if (Object.keys(event.metadata).length > 0) return;
    this.#use(bytes);
    this.#learnKind(event.kind);
    if (this.#templates.some((template) => this.#match(template, bytes, 0) >= 0)) return;
    if (this.#templates.length >= maxTemplates || this.#attempts++ >= maxAttempts) return;
    const template = learnTemplate(bytes, event);
    if (template && this.#match(template, bytes, 0) >= 0) this.#templates.push(template);
  }

  #learnKind(name: string): void {
    if (this.#kinds.length >= maxKinds || !/^[\w.:/ -]+$/.test(name)) return;
    if (name.length > placeholderSizes.kind || this.#kinds.some((kind) => kind.name === name))
      return;
    const id = this.#sink.kind(this.#store, name);
    this.#kinds.push({ name, text: viewOf(Buffer.from(name)), id });
  }

  #use(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #match({ literals, placeholders }: Template, bytes: Uint8Array, start: number): number {
    const fields = this.#fields;
    fields.start = fields.end = fields.size = NONE;
    let at = start;
    for (let i = 0; ; i++) {
      const literal = literals[i];
      if (!literal || !equals(this.#view, at, literal)) return -1;
      at += literal.byteLength;
      switch (placeholders[i]) {
        case 'kind':
          at = this.#readKind(bytes, at);
          break;
        case 'time':
          at = this.#readTime(bytes, at);
          break;
        case 'size':
          at = this.#readSize(bytes, at);
          break;
        case 'start':
          fields.start = windowEnd(bytes, at);
          at = fields.start === NONE ? -1 : at + placeholderSizes.start;
          break;
        case 'end':
          fields.end = windowEnd(bytes, at);
          at = fields.end === NONE ? -1 : at + placeholderSizes.end;
          break;
        default:
          return at;
      }
      if (at < 0) return -1;
    }
  }

  #readKind(bytes: Uint8Array, at: number): number {
    for (const kind of this.#kinds) {
      const end = at + kind.text.byteLength;
      if (equals(this.#view, at, kind.text) && bytes[end] === QUOTE) {
        this.#fields.kind = kind.id;
        return end;
      }
    }
    return -1;
  }

  /** `2022-06-03T17:07:54.3346484Z` with 0 to 9 digits of a second. */
  #readTime(bytes: Uint8Array, start: number): number {
    const second = readDigits(bytes, start + 17, 2);
    const minutes = readMinutes(bytes, start);
    if (bytes[start + 16] !== COLON || second < 0 || second > 59 || Number.isNaN(minutes))
      return -1;
    let at = start + 19;
    let digits = 0;
    let nanos = 0;
    if (bytes[at] === DOT) {
      for (at++; digits < 9; at++, digits++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        nanos = nanos * 10 + digit;
      }
      if (digits === 0) return -1;
    }
    for (let i = digits; i < 9; i++) nanos *= 10;
    this.#fields.seconds = minutes * 60 + second;
    this.#fields.digits = digits;
    this.#fields.nanos = nanos;
    return bytes[at] === Z ? at + 1 : -1;
  }

  /** A whole number below 10^9, without leading zeros. */
  #readSize(bytes: Uint8Array, start: number): number {
    let at = start;
    let size = 0;
    for (; at < start + 9; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      size = size * 10 + digit;
    }
    if (at === start || (bytes[start] === ZERO && at > start + 1)) return -1;
    this.#fields.size = size;
    return at;
  }
}

/** Minutes since 1970 of `2022-06-03T17:00:00Z`; NONE for any other text. */
function windowEnd(bytes: Uint8Array, at: number): number {
  const minutes = readMinutes(bytes, at);
  const isWhole =
    bytes[at + 16] === COLON &&
    bytes[at + 17] === ZERO &&
    bytes[at + 18] === ZERO &&
    bytes[at + 19] === Z;
  return isWhole && minutes <= maxMinute ? minutes : NONE;
}

/** Compares four bytes at a time, because most of the time is spent here. */
function equals(bytes: DataView, at: number, expected: DataView): boolean {
  const length = expected.byteLength;
  if (at + length > bytes.byteLength) return false;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    if (bytes.getInt32(at + i) !== expected.getInt32(i)) return false;
  }
  for (; i < length; i++) if (bytes.getUint8(at + i) !== expected.getUint8(i)) return false;
  return true;
}
