import { Blocks } from './blocks.ts';
import { bufferOf, Row } from './row.ts';
import { maxValueBytes, tooLarge } from './size-limit.ts';
import { plain } from './skip.ts';
import { JsonSyntaxError } from './syntax-error.ts';
import { ValueScanner } from './value-scanner.ts';
import type { Key, Visitor } from './visitor.ts';

interface Frame {
  readonly visitor: Visitor;
  readonly isArray: boolean;
}

/** What may follow between two values. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing';

const expectations: Record<Expected, (inArray: boolean) => string> = {
  value: () => 'a value',
  'value or ]': () => "a value or ']'",
  key: () => 'a name',
  'key or }': () => "a name or '}'",
  colon: () => "':'",
  'comma or end': (inArray) => (inArray ? "',' or ']'" : "',' or '}'"),
  nothing: () => 'nothing more',
};

const [TAB, LF, CR, SPACE, QUOTE, COMMA, COLON] = [9, 10, 13, 32, 0x22, 0x2c, 0x3a] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/**
 * A tokenizer for a JSON text that arrives in chunks. It checks everything between the values it
 * emits, so a text of which every value parses is JSON. A value split over chunks is scanned once.
 */
export class JsonTokenizer {
  /** The containers around the current one. */
  readonly #outer: Frame[] = [];
  #frame: Frame;
  #path: Key[] = [];
  #expected: Expected = 'value';
  /** Number of bytes in the chunks before this one. */
  #before: number;
  #last: Uint8Array = new Uint8Array();
  #marks = 0;
  /** Number of consecutive bytes of white space. */
  #blanks = 0;
  #scanner = new ValueScanner();
  #row: Row;

  /** @param before number of bytes that precede the text in the body, for the offsets in errors */
  constructor(root: Visitor, before = 0) {
    this.#frame = { visitor: root, isArray: true };
    this.#before = before;
    this.#row = new Row(this.#path, throwFirstError);
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const end = chunk.length;
    this.#last = chunk;
    let at = this.#scanner.busy ? this.#scan(chunk, 0) : this.#skipMark(chunk);
    let blanks = this.#scanner.busy ? 0 : this.#blanks + end - at;
    while (at < end) {
      const byte = chunk[at] ?? 0;
      if (byte === SPACE || byte === LF || byte === CR || byte === TAB) {
        at++;
        continue;
      }
      blanks = 0;
      at = this.#step(chunk, at, byte);
    }
    this.#blanks = blanks;
    if (blanks > maxValueBytes) throw tooLarge('the server sent white space');
    this.#before += end;
  }

  /** Checks that the text is complete. */
  end(): void {
    const atRoot = this.#outer.length === 0;
    if (atRoot && this.#scanner.busy && this.#scanner.endsWithText) this.#emit(this.#last, 0, 0);
    if (this.#expected === 'nothing') return;
    if (this.#scanner.busy) this.#locateInUnended();
    this.#fail(this.#last, this.#last.length, true);
  }

  /** Reports where a value that never ends is invalid: an unescaped quote swaps text and structure. */
  #locateInUnended(): void {
    const value = this.#scanner.finish(this.#last, 0, 0);
    const first = value?.[0];
    if (!value || (first !== OPEN_OBJECT && first !== OPEN_ARRAY)) return;
    const inner = new JsonTokenizer(everywhere, this.#before - value.length);
    inner.push(value);
    inner.end();
  }

  #step(bytes: Uint8Array, at: number, byte: number): number {
    switch (this.#expected) {
      case 'value or ]':
        if (byte === CLOSE_ARRAY) return this.#leave(at);
        return this.#value(bytes, at, byte);
      case 'value':
        return this.#value(bytes, at, byte);
      case 'key or }':
        if (byte === CLOSE_OBJECT) return this.#leave(at);
        if (byte === QUOTE) return this.#key(bytes, at);
        break;
      case 'key':
        if (byte === QUOTE) return this.#key(bytes, at);
        break;
      case 'colon':
        if (byte !== COLON) break;
        this.#expected = 'value';
        return at + 1;
      case 'comma or end':
        if (byte === COMMA) return this.#next(at);
        if (byte === (this.#frame.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) return this.#leave(at);
        break;
      case 'nothing':
    }
    return this.#fail(bytes, at);
  }

  #next(at: number): number {
    if (this.#frame.isArray) {
      const last = this.#path.length - 1;
      this.#path[last] = Number(this.#path[last]) + 1;
      this.#expected = 'value';
    } else {
      this.#expected = 'key';
    }
    return at + 1;
  }

  #key(bytes: Uint8Array, at: number): number {
    const limit = bytes.length;
    let end = at + 1;
    while (end < limit && plain[bytes[end] ?? 0] === 1) end++;
    // a name with escapes, or one that continues in the next chunk
    if (end === limit || bytes[end] !== QUOTE) return this.#scan(bytes, at);
    this.#named(bufferOf(bytes).toString('utf8', at + 1, end));
    return end + 1;
  }

  #named(name: string): void {
    this.#path[this.#path.length - 1] = name;
    this.#expected = 'colon';
  }

  #value(bytes: Uint8Array, at: number, byte: number): number {
    const { visitor } = this.#frame;
    const key = this.#path.at(-1) ?? 0;
    const end = visitor.read?.(bytes, at, bytes.length, key) ?? -1;
    if (end >= 0) {
      this.#valueEnded();
      return end;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const inner = visitor.enter?.(key, byte === OPEN_OBJECT ? '{' : '[');
      if (inner) return this.#enter(inner, byte === OPEN_ARRAY, at);
    } else if (byte === COMMA || byte === COLON || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      return this.#fail(bytes, at);
    }
    return this.#scan(bytes, at);
  }

  #enter(visitor: Visitor, isArray: boolean, at: number): number {
    this.#outer.push(this.#frame);
    this.#frame = { visitor, isArray };
    this.#path.push(isArray ? 0 : '');
    this.#expected = isArray ? 'value or ]' : 'key or }';
    return at + 1;
  }

  #leave(at: number): number {
    this.#path.pop();
    const { visitor } = this.#frame;
    this.#frame = this.#outer.pop() ?? this.#frame;
    visitor.leave?.();
    this.#valueEnded();
    return at + 1;
  }

  #valueEnded(): void {
    this.#expected = this.#outer.length > 0 ? 'comma or end' : 'nothing';
  }

  /** Scans the key or value that began at `at` or in an earlier chunk. */
  #scan(bytes: Uint8Array, at: number): number {
    const end = this.#scanner.scan(bytes, at);
    if (this.#scanner.busy) return bytes.length;
    this.#emit(bytes, at, end);
    return end;
  }

  #emit(bytes: Uint8Array, at: number, end: number): void {
    const row = this.#row;
    const carried = this.#scanner.finish(bytes, at, end);
    row.set(carried ?? bytes, carried ? 0 : at, carried ? carried.length : end, this.#before + end);
    if (this.#expected === 'key' || this.#expected === 'key or }') {
      this.#named(String(row.json()));
    } else {
      this.#valueEnded();
      this.#frame.visitor.value(row);
    }
  }

  /** Skips a byte order mark before the text. */
  #skipMark(bytes: Uint8Array): number {
    let at = 0;
    while (this.#before + at === this.#marks && this.#marks < 3 && at < bytes.length) {
      if (bytes[at] !== byteOrderMark[this.#marks]) {
        if (this.#marks > 0) this.#fail(bytes, at);
        return at;
      }
      this.#marks++;
      at++;
    }
    return at;
  }

  #fail(bytes: Uint8Array, at: number, truncated = false): never {
    const before = truncated ? this.#before - at : this.#before;
    throw new JsonSyntaxError(expectations[this.#expected](this.#frame.isArray), bytes, at, {
      before,
      truncated,
    });
  }
}

const everywhere: Visitor = { enter: () => everywhere, value: (part) => part.json() };

function throwFirstError(row: Row): never {
  const tokenizer = new JsonTokenizer(everywhere, row.offset);
  tokenizer.push(row.bytes.subarray(row.start, row.end));
  tokenizer.end();
  throw new RangeError(`a value of ${row.end - row.start} bytes could not be parsed`);
}

/** Reads a body to its end with a {@link JsonTokenizer}. */
export async function tokenizeJson(body: AsyncIterable<Uint8Array>, root: Visitor): Promise<void> {
  const tokenizer = new JsonTokenizer(root);
  const blocks = new Blocks((block) => tokenizer.push(block));
  for await (const chunk of body) blocks.add(chunk);
  blocks.end();
  tokenizer.end();
}
