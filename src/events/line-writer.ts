import { dateText } from './order.ts';

const full = 0x1_0000;
const [ZERO, COLON, DOT, T, Z] = [0x30, 0x3a, 0x2e, 0x54, 0x5a] as const;

/** The most bytes that may be written between two looks at `isFull`. */
export const longestLine = 0x1000;

/** Collects lines, mostly as bytes: that is several times as fast as adding up texts. */
export class LineWriter {
  readonly #bytes = new Uint8Array(full + longestLine);
  #at = 0;
  #text = '';
  readonly #decoder = new TextDecoder();
  readonly #dates = new Map<number, Uint8Array>();

  get isFull(): boolean {
    return this.#text.length + this.#at >= full;
  }

  /** All that was written since the last time. */
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
    for (let i = 0; i < bytes.length; i++) this.#bytes[this.#at + i] = bytes[i] ?? 0;
    this.#at += bytes.length;
  }

  number(value: number): void {
    let count = 1;
    for (let limit = 10; value >= limit; limit *= 10) count++;
    this.#digits(value, count);
  }

  /** `2022-06-03T17:07:54.3346484Z`; see {@link Instant}. */
  time(seconds: number, nanos: number, digits: number): void {
    const day = Math.floor(seconds / 86_400);
    const second = seconds - day * 86_400;
    this.bytes(this.#date(day));
    this.#mark(T);
    this.#digits(Math.floor(second / 3600), 2);
    this.#mark(COLON);
    this.#digits(Math.floor(second / 60) % 60, 2);
    this.#mark(COLON);
    this.#digits(second % 60, 2);
    if (digits > 0) {
      this.#mark(DOT);
      this.#digits(Math.floor(nanos / 10 ** (9 - digits)), digits);
    }
    this.#mark(Z);
  }

  #mark(byte: number): void {
    this.#bytes[this.#at++] = byte;
  }

  #digits(value: number, count: number): void {
    let rest = value;
    for (let i = this.#at + count - 1; i >= this.#at; i--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[i] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.#at += count;
  }

  #date(day: number): Uint8Array {
    const known = this.#dates.get(day);
    if (known) return known;
    if (this.#dates.size > 1000) this.#dates.clear();
    const date = new TextEncoder().encode(dateText(day));
    this.#dates.set(day, date);
    return date;
  }
}
