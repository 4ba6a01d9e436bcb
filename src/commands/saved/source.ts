import type { CliOptions } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Clock } from '../../io.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Deps } from '../deps.ts';

/** Where the responses of a command come from: the server itself, a recording or a saved file. */
export interface ResponseSource {
  /** With the clock of the recording, where there is one. */
  readonly deps: Deps;
  /** Reads the saved responses; absent where requests go to a server. */
  readonly client?: Client;
  /** The same client, which writes its responses to the recording. */
  readonly record?: (client: Client) => Client;
  /** @param cut why responses are missing; null: all were recorded */
  close(cut: string | null): Promise<void>;
}

interface SourceOptions {
  readonly from: string | null;
  readonly record: string | null;
}

/**
 * Opens what `--from` names, or the directory that `--record` writes to.
 *
 * @param secrets may grow until the first request
 * @throws UsageError, DataError where it is not what it should be
 */
export async function openSource(
  { from, record }: SourceOptions,
  cliOptions: CliOptions,
  deps: Deps,
  secrets: readonly string[],
): Promise<ResponseSource> {
  if (from === null) return record === null ? { deps, close } : recording(record, deps, secrets);
  if (record !== null) {
    throw new UsageError('--from and --record exclude each other', 'leave one of them out');
  }
  for (const other of ['demo', 'url', 'kube']) {
    if (!cliOptions.has(other)) continue;
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
): Promise<ResponseSource> {
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
