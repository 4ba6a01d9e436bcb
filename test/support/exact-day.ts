import { type CostRequest, propertyOf } from '../../src/costs/requests.ts';
import { Exact } from './exact-amount.ts';

export interface ExactNode {
  readonly name: string;
  readonly cpuCost: Exact;
  readonly ramCost: Exact;
  readonly discount: Exact;
  readonly adjustment: Exact;
  readonly cpuCoreHours: Exact;
  readonly ramByteHours: Exact;
}

/** CPU and RAM are what is used of the node at its price, before its adjustment. */
export interface ExactPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: ExactNode;
  readonly cpuCost: Exact;
  readonly ramCost: Exact;
  readonly pvCost: Exact;
}

/** How numbers are printed: rounded to so many decimals, or as the nearest float. */
export interface Printing {
  readonly allocations: 5 | 6 | 'float';
  readonly assets: 6 | 'float';
}

type Numbers = Readonly<Record<string, Exact>>;

const cluster = 'cluster-one';
const window = { start: '2026-03-07T00:00:00Z', end: '2026-03-08T00:00:00Z' };

export function nodeTotal(node: ExactNode): Exact {
  return listed(node).plus(node.adjustment);
}

function listed({ cpuCost, ramCost, discount }: ExactNode): Exact {
  return cpuCost.plus(ramCost).times(Exact.one.minus(discount));
}

/** What the node's adjustment makes of a cost before it. */
function adjusted(cost: Exact, node: ExactNode): Exact {
  return cost.times(nodeTotal(node)).over(listed(node));
}

/** A day of one cluster, every amount without an error, and its responses as a server prints them. */
export class ExactDay {
  readonly nodes: readonly ExactNode[];
  readonly pods: readonly ExactPod[];

  constructor(nodes: readonly ExactNode[], pods: readonly ExactPod[]) {
    this.nodes = nodes;
    this.pods = pods;
  }

  response(request: CostRequest, printing: Printing): string {
    const property = propertyOf(request, 'allocations');
    const assets = propertyOf(request, 'assets');
    const { allocations } = printing;
    const list = (rows: readonly (readonly [string, Numbers, object])[]) =>
      listOf(rows.map(([name, numbers, more]) => row(name, numbers, more, allocations)));
    switch (request) {
      case 'allocations':
        return listOf(this.pods.map((pod) => this.#pod(pod, allocations)));
      case 'assets':
        return listOf([
          ...this.nodes.map((node) => this.#node(node, printing.assets)),
          this.#disk(printing.assets),
        ]);
      case 'idle':
        return list([...this.#idle(), ...this.#used((pod) => `${cluster}/${pod.node.name}`)]);
      case 'clusters':
        return list([...this.#idle(), ...this.#used(() => cluster)]);
      case 'summary':
        return `{"code":200,"data":{"sets":[{"allocations":{${this.pods
          .map((pod) => row(key(pod), this.#summaryOf(pod), {}, 'float'))
          .join()}}}]}}`;
      case 'topline':
        return `{"code":200,"data":{"totalCost":${print(this.assetsTotal, printing.assets)}}}`;
      case 'bills':
        return `{"code":200,"data":{"sets":[{"cloudCosts":{${this.#bills()}}}]}}`;
    }
    if (property !== null) return list(this.#used((pod) => keyUnder(property, pod)));
    return listOf(this.#assetsBy(assets ?? '', printing.assets));
  }

  #summaryOf(pod: ExactPod): Numbers {
    const { cpuCost, ramCost, pvCost, node } = pod;
    return {
      cpuCost: adjusted(cpuCost, node),
      ramCost: adjusted(ramCost, node),
      pvCost,
      totalCost: this.podTotal(pod),
    };
  }

  podTotal(pod: ExactPod): Exact {
    const { cpuCost, ramCost, pvCost, node } = pod;
    return adjusted(cpuCost.plus(ramCost), node).plus(pvCost);
  }

  /** The idle of a node. */
  idle(node: ExactNode): Exact {
    const own = this.pods.filter((pod) => pod.node === node);
    const used = Exact.sum(own.map((pod) => pod.cpuCost.plus(pod.ramCost)));
    return nodeTotal(node).minus(adjusted(used, node));
  }

  get diskTotal(): Exact {
    return Exact.sum(this.pods.map(({ pvCost }) => pvCost));
  }

  get assetsTotal(): Exact {
    return Exact.sum(this.nodes.map(nodeTotal)).plus(this.diskTotal);
  }

  #pod(pod: ExactPod, decimals: Printing['allocations']): string {
    const { node, cpuCost, ramCost, pvCost } = pod;
    const hours = (cost: Exact, of: Exact, all: Exact) =>
      cost.times(all).over(of.times(Exact.one.minus(node.discount)));
    const numbers = {
      cpuCost,
      cpuCostAdjustment: adjusted(cpuCost, node).minus(cpuCost),
      cpuCoreHours: hours(cpuCost, node.cpuCost, node.cpuCoreHours),
      ramCost,
      ramCostAdjustment: adjusted(ramCost, node).minus(ramCost),
      ramByteHours: hours(ramCost, node.ramCost, node.ramByteHours),
      pvCost,
      totalCost: this.podTotal(pod),
    };
    return row(key(pod), numbers, { properties: propertiesOf(pod) }, decimals);
  }

  #node(node: ExactNode, decimals: Printing['assets']): string {
    const { name, cpuCost, ramCost, discount, adjustment, cpuCoreHours, ramByteHours } = node;
    const totalCost = nodeTotal(node);
    const numbers = {
      cpuCost,
      ramCost,
      discount,
      adjustment,
      cpuCoreHours,
      ramByteHours,
      totalCost,
    };
    const more = {
      type: 'Node',
      properties: { ...assetProperties, category: 'Compute', name, providerID: name },
    };
    return row(name, { GPUHours: Exact.zero, ...numbers }, more, decimals);
  }

  #disk(decimals: Printing['assets']): string {
    const properties = {
      ...assetProperties,
      category: 'Storage',
      name: 'pv-1',
      providerID: 'disk-1',
    };
    return row('pv-1', { totalCost: this.diskTotal }, { type: 'Disk', properties }, decimals);
  }

  #idle() {
    return this.nodes.map((node) => {
      const own = this.pods.filter((pod) => pod.node === node);
      const left = (of: Exact, used: Iterable<Exact>) =>
        adjusted(of.times(Exact.one.minus(node.discount)).minus(Exact.sum(used)), node);
      const numbers = {
        cpuCost: left(
          node.cpuCost,
          own.map((pod) => pod.cpuCost),
        ),
        ramCost: left(
          node.ramCost,
          own.map((pod) => pod.ramCost),
        ),
        totalCost: this.idle(node),
      };
      return [
        `${node.name}/__idle__`,
        numbers,
        { properties: { cluster, node: node.name } },
      ] as const;
    });
  }

  /** The pods under a key, as aggregate stores have them. */
  #used(keyOf: (pod: ExactPod) => string) {
    const groups = grouped(this.pods, keyOf);
    return [...groups].map(([name, pods]) => {
      const sum = (of: (pod: ExactPod) => Exact) => Exact.sum(pods.map(of));
      const numbers = {
        cpuCost: sum(({ cpuCost, node }) => adjusted(cpuCost, node)),
        ramCost: sum(({ ramCost, node }) => adjusted(ramCost, node)),
        pvCost: sum(({ pvCost }) => pvCost),
        totalCost: sum((pod) => this.podTotal(pod)),
      };
      return [name, numbers, { properties: { cluster } }] as const;
    });
  }

  #assets(): [Readonly<Record<string, string>>, Exact][] {
    return [
      ...this.nodes.map((node): [Record<string, string>, Exact] => [
        { type: 'Node', providerid: node.name },
        nodeTotal(node),
      ]),
      [{ type: 'Disk', providerid: 'disk-1' }, this.diskTotal],
    ];
  }

  #assetsBy(properties: string, decimals: Printing['assets']): string[] {
    const known: Record<string, string> = {
      cluster,
      provider: 'AWS',
      account: '123',
      project: '__undefined__',
    };
    const keyOf = (own: Readonly<Record<string, string>>) =>
      properties
        .split(',')
        .map((property) => own[property] ?? known[property])
        .join('/');
    const groups = grouped(this.#assets(), ([own]) => keyOf(own));
    return [...groups].map(([name, assets]) =>
      row(name, { totalCost: Exact.sum(assets.map(([, cost]) => cost)) }, {}, decimals),
    );
  }

  #bills(): string {
    return this.#assets()
      .map(([{ type, providerid }, cost]) => {
        const category = type === 'Node' ? 'Compute' : 'Storage';
        const properties = JSON.stringify({ providerID: providerid, category });
        const amount = print(cost, 'float');
        return `"${providerid}":{"properties":${properties},"amortizedNetCost":{"cost":${amount}}}`;
      })
      .join();
  }
}

/** Node 20 has no Map.groupBy. */
function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = keyOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return groups;
}

const assetProperties = { cluster, provider: 'AWS', account: '123' };

function propertiesOf({ name, namespace, node }: ExactPod) {
  const properties = { cluster, node: node.name, namespace, pod: name, container: 'main' };
  return { ...properties, controller: namespace, controllerKind: 'deployment' };
}

function keyUnder(property: string, pod: ExactPod): string {
  const own: Readonly<Record<string, string>> = propertiesOf(pod);
  if (property === 'controller') return `deployment:${pod.namespace}`;
  return own[property] ?? '';
}

function key({ node, namespace, name }: ExactPod): string {
  return `${cluster}/${node.name}/${namespace}/${name}/main`;
}

function listOf(rows: readonly string[]): string {
  return `{"code":200,"data":[{${rows.join()}}]}`;
}

const always = [
  ...['cpuCost', 'gpuCost', 'ramCost', 'pvCost', 'networkCost', 'loadBalancerCost'].flatMap(
    (cost) => [cost, `${cost}Adjustment`],
  ),
  ...['sharedCost', 'externalCost', 'cpuCoreHours', 'gpuHours', 'ramByteHours', 'pvByteHours'],
];

function row(name: string, numbers: Numbers, more: object, decimals: number | 'float'): string {
  const all = { ...Object.fromEntries(always.map((field) => [field, Exact.zero])), ...numbers };
  const printed = Object.entries(all).map(
    ([field, amount]) => `"${field}":${print(amount, decimals)}`,
  );
  const rest = JSON.stringify({ ...window, minutes: 1440, ...more }).slice(1);
  return `${JSON.stringify(name)}:{${printed.join()},${rest}`;
}

export function print(amount: Exact, decimals: number | 'float'): string {
  return decimals === 'float' ? String(amount.number()) : amount.rounded(decimals).text(decimals);
}
