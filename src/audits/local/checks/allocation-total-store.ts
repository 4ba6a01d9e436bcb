import { type Approx, plus } from '../../../costs/approximation.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { compareParts, type GroupedRow, idleNode, NodeNames, sumOf } from '../grouped-rows.ts';
import { nodeIdle } from '../node-idle.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';
import { noTotals } from '../unsupported.ts';

/** The idle of a node or cluster, as it follows from the rows, and the server's idle rows. */
interface Idle {
  readonly expected: Approx[];
  readonly rows: GroupedRow[];
}

/**
 * The server's idle rows, which come from its total stores, against the idle that follows from the assets
 * and the allocations themselves.
 */
export const allocationTotalStore: LocalAudit = {
  settling: 'stores',
  unsupportedReason: noTotals,
  requires: () => ['allocations', 'assets', 'idle'],
  comparesStores: true,
  evaluate(input, comparison) {
    const { assets, allocations, idle } = input;
    if (reportRowsWithoutNode(input, comparison)) return;
    const clamps = clampsIdle(input);
    const names = nodeNames(input);
    const nodes = new Map<string, Idle>();
    const clusters = new Map<string, Idle>();
    for (const [key, prices] of assets.nodes) {
      const expected = nodeIdle(prices, allocations.node(key), clamps);
      entryOf(nodes, key).expected.push(expected);
      entryOf(clusters, names.clusterOf(key) ?? '').expected.push(expected);
    }
    let incomplete: string | null = null;
    for (const row of idle.rows) {
      if (!row.idle) continue;
      const key = idleNode(row, names);
      const node = key === null ? undefined : nodes.get(key);
      if (key === null || (row.cluster === '' && !node)) {
        if (Math.abs(row.total.value) <= row.total.error) continue;
        incomplete ??= `the idle row ${row.name} does not name its node, and could belong to any`;
        continue;
      }
      if (!node) {
        comparison.addMissing(['node', key], 'idle of a node that has no asset record');
        continue;
      }
      node.rows.push(row);
      entryOf(clusters, names.clusterOf(key) ?? '').rows.push(row);
    }
    if (incomplete !== null) comparison.undetermined(incomplete);
    else {
      for (const [key, node] of sorted(nodes)) compareIdle(['node', key], node, comparison);
      for (const [cluster, { expected, rows }] of sorted(clusters)) {
        if (rows.length === 0) continue;
        comparison.compare(['cluster', cluster], plus(...expected), idleCost(rows));
      }
    }
    for (const row of idle.rows) {
      const key = row.idle ? idleNode(row, names) : `${row.cluster}/${row.node}`;
      compareParts(row, ['node', key ?? row.name], comparison);
    }
    if (clamps) {
      comparison.remark('the server reports negative idle as 0: see CheckOverAllocation');
    }
  },
};

function entryOf(map: Map<string, Idle>, key: string): Idle {
  const known = map.get(key);
  if (known) return known;
  const entry: Idle = { expected: [], rows: [] };
  map.set(key, entry);
  return entry;
}

function compareIdle(key: readonly string[], idle: Idle, comparison: Comparison): void {
  const expected = plus(...idle.expected);
  if (idle.rows.length > 0) {
    comparison.compare(key, expected, idleCost(idle.rows), () => negativeIdle(expected));
    return;
  }
  const resolution = comparison.resolutionOf(expected, plus());
  if (Math.abs(expected.value) <= resolution) return;
  comparison.addMissingAmount(
    key,
    expected.value,
    (amount) => `no idle row; an idle of ${amount.toFixed(5)} was expected`,
  );
}

function negativeIdle({ value }: Approx): Cause[] {
  if (value >= 0) return [];
  const detail = `the allocations cost ${(-value).toFixed(5)} more than the node`;
  return [{ code: 'negative-idle', amount: null, detail }];
}

/** An idle row has no costs but those of CPU, GPU and RAM: its total is the most exact of them. */
function idleCost(rows: readonly GroupedRow[]): Approx {
  return sumOf(rows, (row) => row.total);
}

/** Where the product does not say, a negative idle shows that it is not clamped. */
function clampsIdle({ scope, idle }: AuditInput): boolean {
  if (scope.clampsIdle !== null) return scope.clampsIdle;
  return !idle.rows.some(
    ({ idle: isIdle, cpu, gpu, ram }) => isIdle && Math.min(cpu.value, gpu.value, ram.value) < 0,
  );
}

/** Every node that assets or allocations of a window name. */
export function nodeNames({ assets, idle }: Pick<AuditInput, 'assets' | 'idle'>): NodeNames {
  const names = new NodeNames();
  for (const [cluster, node] of assets.nodeNames()) names.add(cluster, node);
  for (const { idle: isIdle, cluster, node } of idle.rows) {
    if (!isIdle && cluster !== '' && node !== '') names.add(cluster, node);
  }
  return names;
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
