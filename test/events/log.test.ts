import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyEvent } from '../../src/events/filter.ts';
import { stores } from '../../src/events/kinds.ts';
import { EventLog } from '../../src/events/log.ts';
import type { Event } from '../../src/events/schema.ts';
import { compareTimes } from '../../src/events/time.ts';

const time = fc.constantFrom(
  '2022-06-03T17:07:54Z',
  '2022-06-03T17:07:54.0Z',
  '2022-06-03T17:07:54.000000001Z',
  '2022-06-03T19:07:54.5+02:00',
  '2022-06-03T17:07:54.092619416Z',
  '2022-06-03T17:07:55.3346484Z',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999999999Z',
  '2022-06-03t17:07:54z',
  '2016-12-31T23:59:60Z',
);
const end = fc.constantFrom(
  '2022-06-03T10:00:00Z',
  '2022-06-03T11:30:00Z',
  '2022-06-03T11:30:01Z',
  '2022-06-03T11:30:00.0Z',
  '2022-06-03T11:30:00+05:30',
  '1601-01-01T00:00:00Z',
  '8888-01-01T00:00:00Z',
);

const anyEvent: fc.Arbitrary<Event> = fc.record({
  store: fc.constantFrom(...stores),
  kind: fc.oneof(
    fc.constantFrom('AssetSetSaved', 'AssetSetComputeError', 'AllocationSetSaved', ''),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('quo"te\\\n', 'é\ud83d\ude80', 'x'.repeat(5000)),
  ),
  time,
  window: fc.option(fc.record({ start: end, end })),
  size: fc.option(
    fc.oneof(fc.nat(), fc.constantFrom(0, 999_999_999, 2 ** 31 - 1, 2 ** 31, -1, 1.5, 1e21)),
  ),
  metadata: fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom<Event['metadata']>({ window: null }, { note: 'x' }) },
  ),
});

function logOf(events: Iterable<Event>, ...options: ConstructorParameters<typeof EventLog>) {
  const log = new EventLog(...options);
  for (const event of events) log.addEvent(event);
  return log;
}

const inOrder = (events: readonly Event[]) =>
  [...events].sort((a, b) => compareTimes(a.time, b.time));

describe('an event log', () => {
  test('gives back every event, oldest first, those of one moment as they came', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        expect([...logOf(events)]).toEqual(inOrder(events));
      }),
      { numRuns: 500 },
    );
  });

  test('writes lines as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const lines = inOrder(events).map((event) => `${JSON.stringify(event)}\n`);
        expect([...logOf(events).jsonLines()].join('')).toBe(lines.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the newest n, and counts all', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat({ max: 50 }), (events, newest) => {
        const log = logOf(events, everyEvent, newest);
        const kept = newest === 0 ? [] : inOrder(events).slice(-newest);
        expect([...log]).toEqual(kept);
        expect({ length: log.length, total: log.total }).toEqual({
          length: kept.length,
          total: events.length,
        });
      }),
    );
  });
});

/** Reproducible numbers from 0 up to `limit`. */
function* numbers(limit: number): Generator<number> {
  for (let state = 42; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * limit);
  }
}

const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');

describe('a long event log', () => {
  const random = numbers(3_000_000);
  const events = Array.from(
    { length: 150_000 },
    (_, i): Event => ({
      store: i % 2 ? 'asset' : 'allocation',
      kind: 'Saved',
      // One event without a time, as Go writes it, must not spoil the sorting of all others.
      time: i === 777 ? '0001-01-01T00:00:00Z' : at(1_650_000_000 + (random.next().value ?? 0)),
      window:
        i % 1000 === 0 ? { start: '2022-06-03T10:00:01Z', end: '2022-06-03T11:00:00Z' } : null,
      size: i,
      metadata: {},
    }),
  );

  test('is in order, and the newest of it are kept', () => {
    const expected = events
      .map(({ time, size }) => ({ size, moment: Date.parse(time) }))
      .sort((a, b) => a.moment - b.moment)
      .map(({ size }) => size);
    const sizes = (log: EventLog) => [...log].map(({ size }) => size);
    const all = sizes(logOf(events));
    expect(all).toHaveLength(expected.length);
    expect(all.findIndex((size, i) => size !== expected[i])).toBe(-1);
    const log = logOf(events, everyEvent, 3000);
    expect(sizes(log)).toEqual(expected.slice(-3000));
    expect(log.total).toBe(events.length);
  });

  test('of one moment keeps what came last', () => {
    const log = logOf(
      events.map((event) => ({ ...event, time: at(1_650_000_000) })),
      everyEvent,
      2,
    );
    expect([...log].map(({ size }) => size)).toEqual([149_998, 149_999]);
  });

  test('comes in pieces of about 64 KB, none of them within a character', () => {
    const pieces = [...logOf(events.map((event) => ({ ...event, kind: 'é' }))).jsonLines()];
    expect(pieces.length).toBeGreaterThan(100);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(80_000);
    expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
    expect(pieces.join('').split('\n')).toHaveLength(events.length + 1);
  });
});

describe('a filter', () => {
  const kinds = [
    'AssetSetSaved',
    'AssetSetComputeError',
    'AllocationSetSaved',
    'AllocationSetReconcileErrorEvent',
    'Odd',
  ];
  const counters = new Map(kinds.map((kind, i) => [kind, i + 1]));
  const events = kinds.map(
    (kind, i): Event => ({
      store: kind.startsWith('Allocation') ? 'allocation' : 'asset',
      kind,
      time: at(1_650_000_000 + i),
      window: null,
      size: null,
      metadata: kind === 'Odd' ? { x: 1 } : {},
    }),
  );
  const shown = (filter: Partial<typeof everyEvent>) => {
    const log = logOf(events, { ...everyEvent, ...filter });
    log.setCounters(counters);
    return {
      events: [...log].map((event) => event.kind),
      total: log.total,
      counters: [...log.counters.keys()],
    };
  };

  test('by the beginnings of kinds', () => {
    const expected = ['AssetSetSaved', 'AssetSetComputeError', 'Odd'];
    expect(shown({ kinds: ['AssetSet', 'Od'] })).toEqual({
      events: expected,
      total: 3,
      counters: expected,
    });
    expect(shown({ kinds: ['set'] })).toEqual({ events: [], total: 0, counters: [] });
  });

  test('by store; a counter whose kind names no store belongs to none', () => {
    expect(shown({ store: 'asset' })).toEqual({
      events: ['AssetSetSaved', 'AssetSetComputeError', 'Odd'],
      total: 3,
      counters: ['AssetSetSaved', 'AssetSetComputeError'],
    });
  });

  test('by failure', () => {
    const expected = ['AssetSetComputeError', 'AllocationSetReconcileErrorEvent'];
    expect(shown({ errors: true })).toEqual({ events: expected, total: 2, counters: expected });
  });

  test('goes together with the newest n', () => {
    const log = logOf(events, { ...everyEvent, store: 'asset' }, 1);
    expect([...log].map((event) => event.kind)).toEqual(['Odd']);
    expect(log.total).toBe(3);
  });
});
