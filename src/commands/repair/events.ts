import type { Event } from '../../events/schema.ts';
import { WholeEvents } from '../../events/whole-events.ts';
import type { Span } from '../../time.ts';

const steps = { Saved: 'saved', ComputeError: 'error', Loaded: 'loaded' } as const;
type Step = (typeof steps)[keyof typeof steps];

/** Events of one set since a time: whether it was saved, failed, or was loaded by a new process. */
export class RepairEvents extends WholeEvents {
  readonly found = new Map<Step, string>();
  readonly #day: Span;
  readonly #since: number;
  readonly #prefix: string;

  /** @param since milliseconds since 1970, by the server's clock */
  constructor(store: 'asset' | 'allocation', day: Span, since: number) {
    super();
    this.#day = day;
    this.#since = since;
    this.#prefix = store === 'asset' ? 'AssetSet' : 'AllocationSet';
  }

  protected wants(kind: string): boolean {
    return this.#stepOf(kind) !== null;
  }

  protected receive({ kind, time, window, metadata }: Event): void {
    const step = this.#stepOf(kind);
    if (step === null || window === null || Date.parse(time) < this.#since) return;
    const { start, end } = this.#day;
    const isOther = Date.parse(window.start) !== start || Date.parse(window.end) !== end;
    // a process loads all sets when it starts
    if (isOther && step !== 'loaded') return;
    const text = metadata['error'] ?? metadata['message'];
    this.found.set(step, typeof text === 'string' ? text : kind);
  }

  #stepOf(kind: string): Step | null {
    if (!kind.startsWith(this.#prefix)) return null;
    const name = kind.slice(this.#prefix.length).replace(/Event$/, '');
    return Object.hasOwn(steps, name) ? steps[name as keyof typeof steps] : null; // its own key
  }
}
