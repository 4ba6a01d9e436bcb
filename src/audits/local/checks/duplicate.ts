import { type AllocationRow, type AssetRow, isSynthetic } from '../../../costs/rows.ts';
import { minute } from '../../../time.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import type { Comparison } from '../comparison.ts';
import { RowFindings } from '../row-findings.ts';
import { NameTable, nameHash, pathHash } from '../tables/name-table.ts';
import { Pages, pageSize } from '../tables/pages.ts';
import { reportDuplicateNodes } from './duplicate-nodes.ts';

/** No container is counted twice at the same time, and no key occurs twice in one JSON object. */
export const checkDuplicate: LocalAudit = {
  settling: 'stores',
  requires: () => ['allocations', 'assets'],
  rowChecks: {
    allocations: (context) => new ContainerCheck(context),
    assets: () => new AssetKeyCheck(),
  },
  evaluate: reportDuplicateNodes,
};

/** One run of a container: its row's key as a hash, its time, its cost. */
interface Run {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly cost: number;
}

class ContainerCheck implements RowCheck<AllocationRow> {
  readonly #findings = new RowFindings();
  #containers = new NameTable();
  /** Key, start, end and cost of each container's first run. */
  readonly #firstRuns = new Pages(() => new Float64Array(pageSize * 4));
  readonly #furtherRuns = new Map<number, Run[]>();
  readonly #grace: number;

  /** Starts and ends are as coarse as the sampling: so much overlap may be none. */
  constructor({ scope }: RowCheckContext) {
    this.#grace = (scope.product === 'opencost' ? 5 : 1) * minute;
  }

  row(row: AllocationRow): void {
    const known = this.#containers.size;
    const id = this.#containers.id(identityOf(row));
    if (id === known) this.#keepFirst(id, row);
    else this.#compare(id, row);
  }

  #compare(id: number, row: AllocationRow): void {
    const container = containerOf(row);
    const run = { key: nameHash(row.name), start: row.start, end: row.end, cost: row.totalCost };
    const runs = [this.#firstRun(id), ...(this.#furtherRuns.get(id) ?? [])];
    const sameKey = runs.find((other) => other.key === run.key && !isLater(other, run));
    const duplicate = sameKey ?? runs.find((other) => this.#overlap(other, run));
    if (duplicate) {
      const { cost } = duplicate;
      const isKnown = Number.isFinite(cost) && Number.isFinite(run.cost);
      this.#findings.add({
        key: [container ?? row.name],
        expected: isKnown ? cost : null,
        actual: isKnown ? cost + run.cost : null,
        code: sameKey ? 'key-twice' : 'counted-twice',
        detail: sameKey
          ? `the key ${row.name} occurs twice in one object`
          : `counted again as ${row.name} at the same time`,
      });
    } else if ([run, ...runs].some(({ start, end }) => Number.isNaN(end - start))) {
      this.#findings.undetermined(`${row.name} has no start and end, and may be counted twice`);
    }
    this.#furtherRuns.set(id, [...(this.#furtherRuns.get(id) ?? []), run]);
  }

  #overlap(a: Run, b: Run): boolean {
    const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
    const shorter = Math.min(a.end - a.start, b.end - b.start);
    return shared > Math.min(this.#grace, shorter / 2);
  }

  #keepFirst(id: number, row: AllocationRow): void {
    const page = this.#firstRuns.of(id);
    const at = (id % pageSize) * 4;
    page[at] = nameHash(row.name);
    page[at + 1] = row.start;
    page[at + 2] = row.end;
    page[at + 3] = row.totalCost;
  }

  #firstRun(id: number): Run {
    const at = (id % pageSize) * 4;
    const [key = 0, start = 0, end = 0, cost = 0] = this.#firstRuns.of(id).subarray(at, at + 4);
    return { key, start, end, cost };
  }

  end(): void {
    this.#containers = new NameTable();
    this.#firstRuns.clear();
    this.#furtherRuns.clear();
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}

/** The hash of a container in its cluster; of the row's name where the row is of no container. */
function identityOf(row: AllocationRow): number {
  const { cluster, namespace, pod, container } = row;
  const isNamed = namespace !== '' && pod !== '' && container !== '';
  if (isNamed && !isSynthetic(row.name)) return pathHash(cluster, namespace, pod, container);
  const known = containerOf(row);
  return nameHash(known === null ? row.name : `${cluster}/${known}`);
}

/** Namespace, pod and container, from the name where a property is missing; null: no container. */
function containerOf(row: AllocationRow): string | null {
  if (isSynthetic(row.name)) return null;
  const { namespace, pod, container } = row;
  if (namespace !== '' && pod !== '' && container !== '') return `${namespace}/${pod}/${container}`;
  const parts = row.name.split('/');
  return parts.length < 5 ? null : parts.slice(-3).join('/');
}

/** Whether a key occurs again for another time, as in the next of several sets. */
function isLater(one: Run, other: Run): boolean {
  return one.start !== other.start && (one.end <= other.start || other.end <= one.start);
}

class AssetKeyCheck implements RowCheck<AssetRow> {
  readonly #findings = new RowFindings();
  #keys = new NameTable();

  row({ name, totalCost }: AssetRow): void {
    const known = this.#keys.size;
    if (this.#keys.id(nameHash(name)) === known) return;
    const isKnown = Number.isFinite(totalCost);
    this.#findings.add({
      key: [name],
      expected: isKnown ? 0 : null,
      actual: isKnown ? totalCost : null,
      code: 'key-twice',
      detail: `the key ${name} occurs twice in one object`,
    });
  }

  set(): void {
    this.#keys = new NameTable();
  }

  end(): void {
    this.#keys = new NameTable();
  }

  report(comparison: Comparison): void {
    this.#findings.report(comparison);
  }
}
