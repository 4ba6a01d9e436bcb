import { type Approx, plus } from '../../../costs/approximation.ts';
import type { Cause } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditWindow } from '../audit-window.ts';
import type { Comparison } from '../comparison.ts';
import { type Group, type Groups, idleNode, NodeNames } from '../groups.ts';
import { nodeIdle } from '../node-idle.ts';
import { reportRowsWithoutNode } from '../rows-without-node.ts';
import { noTotals } from '../unsupported.ts';

interface IdleSides {
  expected: Approx;
  rows: Group[];
}

/**
 * The server's idle rows come from its total stores. What they should be follows from the assets
 * and the allocations themselves.
 */
export const allocationTotalStore: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  unsupportedReason: noTotals,
  requires: () => ['allocations', 'assets', 'idle'],
  evaluate(day, comparison) {
    const { assets, allocations, idle } = day;
    if (reportRowsWithoutNode(day, comparison)) return;
    const clamps = clampsIdle(day);
    const nodes = new Map<string, IdleSides>();
    for (const [key, prices] of assets.nodes) {
      nodes.set(key, { expected: nodeIdle(prices, allocations.node(key), clamps), rows: [] });
    }
    const names = nodeNames(day);
    const clusters = new Map<string, { expected: Approx[]; rows: Group[] }>();
    const clusterEntry = (cluster: string) => {
      const known = clusters.get(cluster);
      if (known) return known;
      const made = { expected: [], rows: [] };
      clusters.set(cluster, made);
      return made;
    };
    for (const [key, { expected }] of nodes) {
      clusterEntry(names.clusterOf(key) ?? '').expected.push(expected);
    }
    for (const row of idle.rows) {
      if (!row.idle) continue;
      const key = idleNode(row, names);
      const side = key === null ? undefined : nodes.get(key);
      if (!side || key === null) {
        unknownNode(row, comparison);
        continue;
      }
      side.rows.push(row);
      clusterEntry(names.clusterOf(key) ?? '').rows.push(row);
    }
    for (const [key, { expected, rows }] of sorted(nodes)) {
      compareIdle(['node', key], expected, rows, idle, comparison);
    }
    for (const [cluster, { expected, rows }] of sorted(clusters)) {
      if (rows.length > 0) {
        comparison.compare(['cluster', cluster], plus(...expected), idleCost(idle, rows));
      }
    }
    if (clamps) comparison.note('the server cuts an idle below 0 off: see CheckOverAllocation');
  },
};

function compareIdle(
  key: readonly string[],
  expected: Approx,
  rows: readonly Group[],
  idle: Groups,
  comparison: Comparison,
): void {
  if (rows.length === 0) {
    const enough = comparison.resolutionOf(expected, plus());
    if (!(Math.abs(expected.value) <= enough)) {
      comparison.missingOf(
        key,
        expected.value,
        (amount) => `no idle row, where ${amount.toFixed(5)} was expected`,
      );
    }
    return;
  }
  comparison.compare(key, expected, idleCost(idle, rows), () => negativeIdle(expected));
}

function negativeIdle({ value }: Approx): Cause[] {
  if (value >= 0) return [];
  const detail = `the allocations cost ${(-value).toFixed(5)} more than the node`;
  return [{ code: 'negative-idle', amount: null, detail }];
}

/** An idle row has no costs but those of CPU, GPU and RAM: its total is the best there is of it. */
function idleCost(idle: Groups, rows: readonly Group[]): Approx {
  return idle.sum(rows, (row) => row.total);
}

function unknownNode(row: Group, comparison: Comparison): void {
  const known = row.cluster !== '' && row.node !== '';
  if (known)
    comparison.missing(['node', `${row.cluster}/${row.node}`], 'idle of a node that is no asset');
  else comparison.unknown(`the idle row ${row.name} does not say which node it belongs to`);
}

/** Where the product does not tell, a negative idle does. */
function clampsIdle({ scope, idle }: AuditWindow): boolean {
  if (scope.clampsIdle !== null) return scope.clampsIdle;
  return !idle.rows.some((row) => row.idle && Math.min(row.cpu, row.gpu, row.ram) < 0);
}

/** Every node that assets or allocations of a window know. */
export function nodeNames({ assets, idle }: AuditWindow): NodeNames {
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
