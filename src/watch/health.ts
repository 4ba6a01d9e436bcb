import { hour, minute } from '../time.ts';
import type { WatchStatus } from './status.ts';

/** How long a run may show no activity, and how late one may start, in milliseconds. */
const maxSilence = hour;
const latestStart = 10 * minute;

/** Why the watch is stuck; null where it is not. */
export function stuckReason(status: WatchStatus, now: number): string | null {
  const { nextRun, lastActivity } = status;
  if (nextRun !== null) {
    const late = now - nextRun;
    return late > latestStart ? `a run is due for ${minutes(late)} and has not started` : null;
  }
  const silent = now - lastActivity;
  return silent > maxSilence ? `the run shows no activity for ${minutes(silent)}` : null;
}

/** Why there is nothing to show yet; null where there is a report. */
export function notReadyReason({ shown, lastRun }: WatchStatus): string | null {
  if (shown !== null) return null;
  if (lastRun === null) return 'the first run has not ended';
  return `no run could be completed: ${lastRun.failures[0] ?? 'unknown reason'}`;
}

function minutes(ms: number): string {
  return `${Math.floor(ms / minute)} minutes`;
}
