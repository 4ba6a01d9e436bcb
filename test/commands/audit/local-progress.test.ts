import { expect, test } from 'vitest';
import { LocalProgress } from '../../../src/commands/audit/local-progress.ts';
import { TestClock } from '../../support/deps.ts';

test('says the window, the request, bytes and rows per second, and the time left', () => {
  const clock = new TestClock('2026-11-26T06:00:00Z');
  let line = '';
  const progress = new LocalProgress(clock, {
    update(text) {
      line = text;
    },
    stop() {},
  });
  const window = { start: Date.parse('2026-11-23T00:00:00Z'), end: Date.parse('2026-11-24') };
  progress.expect(3);
  clock.time += 2000;
  progress.bytes = 8_000_000;
  progress.rows = 4000;
  progress.fetching('/allocation', window);
  expect(line).toBe(
    'window 1 of 3, /allocation of 2026-11-23, 8.0 MB (4.0 MB/s), 4,000 rows (2,000/s)',
  );
  progress.windowDone();
  expect(line).toBe(
    'window 2 of 3, /allocation of 2026-11-23, 8.0 MB (4.0 MB/s), 4,000 rows (2,000/s), 4s left',
  );
});
