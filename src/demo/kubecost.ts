import type { AuditStore } from './audits/audit-store.ts';
import type { EventLog } from './log.ts';
import type { DemoOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import type { Samples } from './prometheus/samples.ts';
import type { Stores } from './stores.ts';
import type { LocalTime } from './utc-offset.ts';
import type { ProductVariant } from './variants.ts';
import type { World } from './world/world.ts';

/** The simulated Kubecost that the HTTP endpoints read. */
export interface Kubecost {
  readonly options: DemoOptions;
  readonly variant: ProductVariant;
  readonly world: World;
  readonly samples: Samples;
  readonly stores: Stores;
  readonly pipeline: Pipeline;
  readonly log: EventLog;
  readonly audits: AuditStore;
  readonly localTime: LocalTime;
}
