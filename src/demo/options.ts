import { UsageError } from '../errors.ts';
import type { Fault } from './faults.ts';
import { type ProductVariantName, productVariants } from './variants.ts';

export interface DemoOptions {
  /** Random seed: the same seed and time give the same bytes. */
  readonly seed: number;
  readonly clusters: number;
  /** Nodes in all clusters. */
  readonly nodes: number;
  /** Pods that run at a time in all clusters; every node runs at least one. */
  readonly pods: number;
  /** Daily sets in the stores, today included. */
  readonly days: number;
  readonly as: ProductVariantName;
  readonly faults: readonly Fault[];
  /** Port to listen on; 0: a free one. */
  readonly port: number;
  readonly host: string;
  /** Simulated seconds per second. */
  readonly speed: number;
  /** Hours of metrics that Prometheus keeps; a repair of an older window empties it. */
  readonly retention: number;
}

export const demoDefaults: DemoOptions = {
  seed: 1,
  clusters: 3,
  nodes: 12,
  pods: 150,
  days: 15,
  as: 'kubecost-1.105',
  faults: [],
  port: 9090,
  host: '127.0.0.1',
  speed: 1,
  retention: 97,
};

/** Options completed with the defaults. @throws UsageError that names the invalid option */
export function checkOptions(options: Partial<DemoOptions>): DemoOptions {
  const all = { ...demoDefaults, ...options };
  if (!Object.hasOwn(productVariants, all.as)) {
    throw new UsageError(
      `--as: unknown variant "${all.as}"`,
      `one of ${Object.keys(productVariants).join(', ')}`,
    );
  }
  if (!Number.isInteger(all.seed)) throw new UsageError('--seed: not a whole number');
  const { clusters, nodes } = all;
  whole('clusters', all, { low: 1, high: 100 });
  whole('nodes', all, { low: clusters, high: 50_000, why: 'every cluster has at least one' });
  whole('pods', all, { low: nodes, high: 5_000_000, why: 'every node runs at least one' });
  whole('days', all, { low: 1, high: 1000 });
  whole('port', all, { low: 0, high: 65_535 });
  if (!(all.speed > 0)) throw new UsageError('--speed: not above 0');
  if (!(all.retention >= 0)) throw new UsageError('--retention: below 0');
  return all;
}

function whole(
  name: 'clusters' | 'nodes' | 'pods' | 'days' | 'port',
  options: DemoOptions,
  { low, high, why }: { low: number; high: number; why?: string },
): void {
  const value = options[name];
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new UsageError(`--${name}: not a whole number from ${low} to ${high}`, why);
}
