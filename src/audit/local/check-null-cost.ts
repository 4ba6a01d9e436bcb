import type { LocalAudit, Watcher } from './audit.ts';
import { Findings } from './findings.ts';
import type { AllocationRow, AssetRow } from './rows.ts';

/** Costs that are null, which is how NaN and infinity arrive, or that are not there at all. */
export const checkNullCost: LocalAudit = {
  settling: 'stores',
  bad: 'Failed',
  needs: () => ['allocations', 'assets'],
  watch: { allocations: () => new NullWatcher(), assets: () => new NullWatcher() },
};

class NullWatcher implements Watcher<AllocationRow>, Watcher<AssetRow> {
  readonly #findings = new Findings();

  row({ name, lacks }: Pick<AllocationRow, 'name' | 'lacks'>): void {
    for (const { field, what } of lacks) {
      if (!/cost|adjustment/i.test(field)) continue;
      const detail =
        what === 'null' ? 'not a finite number at the server' : 'the row has no such field';
      this.#findings.add([name, field], null, null, what, detail);
    }
  }

  report(...[comparison]: Parameters<Watcher<AllocationRow>['report']>): void {
    this.#findings.report(comparison);
  }
}
