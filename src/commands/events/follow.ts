import { AuthError, DataError, exitCodes } from '../../errors.ts';
import type { EventFilter } from '../../events/filter.ts';
import { Follower } from '../../events/follow.ts';
import { isErrorKind } from '../../events/kinds.ts';
import { EventLog } from '../../events/log.ts';
import type { Client } from '../../kubecost/client.ts';
import { durationText, plural } from '../../output/format.ts';
import { minute } from '../../time.ts';
import type { Context, Outcome } from '../command.ts';
import { type LogQuery, readLog } from './read-log.ts';

export interface FollowOptions {
  readonly query: LogQuery;
  readonly filter: EventFilter;
  /** Maximum number of existing events in the first poll. */
  readonly newest: number;
  /** Milliseconds between two polls. */
  readonly interval: number;
  readonly exitOnError: boolean;
}

/** Maximum pause after failed polls, in milliseconds; a longer interval is kept. */
const maxPause = minute;

/** New events as they appear, until the user stops the command or an error event does. */
export function follow(client: Client, options: FollowOptions, context: Context): Outcome {
  let exitCode: number = exitCodes.ok.code;
  async function* batches(): AsyncGenerator<EventLog, void, undefined> {
    for await (const events of polls(client, options, context)) {
      const upTo = options.exitOnError ? untilError(events) : null;
      if (events.length > 0) yield upTo ?? events;
      if (!upTo) continue;
      exitCode = exitCodes.gate.code;
      return;
    }
  }
  return {
    result: { kind: 'following', batches: batches() },
    exitCode: () => exitCode,
  };
}

async function* polls(
  client: Client,
  { query, filter, newest, interval }: FollowOptions,
  { deps, reporter }: Context,
): AsyncGenerator<EventLog, void, undefined> {
  const { clock, signal } = deps;
  deps.catchSignals();
  const follower = new Follower(filter, newest);
  const began = clock.now();
  let [seen, missed, failures, lastAnswer] = [0, 0, 0, began];

  try {
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst) await clock.sleep(pause(interval, failures), signal);
      try {
        const { sink, remarks } = await readLog(client, query, () => follower.poll());
        const polled = follower.accept(sink);
        if (isFirst) for (const remark of remarks) await reporter.note(remark);
        // with a window the log leaves events out that the counters count
        const lost = query.window === null ? polled.missed : 0;
        failures = 0;
        if (polled.restarted) {
          const since = new Date(lastAnswer).toISOString().slice(11, 19);
          await reporter.warn(`the server was restarted; events after ${since} UTC may be lost`);
        }
        if (lost > 0) {
          await reporter.warn(`${plural(lost, 'event')} left the log between two polls`);
        }
        lastAnswer = clock.now();
        seen += polled.events.length;
        missed += lost;
        yield polled.events;
      } catch (error) {
        if (isFirst || !(error instanceof DataError) || error instanceof AuthError) throw error;
        failures++;
        const next = durationText(Math.round(pause(interval, failures) / 1000));
        await reporter.warn(`${error.message}; next try in ${next}`);
      }
    }
  } finally {
    if (signal.aborted) {
      const time = durationText(Math.round((clock.now() - began) / 1000));
      const lost = missed > 0 ? `, ${missed} missed` : '';
      await reporter.note(`followed for ${time}: ${plural(seen, 'event')}${lost}`);
    }
  }
}

function pause(interval: number, failures: number): number {
  return Math.min(interval * 2 ** Math.min(failures, 16), Math.max(interval, maxPause));
}

/** The events up to the first that reports an error; null where none does. */
function untilError(events: EventLog): EventLog | null {
  const upTo = new EventLog();
  for (const event of events) {
    upTo.addEvent(event);
    if (isErrorKind(event.kind)) return upTo;
  }
  return null;
}
