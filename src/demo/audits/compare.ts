import { type AuditType, serverAuditTypes } from '../../audit/types.ts';
import { allocationKey } from '../build/aggregates.ts';
import { allocationTotal } from '../build/allocation.ts';
import { adjustmentRate, assetTotal } from '../build/asset.ts';
import type { AuditEngine, AuditFinding, AuditStores } from './engine.ts';

/** Sums of expected and actual, by key. */
class Ledger {
  readonly entries = new Map<
    string,
    { key: readonly string[]; expected: number; actual: number }
  >();

  add(side: 'expected' | 'actual', key: readonly string[], amount: number): void {
    const id = JSON.stringify(key);
    const entry = this.entries.get(id) ?? { key, expected: 0, actual: 0 };
    entry[side] += amount;
    this.entries.set(id, entry);
  }

  differences(): AuditFinding['differences'] {
    return [...this.entries.values()].filter(
      ({ expected, actual }) => !(Math.abs(expected - actual) <= 1e-9 + 1e-9 * Math.abs(expected)),
    );
  }
}

interface Comparison {
  readonly ledger: Ledger;
  readonly missing: AuditFinding['missing'];
  readonly description: string;
}

const compared = (
  ledger: Ledger,
  missing: AuditFinding['missing'] = [],
  description = '',
): Comparison => ({
  ledger,
  missing,
  description,
});

/** The audits as Kubecost up to 1.105 computes them for itself, from its stores. */
export const compareStores: AuditEngine = ({ types, stores }) =>
  serverAuditTypes
    .filter((type) => types.includes(type))
    .flatMap((type) => {
      const comparison = comparisons[type]?.(stores);
      if (!comparison) return [];
      const { ledger, missing, description } = comparison;
      const differences = ledger.differences();
      const status = differences.length > 0 ? 'Failed' : missing.length > 0 ? 'Warning' : 'Passed';
      return [{ type, status, description, differences, missing } as const];
    });

const comparisons: Partial<Record<AuditType, (stores: AuditStores) => Comparison>> = {
  AuditAllocationReconciliation: (stores) => {
    const ledger = new Ledger();
    const prices = new Map<string, readonly [number, number, number]>();
    for (const asset of stores.assets()) {
      const { node } = asset;
      if (!node) continue;
      const rate = adjustmentRate(asset);
      const paid = rate * (1 - node.discount);
      prices.set(`${asset.properties.cluster}/${asset.properties.name}`, [
        node.coreHours && (node.cpuCost * paid) / node.coreHours,
        node.gpuHours && (node.gpuCost * rate) / node.gpuHours,
        node.ramByteHours && (node.ramCost * paid) / node.ramByteHours,
      ]);
    }
    const missing = new Set<string>();
    for (const a of stores.allocations()) {
      if (a.properties.node === '') continue;
      const node = `${a.properties.cluster}/${a.properties.node}`;
      const price = prices.get(node);
      if (!price) {
        missing.add(node);
        continue;
      }
      const [core, gpu, ram] = price;
      ledger.add('expected', [node, 'CPU'], a.cpuCoreHours * core);
      ledger.add('actual', [node, 'CPU'], a.cpuCost + a.cpuCostAdjustment);
      ledger.add('expected', [node, 'GPU'], a.gpuHours * gpu);
      ledger.add('actual', [node, 'GPU'], a.gpuCost + a.gpuCostAdjustment);
      ledger.add('expected', [node, 'RAM'], a.ramByteHours * ram);
      ledger.add('actual', [node, 'RAM'], a.ramCost + a.ramCostAdjustment);
    }
    const description = 'allocations on a node that is no asset';
    return compared(
      ledger,
      [...missing].map((node) => ({ key: [node], description })),
    );
  },

  AuditAllocationTotalStore: (stores) => {
    const ledger = new Ledger();
    const nodes = new Set<string>();
    const both = (side: 'expected' | 'actual', cluster: string, node: string, amount: number) => {
      ledger.add(side, ['node', `${cluster}/${node}`], amount);
      ledger.add(side, ['cluster', cluster], amount);
    };
    for (const asset of stores.assets()) {
      const { cluster, name } = asset.properties;
      if (!asset.node) continue;
      nodes.add(`${cluster}/${name}`);
      both('expected', cluster, name, assetTotal(asset));
    }
    for (const a of stores.allocations()) {
      const { cluster, node } = a.properties;
      if (!nodes.has(`${cluster}/${node}`)) continue;
      const cost = a.cpuCost + a.gpuCost + a.ramCost;
      const adjustment = a.cpuCostAdjustment + a.gpuCostAdjustment + a.ramCostAdjustment;
      both('expected', cluster, node, -(cost + adjustment));
    }
    for (const idle of stores.idle()) {
      both('actual', idle.properties.cluster, idle.properties.node, allocationTotal(idle));
    }
    return compared(ledger);
  },

  AuditAllocationAggStore: (stores) => {
    const ledger = new Ledger();
    const properties = ['cluster', 'namespace', 'controllerKind', 'controller', 'node', 'pod'];
    const keys = properties.map((property) => ({ property, key: allocationKey(property) }));
    for (const a of stores.allocations()) {
      const total = allocationTotal(a);
      for (const { property, key } of keys) {
        if (key) ledger.add('expected', [property, key(a.properties)], total);
      }
    }
    for (const property of properties) {
      for (const row of stores.allocationsBy(property)) {
        ledger.add('actual', [property, row.name], allocationTotal(row));
      }
    }
    return compared(ledger);
  },

  AuditAssetTotalStore: (stores) => {
    const ledger = new Ledger();
    for (const asset of stores.assets()) {
      ledger.add(
        'expected',
        ['cluster', asset.properties.cluster || '__undefined__'],
        assetTotal(asset),
      );
    }
    for (const [cluster, total] of stores.assetsBy(['cluster'])) {
      ledger.add('actual', ['cluster', cluster], total);
    }
    return compared(ledger);
  },

  AuditAssetReconciliation: (stores) => {
    const ledger = new Ledger();
    const known = new Set<string>();
    for (const asset of stores.assets()) {
      const { providerID, category } = asset.properties;
      if (providerID === '') continue;
      known.add(JSON.stringify([providerID, category]));
      ledger.add('actual', [providerID, category], assetTotal(asset));
    }
    let lines = 0;
    for (const { providerID, category, amortizedNetCost } of stores.bills()) {
      lines += 1;
      if (!known.has(JSON.stringify([providerID, category]))) continue;
      ledger.add('expected', [providerID, category], amortizedNetCost);
    }
    return lines > 0
      ? compared(ledger)
      : compared(new Ledger(), [], 'no cloud bill has come for this window yet');
  },

  AuditClusterEquality: (stores) => {
    const ledger = new Ledger();
    let traffic = 0;
    let reconciled = false;
    for (const asset of stores.assets()) {
      const { cluster } = asset.properties;
      if (asset.type === 'Network') reconciled = true;
      if (cluster !== '') ledger.add('expected', [cluster], assetTotal(asset));
    }
    for (const row of stores.clusters()) {
      ledger.add('actual', [row.properties.cluster], allocationTotal(row));
      if (reconciled) continue;
      const network = row.networkCost + row.networkCostAdjustment;
      ledger.add('actual', [row.properties.cluster], -network);
      traffic += network;
    }
    return compared(
      ledger,
      [],
      traffic === 0 ? '' : `traffic without a bill: ${traffic.toFixed(6)}`,
    );
  },
};
