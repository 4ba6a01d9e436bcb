import { UnexpectedShapeError } from '../json/unexpected-shape.ts';
import { excerpt } from '../server-text.ts';

/** Share of the events of a log that may be unreadable: beyond it, it is another format. */
const maxRejectedShare = 0.1;

/** What could not be read of an event log, and what kc-etl does not know in it. */
export class LogRemarks {
  /** Events, the rejected ones included. */
  total = 0;
  #rejected = 0;
  #firstRejected: UnexpectedShapeError | null = null;
  readonly #counters: string[] = [];
  readonly #lists = new Map<string, number>();

  /** Runs a reader of one event; an event of another shape is counted and left out. */
  read<T>(reader: () => T): T | null {
    this.total++;
    try {
      return reader();
    } catch (error) {
      if (!(error instanceof UnexpectedShapeError)) throw error;
      this.#rejected++;
      this.#firstRejected ??= error;
      return null;
    }
  }

  rejectCounter(kind: string, value: unknown): void {
    this.#counters.push(`${excerpt(kind)} (${excerpt(String(value))})`);
  }

  /** Counts an event of a list that is neither allocation nor asset. */
  addToList(name: string): void {
    this.#lists.set(name, (this.#lists.get(name) ?? 0) + 1);
  }

  /** @throws UnexpectedShapeError the first one, where too many events could not be read */
  check(): void {
    const isRefused = this.#rejected > maxRejectedShare * this.total;
    if (this.#firstRejected && isRefused) throw this.#firstRejected;
  }

  /** The remarks as sentences. */
  sentences(): string[] {
    const sentences: string[] = [];
    if (this.#firstRejected) {
      const events = this.#rejected === 1 ? 'event' : 'events';
      sentences.push(
        `left out ${this.#rejected} of ${this.total} ${events} that could not be read: ${this.#firstRejected.message}`,
      );
    }
    if (this.#counters.length > 0) {
      sentences.push(
        `left out counters without a valid number: ${this.#counters.slice(0, 5).join(', ')}`,
      );
    }
    for (const [list, count] of this.#lists) {
      sentences.push(
        `the log has a list that kc-etl does not know: ${excerpt(list)} (${count} ${count === 1 ? 'event' : 'events'})`,
      );
    }
    return sentences;
  }
}
