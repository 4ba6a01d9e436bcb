import { readFileSync } from 'node:fs';

/** An answer as a server gave it, whole. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}
