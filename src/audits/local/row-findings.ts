import type { Cause } from '../schema.ts';
import type { Comparison } from './comparison.ts';

interface Finding {
  readonly key: readonly string[];
  readonly expected: number | null;
  readonly actual: number | null;
  readonly cause: Cause;
}

const most = 1000;

/** What a watcher found in the rows, until it is asked. */
export class RowFindings {
  readonly #found: Finding[] = [];
  #dropped = 0;
  #unknown: string | null = null;

  add(
    key: readonly string[],
    expected: number | null,
    actual: number | null,
    code: string,
    detail: string,
  ): void {
    if (this.#found.length >= most) {
      this.#dropped++;
      return;
    }
    const amount = expected === null || actual === null ? null : actual - expected;
    this.#found.push({ key, expected, actual, cause: { code, amount, detail } });
  }

  /** A row that could not be looked at. */
  unknown(reason: string): void {
    this.#unknown ??= reason;
  }

  report(comparison: Comparison): void {
    for (const { key, expected, actual, cause } of this.#found) {
      comparison.differ(key, expected, actual, [cause]);
    }
    if (this.#dropped > 0) comparison.note(`${this.#dropped} more findings are not listed`);
    if (this.#unknown !== null) comparison.damaged(this.#unknown);
  }
}
