import type { Approx } from '../../costs/approximation.ts';
import { type Span, windowOf } from '../../time.ts';
import { difference } from '../difference.ts';
import type { Audit, Cause, Difference, MissingValue } from '../schema.ts';
import { type AuditType, type Status, worse } from '../types.ts';

/** What `--tolerance` allows: an amount, or a part of what was expected. */
export type Tolerance = { readonly amount: number } | { readonly part: number };

/** The relative error that compensated sums still have. */
const sumError = 1e-9;
const maxFindings = 1000;
const unknownAmount = 'an amount that it needs is not known';

/** A difference to be kept. An amount that is null is no finite number. */
interface FoundDifference {
  readonly key: readonly string[];
  readonly expected: number | null;
  readonly actual: number | null;
  /** Of the comparison that found it; absent where it compares no amounts. */
  readonly resolution?: number;
  readonly causes?: readonly Cause[];
}

/** What one audit of one window finds: differences, missing values, and why some are not known. */
export class Comparison {
  readonly #tolerance: Tolerance | null;
  #resolution = 0;
  #smallestResolution = Number.POSITIVE_INFINITY;
  #compared = 0;
  #dropped = 0;
  #status: Status = 'Passed';
  readonly #differences: Difference[] = [];
  readonly #missing: MissingValue[] = [];
  readonly #undetermined: string[] = [];
  #invalidData: string | null = null;
  readonly #remarks: string[] = [];

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

  /**
   * Compares two amounts and keeps a difference.
   *
   * @param causes called with the delta of a difference
   * @returns whether they are equal within the resolution
   */
  compare(
    key: readonly string[],
    expected: Approx,
    actual: Approx,
    causes: (delta: number) => readonly Cause[] = () => [],
  ): boolean {
    const resolution = this.resolutionOf(expected, actual);
    const delta = actual.value - expected.value;
    if (!Number.isFinite(delta) || !Number.isFinite(resolution)) {
      const reason = `${key.join(' / ')}: ${unknownAmount}`;
      if (Number.isFinite(delta)) this.undetermined(reason);
      else this.invalidData(reason);
      return false;
    }
    this.compared(resolution);
    if (Math.abs(delta) <= resolution) return true;
    const explained = withRemainder(delta, resolution, causes(delta));
    const amounts = { expected: expected.value, actual: actual.value };
    this.addDifference({ key, ...amounts, resolution, causes: explained });
    return false;
  }

  /** Adds what was compared elsewhere to the audit's resolution; 0 where no amounts were. */
  compared(resolution: number): void {
    if (!Number.isFinite(resolution)) {
      this.invalidData(unknownAmount);
      return;
    }
    this.#compared++;
    if (resolution > this.#resolution) this.#resolution = resolution;
    if (resolution > 0 && resolution < this.#smallestResolution) {
      this.#smallestResolution = resolution;
    }
  }

  /** Adds a finding, whatever the amounts. */
  addDifference(found: FoundDifference): void {
    this.#status = 'Failed';
    this.#keep(found);
  }

  /** Adds a finding that is legal and worth knowing: by itself it makes the audit a Warning. */
  addWarning(found: FoundDifference): void {
    this.#status = worse(this.#status, 'Warning');
    this.#keep(found);
  }

  #keep({ key, expected, actual, resolution = 0, causes = [] }: FoundDifference): void {
    if (this.#differences.length >= maxFindings) this.#dropped++;
    else {
      const found = { ...difference([...key], expected, actual), resolution };
      this.#differences.push(causes.length > 0 ? { ...found, causes: [...causes] } : found);
    }
  }

  /** The largest resolution of what was compared so far. */
  get resolution(): number {
    return this.#resolution;
  }

  /** Whether a difference of a key is kept. */
  hasDifference(key: readonly string[]): boolean {
    const name = key.join('\n');
    return this.#differences.some((found) => found.key.join('\n') === name);
  }

  addMissing(key: readonly string[], description: string): void {
    if (this.#missing.length >= maxFindings) this.#dropped++;
    else this.#missing.push({ key: [...key], description });
  }

  /** Adds a key that one side has and the other has not; `amount` is what the one side has. */
  addMissingAmount(
    key: readonly string[],
    amount: number,
    description: (amount: number) => string,
  ): void {
    if (Number.isFinite(amount)) this.addMissing(key, description(amount));
    else this.invalidData(`${key.join(' / ')}: ${unknownAmount}`);
  }

  /** Notes something that could not be compared: the audit cannot pass. */
  undetermined(reason: string): void {
    if (!this.#undetermined.includes(reason)) this.#undetermined.push(reason);
  }

  /** Likewise, because a response lacks something that every response has: see {@link dataError}. */
  invalidData(reason: string): void {
    this.undetermined(reason);
    this.#invalidData ??= reason;
  }

  /** What the responses lack; null where they lack nothing that was needed. */
  get dataError(): string | null {
    return this.#invalidData;
  }

  /** Adds a sentence to the description, whatever the status. */
  remark(text: string): void {
    if (!this.#remarks.includes(text)) this.#remarks.push(text);
  }

  /** Whether nothing was compared and nothing found, not even a reason why. */
  get isEmpty(): boolean {
    const found = this.#differences.length + this.#missing.length + this.#undetermined.length;
    return this.#compared === 0 && found === 0;
  }

  /** The audit that it amounts to. @param lastRun RFC 3339 */
  audit(span: Span, type: AuditType, lastRun: string): Audit {
    let status = this.#status;
    if (this.#missing.length > 0) status = worse(status, 'Warning');
    if (this.#undetermined.length > 0) status = worse(status, 'Skipped');
    const [first, second, ...more] = this.#undetermined;
    const sentences = [
      first,
      second,
      more.length > 0 ? `${more.length} more ${more.length === 1 ? 'reason' : 'reasons'}` : null,
      this.#dropped > 0 ? `${this.#dropped} more findings are not listed` : null,
      ...this.#remarks,
    ];
    const hasResolution = status !== 'Skipped' || this.#compared > 0;
    const smallest = this.#smallestResolution;
    return {
      window: windowOf(span),
      type,
      status,
      description: sentences.filter((one) => typeof one === 'string').join('; '),
      lastRun,
      resolution: hasResolution ? this.#resolution : null,
      smallestResolution: Number.isFinite(smallest) ? smallest : null,
      differences: this.#differences,
      missing: this.#missing,
    };
  }
}

/** Causes, and the part of the delta that they leave unexplained. */
function withRemainder(delta: number, resolution: number, causes: readonly Cause[]): Cause[] {
  if (causes.length === 0) return [];
  const rest = delta - causes.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  if (Math.abs(rest) <= resolution) return [...causes];
  const detail = 'no part of the data accounts for it';
  return [...causes, { code: 'unexplained', amount: rest, detail }];
}
