import type { Store } from '../../events/kinds.ts';
import type { Event } from '../../events/schema.ts';
import { type EventSink, NONE } from '../../events/sink.ts';
import { learnTemplate, placeholderSizes, type Template, viewOf } from './etl-log-template.ts';
import { readDigits, readMinutes } from './time-bytes.ts';

const [mostTemplates, mostAttempts, mostKinds] = [8, 64, 64] as const;
const latestMinute = 0x7fff_ffff;
const [QUOTE, DOT, ZERO, COLON, Z] = [0x22, 0x2e, 0x30, 0x3a, 0x5a] as const;

interface Kind {
  readonly name: string;
  readonly text: DataView;
  /** What the sink calls it. */
  readonly id: number;
}

/**
 * Reads events straight from the bytes, by templates: rows that went through JSON.parse, with holes
 * for what varies. A row that equals a template between the holes and has values of the same types
 * in them is JSON of the same shape, so nothing else of it needs a look. Every other row is left
 * to JSON.parse.
 */
export class EventReader {
  readonly #sink: EventSink;
  readonly #templates: Template[] = [];
  #attempts = 0;
  #store: Store = 'allocation';
  #kinds: Kind[] = [];

  // The row being read.
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#bytes.buffer);
  #kind = -1;
  #seconds = 0;
  #nanos = 0;
  #digits = 0;
  #start = NONE;
  #end = NONE;
  #size = NONE;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** The list of a store begins. */
  start(store: Store): void {
    this.#store = store;
    this.#kinds = [];
  }

  /** Gives the event at `start` to the sink and returns where it ends; -1 where it is not understood. */
  read(bytes: Uint8Array, start: number, limit: number): number {
    this.#look(bytes);
    for (const template of this.#templates) {
      if (limit - start < template.room) continue;
      const end = this.#match(template, bytes, start);
      if (end < 0) continue;
      if (this.#kind >= 0) {
        this.#sink.add(
          this.#kind,
          this.#seconds,
          this.#nanos,
          this.#digits,
          this.#start,
          this.#end,
          this.#size,
        );
      }
      return end;
    }
    return -1;
  }

  /** Learns from a row that was not understood, and from what it turned out to be. */
  learn(bytes: Uint8Array, event: Event): void {
    if (Object.keys(event.metadata).length > 0) return;
    this.#look(bytes);
    this.#learnKind(event.kind);
    if (this.#templates.some((template) => this.#match(template, bytes, 0) >= 0)) return;
    if (this.#templates.length >= mostTemplates || this.#attempts++ >= mostAttempts) return;
    const template = learnTemplate(bytes, event);
    if (template && this.#match(template, bytes, 0) >= 0) this.#templates.push(template);
  }

  #learnKind(name: string): void {
    if (this.#kinds.length >= mostKinds || !/^[\w.:/ -]+$/.test(name)) return;
    if (name.length > placeholderSizes.kind || this.#kinds.some((kind) => kind.name === name))
      return;
    const id = this.#sink.kind(this.#store, name);
    this.#kinds.push({ name, text: viewOf(Buffer.from(name)), id });
  }

  #look(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #match({ literals, holes }: Template, bytes: Uint8Array, start: number): number {
    this.#start = this.#end = this.#size = NONE;
    let at = start;
    for (let i = 0; ; i++) {
      const literal = literals[i];
      if (!literal || !equals(this.#view, at, literal)) return -1;
      at += literal.byteLength;
      switch (holes[i]) {
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
          this.#start = windowEnd(bytes, at);
          at = this.#start === NONE ? -1 : at + placeholderSizes.start;
          break;
        case 'end':
          this.#end = windowEnd(bytes, at);
          at = this.#end === NONE ? -1 : at + placeholderSizes.end;
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
        this.#kind = kind.id;
        return end;
      }
    }
    return -1;
  }

  /** `2022-06-03T17:07:54.3346484Z` with 0 to 9 digits of a second. */
  #readTime(bytes: Uint8Array, start: number): number {
    const second = readDigits(bytes, start + 17, 2);
    this.#seconds = readMinutes(bytes, start) * 60 + second;
    if (bytes[start + 16] !== COLON || second < 0 || second > 59) return -1;
    if (Number.isNaN(this.#seconds)) return -1;
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
    this.#digits = digits;
    this.#nanos = nanos;
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
    this.#size = size;
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
  return isWhole && minutes <= latestMinute ? minutes : NONE;
}

/** Four bytes at a time: most of the time goes here. */
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
