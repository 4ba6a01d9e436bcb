const [QUOTE, BACKSLASH, MINUS, PLUS, DOT] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e] as const;
const [COMMA, COLON, ZERO, NINE, UPPER_E, LOWER_E, LOWER_U] = [
  0x2c, 0x3a, 0x30, 0x39, 0x45, 0x65, 0x75,
] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const mostDepth = 64;

/** The first byte from `at` on that is not white space. */
export function skipBlank(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

/** Where the JSON value ends that begins at `at`; -1 where it is broken or not complete. */
export function skipValue(bytes: Uint8Array, at: number, limit: number, depth = 0): number {
  if (at >= limit) return -1;
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return skipString(bytes, at, limit);
  if (byte === OPEN_OBJECT) return skipObject(bytes, at, limit, depth);
  if (byte === OPEN_ARRAY) return skipArray(bytes, at, limit, depth);
  if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return skipNumber(bytes, at, limit);
  return skipWord(bytes, at, limit);
}

/** Where the text ends that begins with the quote at `at`; -1 where it is broken or not complete. */
export function skipString(bytes: Uint8Array, at: number, limit: number): number {
  let next = at + 1;
  while (next < limit) {
    const byte = bytes[next++] ?? 0;
    if (byte === QUOTE) return next;
    if (byte < 0x20) return -1;
    if (byte !== BACKSLASH) continue;
    if (next >= limit) return -1;
    const escaped = bytes[next++] ?? 0;
    if (escaped === LOWER_U) {
      if (next + 4 > limit) return -1;
      for (let i = 0; i < 4; i++) if (!isHex(bytes[next++] ?? 0)) return -1;
    } else if (!escapable.has(escaped)) return -1;
  }
  return -1;
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

/** Where the number ends; -1 where it is broken, or may go on beyond `limit`. */
export function skipNumber(bytes: Uint8Array, start: number, limit: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const first = at;
  while (at < limit && isDigit(bytes[at] ?? 0)) at++;
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return -1;
  if (at < limit && bytes[at] === DOT) {
    const fraction = ++at;
    while (at < limit && isDigit(bytes[at] ?? 0)) at++;
    if (at === fraction) return -1;
  }
  if (at < limit && (bytes[at] === LOWER_E || bytes[at] === UPPER_E)) {
    at++;
    if (at < limit && (bytes[at] === PLUS || bytes[at] === MINUS)) at++;
    const exponent = at;
    while (at < limit && isDigit(bytes[at] ?? 0)) at++;
    if (at === exponent) return -1;
  }
  return at < limit ? at : -1;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

const words = ['null', 'true', 'false'].map((word) => Buffer.from(word));

function skipWord(bytes: Uint8Array, at: number, limit: number): number {
  for (const word of words) {
    if (bytes[at] !== word[0]) continue;
    if (at + word.length > limit) return -1;
    for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
    return at + word.length;
  }
  return -1;
}

function skipObject(bytes: Uint8Array, start: number, limit: number, depth: number): number {
  if (depth > mostDepth) return -1;
  let at = skipBlank(bytes, start + 1, limit);
  if (bytes[at] === CLOSE_OBJECT && at < limit) return at + 1;
  while (at < limit) {
    if (bytes[at] !== QUOTE) return -1;
    at = skipString(bytes, at, limit);
    if (at < 0) return -1;
    at = skipBlank(bytes, at, limit);
    if (at >= limit || bytes[at] !== COLON) return -1;
    at = skipValue(bytes, skipBlank(bytes, at + 1, limit), limit, depth + 1);
    if (at < 0) return -1;
    at = skipBlank(bytes, at, limit);
    if (at >= limit) return -1;
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipBlank(bytes, at + 1, limit);
  }
  return -1;
}

function skipArray(bytes: Uint8Array, start: number, limit: number, depth: number): number {
  if (depth > mostDepth) return -1;
  let at = skipBlank(bytes, start + 1, limit);
  if (bytes[at] === CLOSE_ARRAY && at < limit) return at + 1;
  while (at < limit) {
    at = skipValue(bytes, at, limit, depth + 1);
    if (at < 0) return -1;
    at = skipBlank(bytes, at, limit);
    if (at >= limit) return -1;
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipBlank(bytes, at + 1, limit);
  }
  return -1;
}
