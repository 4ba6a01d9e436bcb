import type { Event } from '../../events/schema.ts';
import type { EventSink } from '../../events/sink.ts';
import { parseTime } from '../../events/time.ts';
import type { Row } from '../json/row.ts';
import { tokenizeJson } from '../json/tokenizer.ts';
import { UnexpectedShapeError, wrongType } from '../json/unexpected-shape.ts';
import type { Visitor } from '../json/visitor.ts';
import { LogVisitor } from './etl-log.ts';
import { objectAt } from './etl-log-event.ts';
import type { LogRemarks } from './log-remarks.ts';

/**
 * Reads a saved event log: the response of `/etl/log` with or without its envelope, or a report of
 * `kc-etl events -o json`.
 *
 * @throws UnexpectedShapeError where it is something else, JsonSyntaxError where it is broken
 */
export async function readSavedLog(
  body: AsyncIterable<Uint8Array>,
  sink: EventSink,
): Promise<LogRemarks> {
  const log = new LogVisitor(sink);
  let isReport = false;
  const texts = new Map<unknown, unknown>();
  const events: Visitor = {
    value(row) {
      const value = row.json();
      const event = log.remarks.read(() => toEvent(value, row.path));
      if (event) sink.addEvent(event);
    },
  };
  const root: Visitor = {
    enter(key, opening) {
      if (key === 'data' && opening === '{') return log;
      if (key === 'events' && opening === '[') {
        isReport = true;
        return events;
      }
      return log.enter(key, opening);
    },
    value(row) {
      if (row.key === 'counters') log.value(row);
      else texts.set(row.key, row.json());
    },
  };
  await tokenizeJson(body, {
    enter: (_key, opening) => (opening === '{' ? root : undefined),
    value(row) {
      throw wrongType([], 'an event log', row.json());
    },
  });
  const sentence = [texts.get('message'), texts.get('warning')].find(
    (text) => typeof text === 'string' && text !== '',
  );
  const isError =
    Number(texts.get('code')) >= 400 || /^(error|fail)/i.test(String(texts.get('status')));
  if (isError || (sentence !== undefined && !isReport && !log.hasData)) {
    throw new UnexpectedShapeError([], `an error that the server sent: ${sentence ?? ''}`);
  }
  if (!isReport && !log.hasLists) {
    throw new UnexpectedShapeError(
      [],
      'not an event log: it has neither allocation, asset nor events',
    );
  }
  log.remarks.check();
  return log.remarks;
}

/** An event as `kc-etl events -o json` prints it. */
function toEvent(value: unknown, path: Row['path']): Event {
  const fields = objectAt(value, path);
  const { store, kind, time, size = null, metadata } = fields;
  if (typeof store !== 'string') throw wrongType([...path, 'store'], 'a string', store);
  if (typeof kind !== 'string') throw wrongType([...path, 'kind'], 'a string', kind);
  if (typeof time !== 'string' || !parseTime(time)) {
    throw wrongType([...path, 'time'], 'an RFC 3339 time', time);
  }
  if (size !== null && typeof size !== 'number')
    throw wrongType([...path, 'size'], 'a number', size);
  const window = fields['window'] == null ? null : objectAt(fields['window'], [...path, 'window']);
  return {
    store,
    kind,
    time,
    size,
    window: window && { start: String(window['start']), end: String(window['end']) },
    metadata: metadata == null ? {} : { ...objectAt(metadata, [...path, 'metadata']) },
  };
}
