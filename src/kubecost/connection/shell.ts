import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { UsageError } from '../../errors.ts';
import { excerpt } from '../server-text.ts';

/** Starts another program; handed in, so that the module behind it loads only when it is needed. */
export type Spawn = (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => Promise<ChildProcess>;

/** What a program left behind. */
export interface Ended {
  /** Null where it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program's output beyond this is not kept. */
const maxOutput = 64 * 1024 * 1024;

/**
 * Collects what a program prints until it ends.
 *
 * @param child started with pipes for its output
 * @param hear told of what it says on stderr, as it says it
 */
export function outputOf(
  child: ChildProcess,
  hear: (text: string) => void = () => {},
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < maxOutput) stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < maxOutput) stderr += text;
    hear(text);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/**
 * What the shell prints for a command, whose login prompts the user sees.
 *
 * @throws UsageError where it fails; stdout is never shown, since it may hold the credential
 */
export async function shellOutput(
  command: string,
  source: string,
  { spawn, signal }: { readonly spawn: Spawn; readonly signal: AbortSignal },
): Promise<string> {
  const child = await spawn(command, [], {
    shell: true,
    stdio: ['inherit', 'pipe', 'pipe'],
    signal,
  });
  const { code, stdout, stderr } = await outputOf(child);
  signal.throwIfAborted();
  if (code === 0) return stdout;
  const output = excerpt(stderr);
  throw new UsageError(`${source}: the command ended with ${code}${output ? `: ${output}` : ''}`);
}
