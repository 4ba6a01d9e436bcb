import type { Clock } from '../io.ts';
import { AuditStore } from './audits/audit-store.ts';
import type { AuditEngine } from './audits/engine.ts';
import { auditLocally } from './audits/local-engine.ts';
import type { FaultName } from './faults.ts';
import { FaultInjector } from './http/fault-injector.ts';
import { listen } from './http/listen.ts';
import { answer } from './http/routes.ts';
import type { Kubecost } from './kubecost.ts';
import { EventLog } from './log.ts';
import { checkOptions, type DemoOptions } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { makePlan, type Plan } from './plan.ts';
import { makeStores } from './stores.ts';
import { day, dayOf } from './time.ts';
import { type ProductVariant, type ProductVariantName, productVariants } from './variants.ts';
import { makeWorld } from './world/world.ts';

export { type DemoOptions, demoDefaults } from './options.ts';

/** What is simulated and what is broken in it, for people. */
interface DemoDescription {
  readonly seed: number;
  readonly clusters: readonly {
    readonly id: string;
    readonly provider: string;
    readonly nodes: number;
  }[];
  readonly nodes: number;
  readonly pods: number;
  readonly days: number;
  readonly face: ProductVariantName;
  readonly product: string;
  readonly version: string;
  readonly speed: number;
  readonly retention: number;
  readonly faults: readonly { readonly name: FaultName; readonly text: string }[];
}

export interface Demo {
  /** `http://127.0.0.1:9090`, without the `/model` that some faces want behind it. */
  readonly url: string;
  describe(): DemoDescription;
  close(): Promise<void>;
}

export interface DemoDeps {
  readonly clock: Clock;
  /** Computes the audits that the server keeps; kc-etl's own local audits where absent. */
  readonly audit?: AuditEngine;
}

/**
 * Starts an embedded Kubecost. Nothing is simulated before it is asked for.
 * @throws UsageError where an option is wrong or the port is taken
 */
export async function startDemo(options: Partial<DemoOptions>, deps: DemoDeps): Promise<Demo> {
  const all = checkOptions(options);
  const { kubecost, now, plan } = makeKubecost(all, deps);
  const disturbance = new FaultInjector(all.faults, all.seed, deps.clock);
  const listening = await listen({ ...all, now }, (path, question) =>
    disturbance.send(question, () => answer(path, { ...question, now: now() }, kubecost)),
  );
  return {
    url: listening.url,
    describe: () => describe(kubecost, plan),
    close: () => listening.close(),
  };
}

/** The simulated Kubecost without its HTTP side, and the clock it lives by. */
export function makeKubecost(
  options: DemoOptions,
  deps: DemoDeps,
): { kubecost: Kubecost; plan: Plan; now: () => number } {
  const face: ProductVariant = productVariants[options.as];
  const start = deps.clock.now();
  const now = () => start + (deps.clock.now() - start) * options.speed;
  const world = makeWorld(options);
  const stopped = options.faults.find(({ name }) => name === 'stopped');
  const stoppedAt = stopped ? start - stopped.amount : null;
  const today = dayOf(stoppedAt ?? start);
  const plan = makePlan(world, options.faults, today - (options.days - 1) * day, today);
  const pipeline = new Pipeline({ ...options, reconciles: face.reconciles, stoppedAt }, plan);
  const stores = makeStores(world, plan, face.clampsIdle);
  const { seed, days } = options;
  const kubecost: Kubecost = {
    options,
    face,
    world,
    stores,
    pipeline,
    log: new EventLog({ pipeline, stores, plan, seed, days }, start),
    audits: new AuditStore(
      { stores, pipeline, engine: deps.audit ?? auditLocally, clampsIdle: face.clampsIdle, seed },
      start,
    ),
    later: (milliseconds) => now() + milliseconds * options.speed,
  };
  return { kubecost, plan, now };
}

function describe({ options, world, face }: Kubecost, plan: Plan): DemoDescription {
  const { seed, nodes, pods, days, as, speed, retention } = options;
  return {
    seed,
    clusters: world.clusters.map((cluster) => ({
      id: cluster.id,
      provider: cluster.provider.name,
      nodes: world.slots(cluster).length,
    })),
    nodes,
    pods,
    days,
    face: as,
    product: face.product,
    version: face.version,
    speed,
    retention,
    faults: plan.description,
  };
}
