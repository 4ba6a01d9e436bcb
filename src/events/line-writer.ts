import { dateText, type Instant } from './time.ts';

const bufferSize = 0x1_0000;
const [ZERO, COLON, DOT, Z] = [0x30, 0x3a, 0x2e, 0x5a] as const;

/** Maximum number of bytes written between two checks of `isFull`. */
const maxLine = 0x1000;

/** Buffer of output lines, kept as bytes: several times as fast as concatenating strings. */
export class LineWriter {
  readonly #bytes = new Uint8Array(bufferSize + maxLine);
  #at = 0;
  #text = '';
  readonly #decoder = new TextDecoder();
  #day = Number.NaN;
  #date = new Uint8Array();

  get isFull(): boolean {
    return this.#text.length + this.#at >= bufferSize;
  }

  /** Returns the text written since the last call and empties the buffer. */
  take(): string {
    const text = this.#text + this.#decoder.decode(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    this.#text = '';
    return text;
  }

  text(line: string): void {
    this.#text = this.take() + line;
  }

  bytes(bytes: Uint8Array): void {
    const [to, at] = [this.#bytes, this.#at];
    to.set(bytes, at);
    this.#at = at + bytes.length;
  }

  number(value: number): void {
    let count = 1;
    for (let limit = 10; value >= limit; limit *= 10) count++;
    this.#digits(value, count);
  }

  /** Writes a time as `2022-06-03T17:07:54.3346484Z`. */
  time({ seconds, nanos, digits }: Instant): void {
    const day = Math.floor(seconds / 86_400);
    const second = seconds - day * 86_400;
    if (day !== this.#day) {
      this.#day = day;
      this.#date = new TextEncoder().encode(`${dateText(day)}T`);
    }
    this.bytes(this.#date);
    this.#digits((second / 3600) | 0, 2);
    this.#mark(COLON);
    this.#digits(((second / 60) | 0) % 60, 2);
    this.#mark(COLON);
    this.#digits(second % 60, 2);
    if (digits > 0) {
      this.#mark(DOT);
      this.#digits(nanos, 9);
      this.#at -= 9 - digits;
    }
    this.#mark(Z);
  }

  #mark(byte: number): void {
    this.#bytes[this.#at++] = byte;
  }

  #digits(value: number, count: number): void {
    const [to, at] = [this.#bytes, this.#at];
    let rest = value;
    for (let i = at + count - 1; i >= at; i--) {
      const tens = (rest / 10) | 0;
      to[i] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.#at = at + count;
  }
}
