import { type AllocationRow, type AssetRow, isSynthetic } from '../../../costs/rows.ts';
import type { LocalAudit, RowCheck, RowCheckContext } from '../audit.ts';
import { RowFindings } from '../row-findings.ts';
import { NameTable, nameHash } from '../tables/name-table.ts';
import { Pages, pageSize } from '../tables/pages.ts';

/** Counts no container twice at one time, and no key twice in one JSON object. */
export const checkDuplicate: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => ['allocations', 'assets'],
  rowChecks: {
    allocations: (watch) => new ContainerWatcher(watch),
    assets: () => new KeyWatcher(),
  },
};

/** One time of a container, under one key. */
interface Run {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly cost: number;
}

const minute = 60_000;

class ContainerWatcher implements RowCheck<AllocationRow> {
  readonly #findings = new RowFindings();
  #containers = new NameTable();
  /** Key, start, end and cost of each container's first row. */
  readonly #first = new Pages(() => new Float64Array(pageSize * 4));
  readonly #further = new Map<number, Run[]>();
  readonly #grace: number;

  /** Starts and ends are as coarse as the sampling: so much overlap may be none. */
  constructor({ scope }: RowCheckContext) {
    this.#grace = (scope.product === 'opencost' ? 5 : 1) * minute;
  }

  row(row: AllocationRow): void {
    const named = containerOf(row);
    const identity = named === null ? row.name : `${row.cluster}/${named}`;
    const before = this.#containers.size;
    const id = this.#containers.id(nameHash(identity));
    const run = {
      key: nameHash(row.name),
      start: row.start,
      end: row.end,
      cost: row.totalCost,
    };
    if (id === before) {
      this.#keep(id, run);
      return;
    }
    const runs = [this.#firstOf(id), ...(this.#further.get(id) ?? [])];
    const twin = runs.find((other) => other.key === run.key && !isLater(other, run));
    const overlapping = twin ?? runs.find((other) => this.#overlap(other, run));
    if (!overlapping && [run, ...runs].some(({ start, end }) => Number.isNaN(end - start))) {
      this.#findings.unknown(`${row.name}: it has no start and end, and may be counted twice`);
    }
    if (overlapping) {
      const found = named ?? row.name;
      const detail = twin
        ? `the key ${row.name} comes twice in one object`
        : `counted again as ${row.name} at the same time`;
      const { cost } = overlapping;
      const known = Number.isFinite(cost) && Number.isFinite(run.cost);
      this.#findings.add(
        [found],
        known ? cost : null,
        known ? cost + run.cost : null,
        twin ? 'key-twice' : 'counted-twice',
        detail,
      );
    }
    this.#further.set(id, [...(this.#further.get(id) ?? []), run]);
  }

  #overlap(a: Run, b: Run): boolean {
    const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
    const shorter = Math.min(a.end - a.start, b.end - b.start);
    return shared > Math.min(this.#grace, shorter / 2);
  }

  #keep(id: number, { key, start, end, cost }: Run): void {
    this.#first.of(id).set([key, start, end, cost], (id % pageSize) * 4);
  }

  #firstOf(id: number): Run {
    const at = (id % pageSize) * 4;
    const [key = 0, start = 0, end = 0, cost = 0] = this.#first.of(id).subarray(at, at + 4);
    return { key, start, end, cost };
  }

  ended(): void {
    this.#containers = new NameTable();
    this.#first.clear();
    this.#further.clear();
  }

  report(...[comparison]: Parameters<RowCheck<AllocationRow>['report']>): void {
    this.#findings.report(comparison);
  }
}

/** Namespace, pod and container; from the name where the properties lack one. Null: it is none. */
function containerOf(row: AllocationRow): string | null {
  if (isSynthetic(row.name)) return null;
  const { namespace, pod, container } = row;
  if (namespace !== '' && pod !== '' && container !== '') return `${namespace}/${pod}/${container}`;
  const parts = row.name.split('/');
  return parts.length < 5 ? null : parts.slice(-3).join('/');
}

/** Whether one key comes again for a later time, as in the next of several sets. */
function isLater(one: Run, other: Run): boolean {
  return one.start !== other.start && (one.end <= other.start || other.end <= one.start);
}

class KeyWatcher implements RowCheck<AssetRow> {
  readonly #findings = new RowFindings();
  #keys = new NameTable();

  row({ name, totalCost }: AssetRow): void {
    const before = this.#keys.size;
    if (this.#keys.id(nameHash(name)) === before) return;
    const detail = `the key ${name} comes twice in one object`;
    const known = Number.isFinite(totalCost);
    this.#findings.add([name], known ? 0 : null, known ? totalCost : null, 'key-twice', detail);
  }

  ended(): void {
    this.#keys = new NameTable();
  }

  report(...[comparison]: Parameters<RowCheck<AssetRow>['report']>): void {
    this.#findings.report(comparison);
  }
}
