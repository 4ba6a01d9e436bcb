import type { Span } from '../../time.ts';
import { overlap } from '../time.ts';

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
  readonly repaired: {
    readonly assets: boolean;
    readonly allocations: boolean;
    readonly cloud: boolean;
  };
  /** Stores of which the last repair failed. */
  readonly repairFailed: { readonly assets: boolean; readonly allocations: boolean };
  /** State in the clusters that no repair reaches (`federated`); null where all share one state. */
  readonly others: Pick<SetSpec, 'assets' | 'allocations' | 'allocationsReconciled'> | null;
  /** Span of the samples that a repair rebuilt a store from; null where it was not repaired. */
  readonly rebuilt: { readonly assets: Span | null; readonly allocations: Span | null };
}

/** The set as a store has it: a repair covers only the time for which there were samples. */
export function rebuiltSpec(spec: SetSpec, store: 'assets' | 'allocations'): SetSpec {
  const span = spec.rebuilt[store];
  if (span === null) return spec;
  const data = overlap(span, spec.data) ?? { start: spec.data.start, end: spec.data.start };
  return { ...spec, data };
}

/** The set as clusters have it that no repair reaches. */
export function othersSpec(spec: SetSpec): SetSpec {
  return { ...spec, ...spec.others, rebuilt: { assets: null, allocations: null } };
}

/** State of a store over all clusters: `full` where one of them has rows. */
export function storeState(spec: SetSpec, store: 'assets' | 'allocations'): SetState {
  const states = [spec[store], spec.others?.[store] ?? 'missing'];
  if (states.includes('full')) return 'full';
  return states.includes('empty') ? 'empty' : 'missing';
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
    repaired: { assets: false, allocations: false, cloud: false },
    repairFailed: { assets: false, allocations: false },
    others: null,
    rebuilt: { assets: null, allocations: null },
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
  const rebuilt = [spec.rebuilt.assets, spec.rebuilt.allocations].map((span) =>
    span ? `${span.start}-${span.end}` : '',
  );
  return [
    resolution,
    data.start,
    data.end,
    assets,
    allocations,
    ...flags.map(Number),
    ...rebuilt,
    ...(spec.others === null ? [] : Object.values(spec.others)),
  ].join(' ');
}
