import { type Span, second } from '../../time.ts';
import type { Row } from './row.ts';
import { RowReader } from './row-reader.ts';

/** The window that a request was made for. */
export interface SetScope {
  readonly window: Span;
  /** Called before the first row of every set inside the window. */
  onSet?(): void;
}

/** Start and end are printed to the second. */
const grace = second;

/**
 * The windows of the sets in a response, which every row of a set repeats. A server may send more or
 * other sets than were requested: hourly ones, those of the day before, those of its own time zone.
 */
export class SetWindows {
  /** Sets inside the window. */
  inside = 0;
  outside = 0;
  /** The first set that is partly inside, or that covers time of a set before it. */
  straddling: Span | null = null;
  readonly #scope: SetScope | null;
  readonly #byRowTime: boolean;
  readonly #reader = new RowReader({
    window: { start: 'text', end: 'text' },
    start: 'text',
    end: 'text',
  });
  readonly #accepted: Span[] = [];
  #isAccepted: boolean | null = null;

  /** @param byRowTime whether a row without a window is placed by its own start and end */
  constructor(scope: SetScope | null, byRowTime: boolean) {
    this.#scope = scope;
    this.#byRowTime = byRowTime;
  }

  /** Begins a set; its first row decides where it is. */
  begin(): void {
    this.#isAccepted = null;
  }

  /** Whether rows of this set count, seen from one of its rows. */
  accepts(bytes: Uint8Array, start: number, limit: number): boolean {
    if (this.#isAccepted === null) {
      const isRead = this.#scope !== null && this.#reader.read(bytes, start, limit) >= 0;
      this.#isAccepted = this.#place(isRead);
    }
    return this.#isAccepted;
  }

  /** The same for a row that was cut out whole. */
  acceptsRow(row: Row): boolean {
    if (this.#isAccepted === null) {
      if (this.#scope !== null) this.#reader.readRow(row);
      this.#isAccepted = this.#place(this.#scope !== null);
    }
    return this.#isAccepted;
  }

  #place(isRead: boolean): boolean {
    const window = this.#scope?.window;
    const [start = '', end = '', rowStart = '', rowEnd = ''] = isRead ? this.#reader.texts : [];
    const set = { start: Date.parse(start), end: Date.parse(end) };
    if (!window) return this.#accept(null);
    if (!(set.start < set.end)) {
      const row = { start: Date.parse(rowStart), end: Date.parse(rowEnd) };
      const isOutside = row.end <= window.start || row.start >= window.end;
      return this.#byRowTime && isOutside ? this.#reject() : this.#accept(null);
    }
    if (set.end <= window.start + grace || set.start >= window.end - grace) return this.#reject();
    const isInside = set.start >= window.start - grace && set.end <= window.end + grace;
    const repeats = this.#accepted.some(
      (other) => set.start < other.end - grace && other.start < set.end - grace,
    );
    if (isInside && !repeats) return this.#accept(set);
    this.straddling ??= set;
    return false;
  }

  #accept(set: Span | null): boolean {
    this.inside++;
    if (set) this.#accepted.push(set);
    this.#scope?.onSet?.();
    return true;
  }

  #reject(): boolean {
    this.outside++;
    return false;
  }
}
