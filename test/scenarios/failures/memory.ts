import { watched } from '../../support/waiting.ts';

/** Every cell that runs now, with the highest size of the process since it began. */
const running = new Set<{ highest: number }>();
let stop: (() => void) | undefined;

/**
 * Watches how far the process grows until `end` is called, which returns the growth in bytes. The growth of
 * whatever runs at the same time is in it: it is an upper bound.
 */
export function highestMemory(): { end(): number } {
  const before = process.memoryUsage.rss();
  const cell = { highest: before };
  running.add(cell);
  stop ??= watched(look);
  return {
    end() {
      look();
      running.delete(cell);
      if (running.size === 0) {
        stop?.();
        stop = undefined;
      }
      return cell.highest - before;
    },
  };
}

function look(): void {
  const size = process.memoryUsage.rss();
  for (const cell of running) cell.highest = Math.max(cell.highest, size);
}
