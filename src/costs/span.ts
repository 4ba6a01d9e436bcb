import type { Audit } from '../audits/schema.ts';

/** Milliseconds since 1970; `start` is included, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A window as audits have it. */
export function windowText({ start, end }: Span): Audit['window'] {
  const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return { start: text(start), end: text(end) };
}
