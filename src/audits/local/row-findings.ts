import type { Cause } from '../schema.ts';
import type { Comparison } from './comparison.ts';

interface Finding {
  readonly key: readonly string[];
  readonly expected: number | null;
  readonly actual: number | null;
  readonly code: string;
  readonly detail: string;
}

const maxFindings = 1000;

/** Findings of a row check, kept until it reports. */
export class RowFindings {
  readonly #found: Finding[] = [];
  #dropped = 0;
  #undetermined: string | null = null;

  add(finding: Finding): void {
    if (this.#found.length >= maxFindings) this.#dropped++;
    else this.#found.push(finding);
  }

  /** Notes a row that could not be checked. */
  undetermined(reason: string): void {
    this.#undetermined ??= reason;
  }

  report(comparison: Comparison): void {
    for (const { key, expected, actual, code, detail } of this.#found) {
      const amount = expected === null || actual === null ? null : actual - expected;
      const cause: Cause = { code, amount, detail };
      comparison.addDifference({ key, expected, actual, causes: [cause] });
    }
    if (this.#dropped > 0) comparison.remark(`${this.#dropped} more findings are not listed`);
    if (this.#undetermined !== null) comparison.invalidData(this.#undetermined);
  }
}
