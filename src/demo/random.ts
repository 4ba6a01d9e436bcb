/**
 * A 32-bit hash of numbers (murmur3). The only source of randomness of the simulation, so that any day
 * can be computed without the days before it.
 */
export function hash(...parts: readonly number[]): number {
  let h = 0x2f0b4a91;
  for (const part of parts) {
    let k = Math.imul(part | 0, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number from 0 (included) to 1 (excluded). */
export function unit(...parts: readonly number[]): number {
  return hash(...parts) / 0x1_0000_0000;
}

export function between(low: number, high: number, ...parts: readonly number[]): number {
  return low + (high - low) * unit(...parts);
}

export function pick<T>(list: readonly T[], h: number): T {
  const item = list[h % list.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Alphabet of generated Kubernetes names: no vowels. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Letters, different for different numbers below 27 ** length. */
export function letters(n: number, length: number): string {
  let rest = n >>> 0;
  let text = '';
  for (let i = 0; i < length; i++) {
    text += alphabet[rest % alphabet.length];
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}

export function hex(h: number): string {
  return h.toString(16).padStart(8, '0');
}
