import type { CliOptions } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Deps } from '../deps.ts';

/** What stands in for a server, or listens to it. */
export interface AnswerSource {
  /** With the time at which it was recorded, where that is known. */
  readonly deps: Deps;
  /** Answers in place of a server. */
  readonly client?: Client;
  /** The same client, which keeps what it is answered. */
  readonly record?: (client: Client) => Client;
  /** @param cut why responses are missing; null: all were recorded */
  close(cut: string | null): Promise<void>;
}

interface Asked {
  readonly from: string | null;
  readonly record: string | null;
}

/**
 * Opens what `--from` names, or what `--record` writes to.
 *
 * @param secrets may grow until the first request
 * @throws UsageError, DataError where it is not what it should be
 */
export async function openSource(
  { from, record }: Asked,
  given: CliOptions,
  deps: Deps,
  secrets: readonly string[],
): Promise<AnswerSource> {
  if (from === null) return record === null ? { deps, close } : recording(record, deps, secrets);
  if (record !== null) {
    throw new UsageError('--from and --record exclude each other', 'leave one of them out');
  }
  for (const other of ['demo', 'url', 'kube']) {
    if (!given.has(other)) continue;
    throw new UsageError(`--from and --${other} exclude each other`, 'leave one of them out');
  }
  const { isDirectory, savedFileClient } = await import('../../kubecost/record/saved-file.ts');
  if (from === '-' || !(await isDirectory(from))) {
    return { deps, client: savedFileClient(from, deps.io.stdin), close };
  }
  const { openReplay } = await import('../../kubecost/record/replay.ts');
  const { client, recorded } = await openReplay(from);
  return { deps: { ...deps, clock: clockAt(recorded) }, client, close };
}

async function close(): Promise<void> {}

async function recording(
  directory: string,
  deps: Deps,
  secrets: readonly string[],
): Promise<AnswerSource> {
  const { openRecorder } = await import('../../kubecost/record/recorder.ts');
  const recorder = await openRecorder(directory, secrets, deps.clock.now());
  return { deps, record: (client) => recorder.record(client), close: (cut) => recorder.close(cut) };
}

/** Time stands still in a recording, and waiting in it takes none. */
function clockAt(recorded: number): Clock {
  let now = recorded;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}
