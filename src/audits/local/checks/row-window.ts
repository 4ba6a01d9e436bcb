import type { AllocationRow, AssetRow } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';

const grace = 1_000;
const minute = 60_000;

/** Rows lie inside the window, begin before they end, and last as many minutes as they say. */
export const checkRowWindow: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations', 'assets'],
  rowChecks: {
    allocations: (watch) => new WindowWatcher(watch),
    assets: (watch) => new WindowWatcher(watch),
  },
};

class WindowWatcher implements RowCheck<AllocationRow>, RowCheck<AssetRow> {
  readonly #window: RowCheckContext;
  readonly #findings = new RowFindings();

  constructor(window: RowCheckContext) {
    this.#window = window;
  }

  row({
    name,
    start,
    end,
    minutes,
  }: Pick<AllocationRow, 'name' | 'start' | 'end' | 'minutes'>): void {
    const lasts = (end - start) / minute;
    const add = (code: string, detail: string, expected: number | null, actual: number | null) =>
      this.#findings.add([name], expected, actual, code, detail);
    if (!Number.isFinite(lasts)) {
      add('no-time', 'the row has no start and end', null, null);
    } else if (start < this.#window.start - grace || end > this.#window.end + grace) {
      const outside = Math.max(this.#window.start - start, end - this.#window.end) / minute;
      add('outside', 'minutes outside the window', 0, outside);
    } else if (end < start) {
      add('reversed', 'the row ends before it starts; minutes', 0, lasts);
    } else if (!Number.isFinite(minutes)) {
      add('no-minutes', 'the row has no minutes', lasts, null);
    } else if (Math.abs(minutes - lasts) > (2 * grace) / minute) {
      // start and end are printed to the second
      add('minutes', 'minutes are not end - start', lasts, minutes);
    }
  }

  report(...[comparison]: Parameters<RowCheck<AllocationRow>['report']>): void {
    this.#findings.report(comparison);
  }
}
