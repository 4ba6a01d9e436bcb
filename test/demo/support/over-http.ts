import { parseFault } from '../../../src/demo/fault-option.ts';
import type { DemoOptions } from '../../../src/demo/options.ts';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import { type ProductVariantName, productVariants } from '../../../src/demo/variants.ts';
import { pause } from '../../support/waiting.ts';
import type { AllocationRow, Answers, AssetRow, Rounding } from './identities.ts';
import { assetProperties, noon } from './in-process.ts';

export interface Server extends Demo {
  /** The body as JSON; a path without the prefix of the product variant. */
  json(path: string, init?: RequestInit): Promise<unknown>;
  /** `data` of an envelope with code 200. */
  data(path: string): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type TestOptions = Partial<Omit<DemoOptions, 'faults'>> & { faults?: string[] };

/** A clock that runs, from noon on. */
function runningClock(start = noon) {
  const offset = start - Date.now();
  return {
    now: () => Date.now() + offset,
    sleep: pause,
  };
}

export async function serve(
  options: TestOptions = {},
  clock: { now(): number; sleep(ms: number): Promise<void> } = runningClock(),
): Promise<Server> {
  const faults = (options.faults ?? []).map(parseFault);
  const demo = await startDemo({ port: 0, ...options, faults }, { clock });
  const { prefix } = productVariants[options.as ?? 'kubecost-1.105'];
  const json = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${demo.url}${prefix}${path}`, init);
    return response.json();
  };
  return {
    ...demo,
    json,
    async data(path) {
      const body = (await json(path)) as { code: number; data: unknown }; // an envelope, or the test fails
      if (body.code !== 200) throw new Error(`code ${body.code}: ${JSON.stringify(body)}`);
      return body.data;
    },
    [Symbol.asyncDispose]: () => demo.close(),
  };
}

export function roundingOf(variant: ProductVariantName): Rounding {
  return {
    allocation: productVariants[variant].allocationNumbers === '%f' ? 5e-7 : 5e-6,
    asset: 5e-7,
  };
}

type Row = Record<string, unknown>;

/** The answers of a server for one UTC day, asked as docs/audits.md asks. */
export async function answersOver(
  server: Server,
  variant: ProductVariantName,
  dayStart: number,
): Promise<Answers> {
  const end = dayStart + 86_400_000;
  const window = `window=${rfc3339(dayStart)},${rfc3339(end)}`;
  const { reconciles, clampsIdle, prefix, allocationPath } = productVariants[variant];
  const fixed = reconciles ? '&reconcile=true&shareTenancyCosts=false&external=false' : '';
  const plain = `${window}${fixed}${reconciles ? '&idle=false' : '&includeIdle=false'}`;
  const allocations = async (query: string) =>
    rows(await server.data(`${allocationPath}?${query}`)).map(([, row]) => allocationRow(row));
  const withIdle = `${window}&reconcile=true&external=false&idle=true&splitIdle=true&idleByNode=true`;
  const by = async (property: string) =>
    [property, await allocations(`${plain}&aggregate=${property}`)] as const;
  const assets = rows(await server.data(`/assets?${window}`)).map(([key, row]) =>
    assetRow(key, row),
  );
  const assetsBy = async (property: string) => {
    const answer = rows(await server.data(`/assets?${window}&aggregate=${property}`));
    return [
      property,
      new Map(answer.map(([key, row]) => [key, number(row, 'totalCost')])),
    ] as const;
  };
  return {
    window: { start: dayStart, end },
    allocations: await allocations(plain),
    idle: reconciles
      ? (await allocations(`${withIdle}&shareTenancyCosts=false&aggregate=cluster,node`)).filter(
          isIdle,
        )
      : [],
    assets,
    bills: await billsOf(server, window),
    allocationsBy: new Map(
      await Promise.all(
        ['cluster', 'namespace', 'controllerKind', 'controller', 'node', 'pod'].map(by),
      ),
    ),
    assetsBy: new Map(reconciles ? await Promise.all(assetProperties.map(assetsBy)) : []),
    clusters: reconciles
      ? await allocations(`${withIdle}&shareTenancyCosts=true&aggregate=cluster`)
      : [],
    clamped: clampsIdle,
    kubecost: prefix !== '',
    // the tests ask for the current day, too
    settled: false,
  };
}

function isIdle({ name }: AllocationRow): boolean {
  return name.endsWith('/__idle__');
}

async function billsOf(server: Server, window: string): Promise<Answers['bills']> {
  const data = (await server.data(`/cloudCost?${window}&aggregate=providerID,category`)) as {
    sets: { cloudCosts: Record<string, Row> | null }[];
  }; // the shape that is documented; anything else fails the test
  return data.sets.flatMap(({ cloudCosts }) =>
    Object.values(cloudCosts ?? {}).map((row) => {
      const properties = row['properties'] as Record<string, string>;
      const cost = (row['amortizedNetCost'] as { cost: number }).cost;
      return {
        providerID: properties['providerID'] ?? '',
        category: properties['category'] ?? '',
        cost,
      };
    }),
  );
}

/** Rows of all sets: an array of maps, or one map. */
export function rows(data: unknown): [string, Row][] {
  const sets = Array.isArray(data) ? data : [data];
  return sets.flatMap((set) => Object.entries((set ?? {}) as Record<string, Row>));
}

function rfc3339(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Null is what the server prints for what is not a number. */
function number(row: Row, field: string): number {
  const value = row[field];
  if (value === null) return Number.NaN;
  if (typeof value !== 'number') throw new Error(`${field} is ${JSON.stringify(value)}`);
  return value;
}

function allocationRow(row: Row): AllocationRow {
  const properties = row['properties'] as Record<string, string | undefined>;
  const text = (name: string) => properties[name] ?? '';
  const paid = (name: string) => number(row, `${name}Cost`) + number(row, `${name}CostAdjustment`);
  const own = {
    cpu: paid('cpu'),
    gpu: paid('gpu'),
    ram: paid('ram'),
    pv: paid('pv'),
    network: paid('network'),
    loadBalancer: paid('loadBalancer'),
    shared: number(row, 'sharedCost'),
  };
  return {
    name: String(row['name']),
    cluster: text('cluster'),
    node: text('node'),
    namespace: text('namespace'),
    controller: text('controller'),
    controllerKind: text('controllerKind'),
    pod: text('pod'),
    container: text('container'),
    start: Date.parse(String(row['start'])),
    end: Date.parse(String(row['end'])),
    minutes: number(row, 'minutes'),
    coreHours: number(row, 'cpuCoreHours'),
    gpuHours: number(row, 'gpuHours'),
    ramByteHours: number(row, 'ramByteHours'),
    ...own,
    total: number(row, 'totalCost'),
    parts: [...Object.values(own), number(row, 'externalCost')],
  };
}

function assetRow(key: string, row: Row): AssetRow {
  const properties = row['properties'] as Record<string, string | undefined>;
  const text = (name: string) => properties[name] ?? '';
  const optional = (name: string) => (name in row ? number(row, name) : 0);
  return {
    key,
    type: String(row['type']),
    cluster: text('cluster'),
    name: text('name'),
    providerID: text('providerID'),
    category: text('category'),
    provider: text('provider'),
    account: text('account'),
    project: text('project'),
    start: Date.parse(String(row['start'])),
    end: Date.parse(String(row['end'])),
    minutes: number(row, 'minutes'),
    coreHours: optional('cpuCoreHours'),
    gpuHours: optional('GPUHours'),
    ramByteHours: optional('ramByteHours'),
    cpuCost: optional('cpuCost'),
    ramCost: optional('ramCost'),
    gpuCost: optional('gpuCost'),
    discount: optional('discount'),
    adjustment: optional('adjustment'),
    total: number(row, 'totalCost'),
  };
}
