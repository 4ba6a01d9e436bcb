import type { Span } from '../time.ts';

export type Resolution = 'hour' | 'day';

/** `missing`: there is no set; `empty`: there is one without rows. */
export type SetState = 'full' | 'empty' | 'missing';

/** One set of the stores, and how far the pipeline has got with it. */
export interface SetSpec {
  readonly resolution: Resolution;
  /** The hour or the UTC day it is for. */
  readonly window: Span;
  /** The part of the window that is computed; shorter than it for today. */
  readonly data: Span;
  /** The cloud bill of the day is there. */
  readonly billed: boolean;
  readonly assetsReconciled: boolean;
  readonly allocationsReconciled: boolean;
  readonly assets: SetState;
  readonly allocations: SetState;
  /** Rebuilt on request since the server started, which mends what was broken in the store. */
  readonly repaired: { readonly assets: boolean; readonly allocations: boolean };
}

/** A set as it is right after the bill has come: what the bill itself is made from. */
export function billedSet(window: Span): SetSpec {
  return {
    resolution: 'day',
    window,
    data: window,
    billed: true,
    assetsReconciled: true,
    allocationsReconciled: true,
    assets: 'full',
    allocations: 'full',
    repaired: { assets: false, allocations: false },
  };
}

/** Equal for specs that have equal sets. */
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
