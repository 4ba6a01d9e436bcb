import type { AllocationRow, AssetRow } from '../../../costs/rows.ts';
import { minute, type Span, second } from '../../../time.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';

/** Start and end are printed to the second. */
const grace = second;

/** Rows lie in the window, end after they start, and have as many minutes as that takes. */
export const checkRowWindow: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  rowChecks: {
    allocations: (context) => new WindowCheck(context),
    assets: (context) => new WindowCheck(context),
  },
};

class WindowCheck implements RowCheck<AllocationRow>, RowCheck<AssetRow> {
  readonly #span: Span;
  readonly #findings = new RowFindings();

  constructor({ span }: RowCheckContext) {
    this.#span = span;
  }

  row(row: Pick<AllocationRow, 'name' | 'start' | 'end' | 'minutes'>): void {
    const { name, start, end, minutes } = row;
    const span = this.#span;
    const duration = (end - start) / minute;
    const key = [name];
    if (!Number.isFinite(duration)) {
      const detail = 'the row has no start and end';
      this.#findings.add({ key, expected: null, actual: null, code: 'no-time', detail });
    } else if (start < span.start - grace || end > span.end + grace) {
      const actual = Math.max(span.start - start, end - span.end) / minute;
      const detail = 'minutes outside the window';
      this.#findings.add({ key, expected: 0, actual, code: 'outside', detail });
    } else if (end < start) {
      const detail = 'the row ends before it starts; minutes';
      this.#findings.add({ key, expected: 0, actual: duration, code: 'reversed', detail });
    } else if (!Number.isFinite(minutes)) {
      const detail = 'the row has no minutes';
      this.#findings.add({ key, expected: duration, actual: null, code: 'no-minutes', detail });
    } else if (Math.abs(minutes - duration) > (2 * grace) / minute) {
      const detail = 'minutes are not end - start';
      this.#findings.add({ key, expected: duration, actual: minutes, code: 'minutes', detail });
    }
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}
