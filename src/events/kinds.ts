export const stores = ['allocation', 'asset'] as const;
export type Store = (typeof stores)[number];

/** The store that a list of the log, a field or a directory is named after; null for other names. */
export function storeOf(name: string): Store | null {
  if (/^alloc/i.test(name)) return 'allocation';
  return /^asset/i.test(name) ? 'asset' : null;
}

/** Steps of a set, by the ending of the event's kind (docs/kubecost-api.md, `GET /etl/log`). */
const steps = {
  Saved: 'a set was computed and written to the store',
  Loaded: 'a set was read back from disk or bucket when the server started',
  Aggregated: 'the aggregate store of a set was built',
  Totaled: 'the total store of a set was built (by node and by cluster)',
  Reconciled: 'a set was reconciled with the cloud bill',
  ComputeError: 'computing a set failed; its window is missing or incomplete',
  ReconcileError: 'reconciling a set failed; its costs are not those of the bill',
  DeletedEvent: 'a set was deleted, usually past its retention',
} as const;

export type Step = keyof typeof steps;

export const stepNames = Object.keys(steps) as Step[]; // keys() forgets which

export interface EventKind {
  readonly kind: string;
  readonly store: Store;
  readonly step: Step;
  readonly description: string;
}

const setNames = { allocation: 'AllocationSet', asset: 'AssetSet' } as const;

/** Known event kinds. A server may log others; they are shown, not refused. */
export const eventKinds: readonly EventKind[] = stores.flatMap((store) =>
  stepNames.map((step) => ({
    kind: `${setNames[store]}${step}`,
    store,
    step,
    description: steps[step],
  })),
);

/** Step of a kind, also in the oldest spelling with the suffix `Event`; null for an unknown kind. */
export function stepOf(kind: string): Step | null {
  const known = eventKinds.find((k) => k.kind === kind || `${k.kind}Event` === kind);
  return known?.step ?? null;
}

/** Whether an event of this kind reports a failure: `…ComputeError` or `…ReconcileError`. */
export function isErrorKind(kind: string): boolean {
  return /(Compute|Reconcile)Error(Event)?$/.test(kind);
}
