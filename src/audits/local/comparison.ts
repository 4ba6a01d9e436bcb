import type { Approx } from '../../costs/approximation.ts';
import type { Audit, Cause, Difference, MissingValue } from '../schema.ts';
import { difference, worse } from '../server/audit-sets.ts';
import type { AuditType, Status } from '../types.ts';

/** What `--tolerance` says: an amount, or a part of what was expected. */
export type Tolerance = { readonly amount: number } | { readonly part: number };

/** Compensated sums still err a little. */
const sumError = 1e-9;
/** Of findings that rows have one by one, no more are kept. */
const mostFindings = 1000;

/** What one audit of one window finds out, comparison by comparison. */
export class Comparison {
  readonly #tolerance: Tolerance | null;
  #resolution = 0;
  #compared = 0;
  #dropped = 0;
  #differences: Difference[] = [];
  #missing: MissingValue[] = [];
  #unknown: string[] = [];
  #damage: string | null = null;
  #notes: string[] = [];

  constructor(tolerance: Tolerance | null) {
    this.#tolerance = tolerance;
  }

  /** The largest error that a comparison with this expectation can have. */
  resolutionOf(expected: Approx, actual: Approx): number {
    const own = expected.error + actual.error + sumError * Math.abs(expected.value);
    if (this.#tolerance === null) return own;
    const allowed =
      'amount' in this.#tolerance
        ? this.#tolerance.amount
        : this.#tolerance.part * Math.abs(expected.value);
    return Math.max(own, allowed);
  }

  /** Whether both sides are the same as far as can be told; a difference is kept. */
  compare(
    key: readonly string[],
    expected: Approx,
    actual: Approx,
    causes: (delta: number) => readonly Cause[] = () => [],
  ): boolean {
    const resolution = this.resolutionOf(expected, actual);
    const delta = actual.value - expected.value;
    if (!Number.isFinite(delta) || !Number.isFinite(resolution)) {
      const why = `${key.join(' / ')}: an amount that it needs is not known`;
      if (Number.isFinite(delta)) this.unknown(why);
      else this.damaged(why);
      return false;
    }
    this.#compared++;
    if (resolution > this.#resolution) this.#resolution = resolution;
    if (Math.abs(delta) <= resolution) return true;
    this.differ(key, expected.value, actual.value, explained(delta, resolution, causes(delta)));
    return false;
  }

  /** Takes into the resolution what was compared elsewhere. */
  compared(resolution: number): void {
    if (!Number.isFinite(resolution)) {
      this.damaged('an amount that it needs is not known');
      return;
    }
    this.#compared++;
    this.#resolution = Math.max(this.#resolution, resolution);
  }

  /** A finding, whatever the amounts; null is no finite number. */
  differ(
    key: readonly string[],
    expected: number | null,
    actual: number | null,
    causes: readonly Cause[] = [],
  ): void {
    if (this.#differences.length >= mostFindings) this.#dropped++;
    else {
      const found = difference([...key], expected, actual);
      this.#differences.push(causes.length > 0 ? { ...found, causes: [...causes] } : found);
    }
  }

  missing(key: readonly string[], description: string): void {
    if (this.#missing.length >= mostFindings) this.#dropped++;
    else this.#missing.push({ key: [...key], description });
  }

  /** One side has the key and the other has not; `amount` is what the one has. */
  missingOf(key: readonly string[], amount: number, description: (amount: number) => string): void {
    if (Number.isFinite(amount)) this.missing(key, description(amount));
    else this.damaged(`${key.join(' / ')}: an amount that it needs is not known`);
  }

  /** Something could not be compared: the audit cannot pass. */
  unknown(reason: string): void {
    if (!this.#unknown.includes(reason)) this.#unknown.push(reason);
  }

  /** Likewise, because the server's answer lacks something that every answer has. */
  damaged(reason: string): void {
    this.unknown(reason);
    this.#damage ??= reason;
  }

  /** What the answers lack; null where they lack nothing that was needed. */
  get damage(): string | null {
    return this.#damage;
  }

  /** Something a reader should know, whatever the verdict. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Nothing was compared, and nothing found that kept it from being. */
  get isEmpty(): boolean {
    const found = this.#differences.length + this.#missing.length + this.#unknown.length;
    return this.#compared === 0 && found === 0;
  }

  /** @param bad the status that a difference means */
  audit(window: Audit['window'], type: AuditType, lastRun: string, bad: Status): Audit {
    let status: Status = 'Passed';
    if (this.#missing.length > 0) status = worse(status, 'Warning');
    if (this.#differences.length > 0) status = worse(status, bad);
    if (this.#unknown.length > 0) status = worse(status, 'Skipped');
    const [first, second, ...more] = this.#unknown;
    const notes = [
      first,
      second,
      more.length > 0 ? `${more.length} more such reasons` : undefined,
      this.#dropped > 0 ? `${this.#dropped} more findings are not listed` : undefined,
      ...this.#notes,
    ].filter((note) => note !== undefined);
    return {
      window,
      type,
      status,
      description: notes.join('; '),
      lastRun,
      resolution: status === 'Skipped' && this.#compared === 0 ? null : this.#resolution,
      differences: this.#differences,
      missing: this.#missing,
    };
  }
}

/** Causes with what they leave unexplained. */
function explained(delta: number, resolution: number, causes: readonly Cause[]): Cause[] {
  if (causes.length === 0) return [];
  const rest = delta - causes.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  if (Math.abs(rest) <= resolution) return [...causes];
  return [
    ...causes,
    { code: 'unexplained', amount: rest, detail: 'nothing in the data explains it' },
  ];
}
