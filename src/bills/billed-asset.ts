import { assetKey, isUnjoinable, type Unjoinable, unjoinable } from './identity.ts';

/** An asset of one day, as the server has it. Costs in USD or the server's currency. */
export interface BilledAsset {
  readonly cluster: string;
  readonly name: string;
  /** Node, Disk, LoadBalancer, … */
  readonly type: string;
  readonly provider: string;
  /** Account or subscription; the project on Google Cloud. */
  readonly account: string;
  readonly providerID: string;
  readonly category: string;
  readonly totalCost: number;
  readonly adjustment: number;
  /** How long it was recorded. */
  readonly minutes: number;
}

/** The assets of one day under one join key. */
export interface AssetGroup {
  readonly providerID: string;
  readonly category: string;
  readonly provider: string;
  readonly account: string;
  readonly type: string;
  /** `cluster/name` of the first. */
  readonly name: string;
  rows: number;
  /** Different `cluster/name` under the key. */
  names: number;
  totalCost: number;
  adjustment: number;
  minutes: number;
}

/** The assets of one day, by the key under which the bill is searched for them. */
export class BilledAssets {
  readonly groups = new Map<string, AssetGroup>();
  /** The nodes of each Azure scale set: a bill without machine names has lines of the set only. */
  readonly #scaleSets = new Map<string, AssetGroup>();
  /** What no bill can be matched to, by reason. */
  readonly unjoinable = new Map<Unjoinable, { rows: number; cost: number }>();
  /** Any adjustment: the server has reconciled this day with a bill. */
  isReconciled = false;

  add(asset: BilledAsset): void {
    if (asset.adjustment !== 0) this.isReconciled = true;
    const key = assetKey(asset);
    if (isUnjoinable(key)) {
      const known = this.unjoinable.get(key) ?? { rows: 0, cost: 0 };
      known.rows++;
      known.cost += asset.totalCost;
      this.unjoinable.set(key, known);
      return;
    }
    addTo(this.groups, key, asset);
    const set = scaleSetOf(key);
    if (set !== null) addTo(this.#scaleSets, set, asset, set.slice(set.indexOf('\t') + 1));
  }

  /** Every key under which the bill can have a line. */
  keys(): string[] {
    return [...this.groups.keys(), ...this.#scaleSets.keys()];
  }

  /**
   * What the bill is compared with: every group, but the nodes of a scale set as one where the bill
   * knows only the set.
   */
  *searchedBy(isBilled: (key: string) => boolean): Generator<readonly [string, AssetGroup]> {
    const whole = new Set<string>();
    for (const [key, group] of this.groups) {
      const set = scaleSetOf(key);
      const nodes = set === null ? undefined : this.#scaleSets.get(set);
      if (set === null || !nodes || isBilled(key) || !isBilled(set)) yield [key, group];
      else if (!whole.has(set)) {
        whole.add(set);
        yield [set, nodes];
      }
    }
  }

  /** One sentence per reason for assets that cannot be matched. */
  unjoinableTexts(): string[] {
    return [...this.unjoinable].map(
      ([reason, { rows, cost }]) =>
        `not compared: ${rows} ${rows === 1 ? 'asset' : 'assets'} (${cost.toFixed(2)}), each ${unjoinable[reason]}`,
    );
  }
}

function addTo(
  groups: Map<string, AssetGroup>,
  key: string,
  asset: BilledAsset,
  providerID = asset.providerID,
): void {
  const name = `${asset.cluster}/${asset.name}`;
  const isSet = providerID !== asset.providerID;
  const group = groups.get(key);
  if (!group) {
    const { category, provider, account, type, totalCost, adjustment, minutes } = asset;
    groups.set(key, {
      ...{ providerID, category, provider, account, type, name },
      ...{ rows: 1, names: 1, totalCost, adjustment, minutes },
    });
    return;
  }
  group.rows++;
  if (group.name !== name && !isSet) group.names++;
  group.totalCost += asset.totalCost;
  group.adjustment += asset.adjustment;
  if (group.name === name || isSet) group.minutes += asset.minutes;
}

function scaleSetOf(key: string): string | null {
  return /^(.*\/virtualmachinescalesets\/[^/]+)\/virtualmachines\/[^/]+$/.exec(key)?.[1] ?? null;
}
