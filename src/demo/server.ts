import type { Clock } from '../io.ts';
import { day } from '../time.ts';
import { AuditStore } from './audits/audit-store.ts';
import type { AuditEngine } from './audits/engine.ts';
import { auditLocally } from './audits/local-engine.ts';
import { type FaultPlan, makeFaultPlan } from './fault-plan.ts';
import { amountOf, type FaultName } from './faults.ts';
import { FaultInjector } from './http/fault-injector.ts';
import { listen } from './http/listen.ts';
import { respond } from './http/routes.ts';
import type { Kubecost } from './kubecost.ts';
import { EventLog } from './log.ts';
import { checkOptions, type DemoOptions } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { Samples } from './prometheus/samples.ts';
import { Repairs } from './repairs.ts';
import { makeStores } from './stores.ts';
import { dayOf } from './time.ts';
import { localTime } from './utc-offset.ts';
import { type ProductVariant, type ProductVariantName, productVariants } from './variants.ts';
import { makeWorld } from './world/world.ts';

export { type DemoOptions, demoDefaults } from './options.ts';

/** Summary of the simulated clusters and injected faults, for people. */
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
  readonly variant: ProductVariantName;
  readonly product: string;
  readonly version: string;
  readonly speed: number;
  readonly retention: number;
  readonly faults: readonly { readonly name: FaultName; readonly text: string }[];
}

export interface Demo {
  /** `http://127.0.0.1:9090`, without the prefix of the product variant. */
  readonly url: string;
  describe(): DemoDescription;
  close(): Promise<void>;
}

export interface DemoDeps {
  readonly clock: Clock;
  /** Computes the server's audits; kc-etl's own local audits where absent. */
  readonly audit?: AuditEngine;
}

/**
 * Starts an embedded Kubecost. Data are simulated on request.
 * @throws UsageError for an invalid option or a port in use
 */
export async function startDemo(options: Partial<DemoOptions>, deps: DemoDeps): Promise<Demo> {
  const all = checkOptions(options);
  const { kubecost, now, plan } = makeKubecost(all, deps);
  const faultInjector = new FaultInjector(all.faults, all.seed, deps.clock);
  const listening = await listen({ ...all, now }, (path, request) =>
    faultInjector.send(request, () => respond(path, { ...request, now: now() }, kubecost)),
  );
  return {
    url: listening.url,
    describe: () => describe(kubecost, plan),
    close: () => listening.close(),
  };
}

/**
 * A simulated Kubecost that is not served.
 * @throws UsageError for an invalid option
 */
export function makeDemo(options: Partial<DemoOptions>, deps: DemoDeps) {
  return makeKubecost(checkOptions(options), deps);
}

/** The simulated Kubecost without its HTTP server, and its clock. */
export function makeKubecost(
  options: DemoOptions,
  deps: DemoDeps,
): { kubecost: Kubecost; plan: FaultPlan; now: () => number } {
  const variant: ProductVariant = productVariants[options.as];
  const { faults } = options;
  const skew = amountOf(faults, 'clock-off') ?? 0;
  const start = deps.clock.now() + skew;
  const now = () => start + (deps.clock.now() + skew - start) * options.speed;
  const world = makeWorld(options);
  const stoppedFor = amountOf(faults, 'stopped') ?? amountOf(faults, 'crash-loop');
  const stoppedAt = stoppedFor === null ? null : start - stoppedFor;
  const federated = amountOf(faults, 'federated') !== null;
  const today = dayOf(stoppedAt ?? start);
  const range = { oldest: today - (options.days - 1) * day, today };
  const plan = makeFaultPlan(world, options.faults, range);
  const samples = new Samples(plan, options.retention);
  const repairs = new Repairs(
    {
      seed: options.seed,
      failing: amountOf(faults, 'repair-fails') ?? 0,
      restarts: amountOf(faults, 'repair-restart') !== null,
    },
    samples,
  );
  const pipeline = new Pipeline(
    {
      ...options,
      reconciles: variant.reconciles,
      hasHours: amountOf(faults, 'no-hourly-store') === null,
      federated,
      stoppedAt,
    },
    plan,
    repairs,
  );
  const stores = makeStores(world, plan, variant.clampsIdle);
  const { seed, days } = options;
  const kubecost: Kubecost = {
    options,
    variant,
    world,
    samples,
    stores,
    pipeline,
    localTime: localTime(options.faults, plan, range),
    log: new EventLog(
      { pipeline, stores, plan, seed, days },
      {
        cluster: federated ? (world.clusters[0] ?? null) : null,
        crashes: amountOf(faults, 'crash-loop') !== null,
        losesWindows: amountOf(faults, 'error-without-window') !== null,
      },
      start,
    ),
    audits: new AuditStore(
      {
        stores,
        pipeline,
        engine: deps.audit ?? auditLocally,
        clampsIdle: variant.clampsIdle,
        seed,
      },
      start,
    ),
  };
  return { kubecost, plan, now };
}

function describe({ options, world, variant }: Kubecost, plan: FaultPlan): DemoDescription {
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
    variant: as,
    product: variant.product,
    version: variant.version,
    speed,
    retention,
    faults: plan.description,
  };
}
