import type { Clock } from '../io.ts';
import { pauseBefore } from './schedule.ts';
import type { EndedRun, RunOutcome, WatchStatus } from './status.ts';

/** What a watch works with. */
export interface WatchDeps {
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** One run; an error that it throws counts as a failed run. */
  readonly run: () => Promise<RunOutcome>;
  /** An error in words, for {@link EndedRun.failures}. */
  readonly reasonOf: (error: unknown) => string;
  /** Called after each run. */
  readonly onRun: (ended: EndedRun) => void | Promise<void>;
}

/**
 * Runs the audits again and again, whatever fails, until the signal is aborted.
 *
 * @throws the reason of the signal
 */
export async function watch(status: WatchStatus, deps: WatchDeps): Promise<never> {
  const { clock, signal } = deps;
  for (;;) {
    signal.throwIfAborted();
    const start = clock.now();
    status.nextRun = null;
    status.lastActivity = start;
    const outcome = await outcomeOf(deps);
    signal.throwIfAborted();
    const end = clock.now();
    const ended = status.ended({ start, end }, outcome);
    const pause = pauseBefore(ended, status.interval, status.failedInRow);
    status.nextRun = end + pause;
    await deps.onRun(ended);
    await clock.sleep(pause, signal);
  }
}

async function outcomeOf({ run, reasonOf, signal }: WatchDeps): Promise<RunOutcome> {
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    return { shown: null, coverage: null, failures: [reasonOf(error)], evaluated: 0 };
  }
}
