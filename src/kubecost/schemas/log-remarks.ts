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
  #partial = 0;
  #firstPartial: UnexpectedShapeError | null = null;
  /** Whether an event that could not be read may be an error. */
  mayHideErrors = false;
  readonly #counters: string[] = [];
  readonly #lists = new Map<string, { events: number; errors: number }>();

  /**
   * Runs a reader of one event; an event of another shape is counted and left out.
   *
   * @param part reads what can be read of an event of another shape; null where that is nothing
   */
  read<T>(reader: () => T, part: () => T | null = () => null): T | null {
    this.total++;
    try {
      return reader();
    } catch (error) {
      if (!(error instanceof UnexpectedShapeError)) throw error;
      const read = part();
      if (read === null) {
        this.#rejected++;
        this.#firstRejected ??= error;
      } else {
        this.#partial++;
        this.#firstPartial ??= error;
      }
      return read;
    }
  }

  rejectCounter(kind: string, value: unknown): void {
    this.#counters.push(`${excerpt(kind)} (${excerpt(String(value))})`);
  }

  /** Counts an event of a list that is neither allocation nor asset. */
  addToList(name: string, isError: boolean): void {
    const list = this.#lists.get(name) ?? { events: 0, errors: 0 };
    list.events++;
    if (isError) list.errors++;
    this.#lists.set(name, list);
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
      sentences.push(
        `left out ${this.#rejected} of ${counted(this.total, 'event')} that could not be read: ${this.#firstRejected.message}`,
      );
    }
    if (this.#firstPartial) {
      sentences.push(
        `read ${this.#partial} of ${counted(this.total, 'event')} in part, as errors without a window: ${this.#firstPartial.message}`,
      );
    }
    if (this.#counters.length > 0) {
      sentences.push(
        `left out counters without a valid number: ${this.#counters.slice(0, 5).join(', ')}`,
      );
    }
    for (const [list, { events, errors }] of this.#lists) {
      const counts = counted(events, 'event') + (errors > 0 ? `, ${counted(errors, 'error')}` : '');
      sentences.push(`the log has a list that kc-etl does not know: ${excerpt(list)} (${counts})`);
    }
    return sentences;
  }
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
