import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyEvent } from '../../src/events/filter.ts';
import { Follower } from '../../src/events/follow.ts';
import type { Event } from '../../src/events/schema.ts';

/** The n-th event of a server; every third does not fit into columns. */
function event(n: number): Event {
  return {
    store: n % 2 ? 'asset' : 'allocation',
    kind: n % 2 ? 'AssetSetSaved' : 'AllocationSetSaved',
    time: `2026-03-01T00:00:00.${String(n).padStart(9, '0')}Z`,
    window: { start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' },
    size: 7,
    metadata: n % 3 ? {} : { note: 'extra' },
  };
}

interface Answer {
  readonly events: readonly number[];
  readonly counters: ReadonlyMap<string, number>;
}

/** One poll of a server: how many events since the last, how long its list is, whether it began anew. */
const step = fc.record({
  made: fc.nat(30),
  listed: fc.nat(40),
  restarts: fc.boolean().map((b) => b),
  shuffle: fc.infiniteStream(fc.nat()).map((s) => s),
  repeats: fc.nat(3),
});

function shuffled(events: number[], stream: Iterator<number>): number[] {
  return events
    .map((n) => ({ n, at: stream.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ n }) => n);
}

function take(follower: Follower, { events, counters }: Answer) {
  const poll = follower.poll();
  for (const n of events) poll.addEvent(event(n));
  poll.setCounters(counters);
  return follower.accept(poll);
}

const numberOf = ({ time }: Event) => Number(time.slice(20, 29));

describe('following a log', () => {
  test('shows each event that any poll returned once, and counts every one that was missed', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const follower = new Follower(everyEvent);
        const printed: number[] = [];
        const returned = new Set<number>();
        let [next, processStart, lost] = [0, 0, 0];
        let wasSeen = false;
        for (const { made, listed, restarts, shuffle, repeats } of steps) {
          // a restart that makes fewer events than were counted before shows in the counters
          if (restarts && wasSeen && next > processStart + 1) processStart = next;
          const before = next;
          next += processStart === next ? 1 : made;
          const list = Array.from(
            { length: next - processStart },
            (_, i) => processStart + i,
          ).slice(-Math.max(1, listed));
          const answered = shuffled([...list, ...list.slice(0, repeats)], shuffle);
          const counters = new Map<string, number>();
          for (let n = processStart; n < next; n++) {
            counters.set(event(n).kind, (counters.get(event(n).kind) ?? 0) + 1);
          }
          const news = take(follower, { events: answered, counters });
          const batch = [...news.events].map(numberOf);
          expect(batch).toEqual([...batch].sort((a, b) => a - b));
          printed.push(...batch);
          for (const n of list) returned.add(n);
          const gone = Array.from({ length: next - before }, (_, i) => before + i).filter(
            (n) => !list.includes(n),
          );
          const recovered = batch.filter((n) => n < before).length;
          if (wasSeen && recovered === 0) expect(news.missed).toBe(gone.length);
          else if (wasSeen) expect(gone).toEqual([]);
          lost += news.missed;
          wasSeen = true;
        }
        expect([...printed].sort((a, b) => a - b)).toEqual([...returned].sort((a, b) => a - b));
        expect(lost).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('knows a restart by counters that went back', () => {
    const follower = new Follower(everyEvent);
    take(follower, { events: [1, 3], counters: new Map([['AssetSetSaved', 20]]) });
    const news = take(follower, { events: [5, 7], counters: new Map([['AssetSetSaved', 6]]) });
    expect(news.restarted).toBe(true);
    expect(news.missed).toBe(4);
    expect([...news.events].map(numberOf)).toEqual([5, 7]);
  });

  test('counts what was missed only among what is asked for', () => {
    const follower = new Follower({ kinds: ['AssetSet'], store: null, errors: false });
    const counters = (n: number) =>
      new Map([
        ['AssetSetSaved', n],
        ['AllocationSetSaved', n],
      ]);
    take(follower, { events: [1, 2], counters: counters(1) });
    expect(take(follower, { events: [1, 2], counters: counters(4) }).missed).toBe(3);
  });
});
