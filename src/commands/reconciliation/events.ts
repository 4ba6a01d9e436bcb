import type { Event } from '../../events/schema.ts';
import { WholeEvents } from '../../events/whole-events.ts';
import type { DayEvidence, StoreEvents } from '../../reconciliation/day-evidence.ts';
import { day } from '../../time.ts';

const steps: Readonly<Record<string, keyof StoreEvents>> = {
  Reconciled: 'reconciled',
  ReconcileError: 'error',
};

/** Latest Reconciled and ReconcileError events of days, by store. */
export class ReconciliationEvents extends WholeEvents {
  readonly #days: ReadonlyMap<number, DayEvidence>;
  readonly #found: { one: DayEvidence; store: string; step: keyof StoreEvents; time: string }[] =
    [];

  /** @param days by their starts, in milliseconds since 1970 */
  constructor(days: ReadonlyMap<number, DayEvidence>) {
    super();
    this.#days = days;
  }

  protected wants(kind: string): boolean {
    return stepOf(kind) !== null;
  }

  protected receive({ store, kind, time, window }: Event): void {
    const step = stepOf(kind);
    if (step === null || window === null) return;
    const start = Date.parse(window.start);
    if (Date.parse(window.end) - start !== day) return;
    const one = this.#days.get(start);
    if (one) this.#found.push({ one, store, step, time });
  }

  /** Adds what was found to the days, once the whole log has been read. */
  finish(): void {
    for (const { one, store, step, time } of this.#found) one.addEvent(store, step, time);
  }
}

function stepOf(kind: string): keyof StoreEvents | null {
  const [, step = ''] = /Set(Reconciled|ReconcileError)(?:Event)?$/.exec(kind) ?? [];
  return Object.hasOwn(steps, step) ? (steps[step] ?? null) : null;
}
