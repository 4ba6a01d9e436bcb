import type { Span } from '../../time.ts';

export type Resolution = 'hour' | 'day';

/** `missing`: no set; `empty`: a set without rows. */
export type SetState = 'full' | 'empty' | 'missing';

/** One set of the stores with its progress in the pipeline. */
export interface SetSpec {
  readonly resolution: Resolution;
  /** The hour or UTC day of the set. */
  readonly window: Span;
  /** Computed part of the window; shorter for the current day. */
  readonly data: Span;
  /** Whether volumes and load balancers are sampled every 5 minutes, as on OpenCost. */
  readonly sampled: boolean;
  /** Whether the cloud bill of the day has arrived. */
  readonly billed: boolean;
  readonly assetsReconciled: boolean;
  readonly allocationsReconciled: boolean;
  readonly assets: SetState;
  readonly allocations: SetState;
  /** Stores rebuilt by a repair since the server started, which removes their faults. */
  readonly repaired: { readonly assets: boolean; readonly allocations: boolean };
}

/** A reconciled daily set without faults, from which the bill is computed. */
export function billedSet(window: Span): SetSpec {
  return {
    resolution: 'day',
    window,
    data: window,
    sampled: false,
    billed: true,
    assetsReconciled: true,
    allocationsReconciled: true,
    assets: 'full',
    allocations: 'full',
    repaired: { assets: false, allocations: false },
  };
}

/** Cache key: equal for specs with equal sets. */
export function specKey(spec: SetSpec): string {
  const { resolution, data, assets, allocations, repaired } = spec;
  const flags = [
    spec.assetsReconciled,
    spec.allocationsReconciled,
    repaired.assets,
    repaired.allocations,
  ];
  return [resolution, data.start, data.end, assets, allocations, ...flags.map(Number)].join(' ');
}
