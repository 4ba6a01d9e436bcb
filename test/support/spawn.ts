import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Ran } from './deps.ts';

/** The executable of the built program. */
export const entry = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));

/** The built program as a user would start it, with an environment of its own. */
export function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [entry, ...argv], { env: { PATH, HOME, ...env }, cwd });
}

/** The built program, to its end. */
export function spawned(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Ran> {
  return ended(start(argv, env, cwd));
}

/** What a started program leaves behind when it ends, with nothing on its stdin. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  child.stdin.end();
  return outcome(child);
}

/** What a started program leaves behind when it ends; its stdin is the caller's. */
export function outcome(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // as a shell has it
      const died = signal === null ? -1 : 128 + constants.signals[signal];
      resolve({ code: code ?? died, stdout, stderr });
    });
  });
}
