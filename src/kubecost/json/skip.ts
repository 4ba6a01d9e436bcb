/*
 * Skips JSON in bytes that end with a zero byte: JSON contains none, so no function here has to check
 * for the end of the bytes.
 */
const [QUOTE, BACKSLASH, MINUS, PLUS, DOT] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e] as const;
const [COMMA, COLON, ZERO, NINE, UPPER_E, LOWER_E, LOWER_U] = [
  0x2c, 0x3a, 0x30, 0x39, 0x45, 0x65, 0x75,
] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const maxDepth = 64;

/** By byte: 1 where it needs no escape in a text. */
export const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** The first byte from `at` on that is not white space. */
export function skipBlank(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** Where the JSON value ends that begins at `at`; -1 where it is invalid or incomplete. */
export function skipValue(bytes: Uint8Array, at: number, depth = 0): number {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return skipString(bytes, at);
  if (byte === ZERO && bytes[at + 1] === COMMA) return at + 1;
  if (byte <= NINE) return skipNumber(bytes, at);
  if (byte === OPEN_OBJECT) return skipObject(bytes, at, depth);
  if (byte === OPEN_ARRAY) return skipArray(bytes, at, depth);
  return skipWord(bytes, at);
}

/** Where the text ends that begins with the quote at `at`; -1 where it is invalid or incomplete. */
export function skipString(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  for (;;) {
    while (plain[bytes[next] ?? 0] === 1) next++;
    const byte = bytes[next] ?? 0;
    if (byte === QUOTE) return next + 1;
    if (byte !== BACKSLASH) return -1;
    const escaped = bytes[next + 1] ?? 0;
    next += 2;
    if (escaped === LOWER_U) {
      for (let i = 0; i < 4; i++) if (!isHex(bytes[next++] ?? 0)) return -1;
    } else if (!escapable.has(escaped)) return -1;
  }
}

/** The position of the closing quote of a text that begins at `at`; -1 where the text has an escape. */
export function plainTextEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (plain[bytes[end] ?? 0] === 1) end++;
  return bytes[end] === QUOTE ? end : -1;
}

/** `"\/bfnrt` */
const escapable: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((c) => c.charCodeAt(0)));

function isHex(byte: number): boolean {
  return (
    (byte >= ZERO && byte <= NINE) ||
    (byte >= 0x41 && byte <= 0x46) ||
    (byte >= 0x61 && byte <= 0x66)
  );
}

/** Where the number ends; -1 where it is invalid, or may continue after the bytes. */
export function skipNumber(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = skipDigits(bytes, first);
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return -1;
  if (bytes[at] === DOT) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction);
    if (at === fraction) return -1;
  }
  let next = bytes[at] ?? 0;
  if (next === LOWER_E || next === UPPER_E) {
    const sign = bytes[at + 1] ?? 0;
    const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
    at = skipDigits(bytes, exponent);
    if (at === exponent) return -1;
    next = bytes[at] ?? 0;
  }
  return next === 0 ? -1 : at;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return at;
    at++;
  }
}

const [nullWord = [], trueWord = [], falseWord = []] = ['null', 'true', 'false'].map((word) =>
  Buffer.from(word),
);

function skipWord(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  const word = byte === 0x6e ? nullWord : byte === 0x74 ? trueWord : falseWord;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}

function skipObject(bytes: Uint8Array, start: number, depth: number): number {
  if (depth > maxDepth) return -1;
  let at = skipBlank(bytes, start + 1);
  if (bytes[at] === CLOSE_OBJECT) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return -1;
    at = skipString(bytes, at);
    if (at < 0) return -1;
    if (bytes[at] !== COLON) {
      at = skipBlank(bytes, at);
      if (bytes[at] !== COLON) return -1;
    }
    at = skipValue(bytes, skipBlank(bytes, at + 1), depth + 1);
    if (at < 0) return -1;
    at = skipBlank(bytes, at);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipBlank(bytes, at + 1);
  }
}

function skipArray(bytes: Uint8Array, start: number, depth: number): number {
  if (depth > maxDepth) return -1;
  let at = skipBlank(bytes, start + 1);
  if (bytes[at] === CLOSE_ARRAY) return at + 1;
  for (;;) {
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return -1;
    at = skipBlank(bytes, at);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipBlank(bytes, at + 1);
  }
}
