import { type Store, stores } from '../../events/kinds.ts';
import type { EventSink } from '../../events/sink.ts';
import { type Envelope, readEnvelope } from '../json/envelope.ts';
import type { Row } from '../json/row.ts';
import type { Visitor } from '../json/tokenizer.ts';
import { UnexpectedShapeError, wrongType } from '../json/unexpected-shape.ts';
import { objectAt, toEvent } from './etl-log-event.ts';
import { EventReader } from './etl-log-reader.ts';

/**
 * Reads the body of `/etl/log`: `{code, data: {allocation[], asset[], counters{}}}` of
 * `{kind, metadata{window, size, …}, time}`, every part of which may be null or missing. The sink may
 * have got events before the envelope turns out to report an error.
 */
export async function readEtlLog(
  body: AsyncIterable<Uint8Array>,
  sink: EventSink,
): Promise<Envelope> {
  const log = new LogVisitor(sink);
  const envelope = await readEnvelope(body, (opening) => (opening === '{' ? log : undefined));
  envelope.hasData ||= log.hasData;
  const { code, data, hasRows } = envelope;
  const isError = code === null ? data === undefined && !hasRows : code >= 400;
  if (!isError && !(hasRows ? log.isLog : isEmpty(data))) {
    const got = hasRows ? {} : data;
    throw wrongType(['data'], 'an object with allocation, asset and counters', got);
  }
  return envelope;
}

/** Some servers write `[]`, `[null]` or `[{}]` for an empty log. */
function isEmpty(data: unknown): boolean {
  if (data === null) return true;
  if (!Array.isArray(data)) return false;
  const isNothing = (part: unknown) =>
    part === null || (typeof part === 'object' && Object.keys(part).length === 0);
  return data.every(isNothing);
}

/** The visitor of the object with the lists and the counters. */
export class LogVisitor implements Visitor {
  readonly #sink: EventSink;
  readonly #reader: EventReader;
  readonly #lists = new Set<Store>();
  #known = 0;
  #unknown = 0;
  /** At least one event or counter was read. */
  hasData = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
    this.#reader = new EventReader(sink);
  }

  /** Whether the object is a log: it has a list or counters, or nothing at all. */
  get isLog(): boolean {
    return this.#known > 0 || this.#unknown === 0;
  }

  /** Whether it has a list or counters. */
  get hasLists(): boolean {
    return this.#known > 0;
  }

  enter(key: string | number, opening: '{' | '['): Visitor | undefined {
    const store = toStore(key);
    if (!store || opening !== '[') return undefined;
    if (this.#lists.has(store)) throw new UnexpectedShapeError(['data', store], 'duplicate field');
    this.#lists.add(store);
    this.#known++;
    return this.#list(store);
  }

  value(row: Row): void {
    const value = row.json();
    const store = toStore(row.key);
    if (store && value !== null) throw wrongType(row.path, 'a list of events', value);
    if (row.key === 'counters') {
      const counters = toCounters(value, row);
      this.hasData ||= counters.size > 0;
      this.#sink.setCounters(counters);
    }
    if (store || row.key === 'counters') this.#known++;
    else this.#unknown++;
  }

  #list(store: Store): Visitor {
    const [sink, reader] = [this.#sink, this.#reader];
    reader.start(store);
    return {
      read: (bytes, start, limit) => reader.read(bytes, start, limit),
      value: (row) => {
        const event = toEvent(row.json(), store, row.path);
        if (!event) return;
        // the reader never understands the first event of a log, so it is noticed here
        this.hasData = true;
        sink.addEvent(event);
        reader.learn(row.bytes.subarray(row.start, row.end), event);
      },
    };
  }
}

function toStore(key: string | number): Store | undefined {
  return stores.find((store) => store === key);
}

function toCounters(value: unknown, { path }: Row): Map<string, number> {
  const counters = new Map<string, number>();
  if (value === null) return counters;
  for (const [kind, count] of Object.entries(objectAt(value, path))) {
    if (typeof count !== 'number') throw wrongType([...path, kind], 'a number', count);
    counters.set(kind, count);
  }
  return counters;
}
