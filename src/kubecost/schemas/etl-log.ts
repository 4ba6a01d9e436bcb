import { isErrorKind } from '../../events/kinds.ts';
import type { EventSink } from '../../events/sink.ts';
import { type Envelope, readEnvelope } from '../json/envelope.ts';
import type { Row } from '../json/row.ts';
import { UnexpectedShapeError, wrongType } from '../json/unexpected-shape.ts';
import type { Visitor } from '../json/visitor.ts';
import { errorEventOf, mayBeError, objectAt, toEvent } from './etl-log-event.ts';
import { EventReader } from './etl-log-reader.ts';
import { LogRemarks } from './log-remarks.ts';

/**
 * Reads a response of `/etl/log`: `{code, data: {allocation[], asset[], counters{}}}` of
 * `{kind, metadata{window, size, …}, time}`, every part of which may be null or missing. Other
 * lists of events are read under their own name. An event of another shape is left out and counted.
 * The sink may have received events when the envelope turns out to report an error.
 *
 * @throws UnexpectedShapeError where it is no event log, or too many events have another shape
 */
export async function readEtlLog(
  body: AsyncIterable<Uint8Array>,
  sink: EventSink,
): Promise<{ envelope: Envelope; remarks: LogRemarks }> {
  const log = new LogVisitor(sink);
  const envelope = await readEnvelope(body, (opening) => (opening === '{' ? log : undefined));
  envelope.hasData ||= log.hasData;
  const { code, data, hasRows } = envelope;
  const isError = code === null ? data === undefined && !hasRows : code >= 400;
  if (!isError && !(hasRows ? log.isLog : isEmpty(data))) {
    const got = hasRows ? {} : data;
    throw wrongType(['data'], 'an object with allocation, asset and counters', got);
  }
  if (!isError) log.remarks.check();
  return { envelope, remarks: log.remarks };
}

/** Some servers say `[]`, `[null]` or `[{}]` for nothing. */
function isEmpty(data: unknown): boolean {
  if (data === null) return true;
  if (!Array.isArray(data)) return false;
  const isNothing = (part: unknown) =>
    part === null || (typeof part === 'object' && Object.keys(part).length === 0);
  return data.every(isNothing);
}

/** Reader of the object with the lists and the counters. */
export class LogVisitor implements Visitor {
  readonly remarks = new LogRemarks();
  readonly #sink: EventSink;
  readonly #reader: EventReader;
  readonly #lists = new Set<string>();
  #known = 0;
  #unknown = 0;
  /** At least one event or counter was read. */
  hasData = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
    this.#reader = new EventReader(sink);
  }

  /** Whether it is a log; an empty object is an empty log. */
  get isLog(): boolean {
    return this.#known > 0 || this.#unknown === 0;
  }

  /** Whether it had a list of events or the counters. */
  get hasLists(): boolean {
    return this.#known > 0;
  }

  enter(key: string | number, opening: '{' | '['): Visitor | undefined {
    if (opening !== '[' || typeof key !== 'string' || key === 'counters') return undefined;
    if (this.#lists.has(key)) throw new UnexpectedShapeError(['data', key], 'duplicate field');
    this.#lists.add(key);
    const store = storeOfList(key);
    if (store === null) return this.#otherList(key);
    this.#known++;
    return this.#list(store);
  }

  value(row: Row): void {
    const value = row.json();
    const isList = typeof row.key === 'string' && storeOfList(row.key) !== null;
    if (isList && value !== null) throw wrongType(row.path, 'a list of events', value);
    if (row.key === 'counters') {
      const counters = toCounters(value, row, this.remarks);
      this.hasData ||= counters.size > 0;
      this.#sink.setCounters(counters);
    }
    if (isList || row.key === 'counters') this.#known++;
    else this.#unknown++;
  }

  #list(store: string): Visitor {
    const [sink, reader, remarks] = [this.#sink, this.#reader, this.remarks];
    reader.start(store);
    return {
      read: (bytes, start, limit) => {
        const end = reader.read(bytes, start, limit);
        if (end >= 0) remarks.total++;
        return end;
      },
      value: (row) => {
        const value = row.json();
        const event = remarks.read(
          () => toEvent(value, store, row.path),
          () => {
            const read = errorEventOf(value, store);
            remarks.mayHideErrors ||= read === null && mayBeError(value);
            return read;
          },
        );
        if (!event) return;
        // the reader has no template for the first event of a log, so that one is seen here
        this.hasData = true;
        sink.addEvent(event);
        reader.learn(row.bytes.subarray(row.start, row.end), event);
      },
    };
  }

  /** A list that kc-etl does not know: what is an event in it is read, the rest is not. */
  #otherList(name: string): Visitor {
    const log = this;
    let isKnown = false;
    return {
      value(row) {
        const value = row.json();
        const event = eventOrNull(() => toEvent(value, name, row.path));
        if (!event) return;
        if (!isKnown) log.#known++;
        isKnown = true;
        log.hasData = true;
        log.remarks.addToList(name, isErrorKind(event.kind));
        log.#sink.addEvent(event);
      },
      leave() {
        if (!isKnown) log.#unknown++;
      },
    };
  }
}

function eventOrNull<T>(reader: () => T): T | null {
  try {
    return reader();
  } catch (error) {
    if (error instanceof UnexpectedShapeError) return null;
    throw error;
  }
}

/** Store of a list by its name, which may be plural; null for other lists. */
function storeOfList(name: string): string | null {
  const [, store] = /^(allocation|asset)s?$/i.exec(name) ?? [];
  return store?.toLowerCase() ?? null;
}

function toCounters(value: unknown, { path }: Row, remarks: LogRemarks): Map<string, number> {
  const counters = new Map<string, number>();
  if (value === null) return counters;
  const entries = Object.entries(objectAt(value, path));
  const [[kind, first] = []] = entries;
  if (kind !== undefined && entries.every(([, count]) => typeof count !== 'number')) {
    throw wrongType([...path, kind], 'a number', first);
  }
  for (const [name, count] of entries) {
    const isCount = typeof count === 'number' && Number.isFinite(count) && count >= 0;
    if (isCount) counters.set(name, count);
    else remarks.rejectCounter(name, count);
  }
  return counters;
}
