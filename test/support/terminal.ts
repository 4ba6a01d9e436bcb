import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ran } from './deps.ts';
import { outcome } from './spawn.ts';

const entry = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));

/** Whether there is what gives a program a real terminal; CI installs it, and fails without. */
export const hasTerminal =
  spawnSync('script', ['--version']).status === 0 || process.env['CI'] === 'true';

/** How kc-etl is typed in the scripts below. */
export const program = `${process.execPath} ${entry}`;

/** A script of bash to its end, in an environment of its own. */
export function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return finished('bash', ['-c', script], env);
}

/** The same on a terminal of so many columns; stdout and stderr are one there. */
export function onTerminal(
  script: string,
  { columns = 80, env = {} }: { columns?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const sized = `stty cols ${columns} rows 50; ${script}`;
  return finished('script', ['-qec', `bash -c '${sized}'`, '/dev/null'], {
    TERM: 'xterm',
    ...env,
  });
}

function finished(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return outcome(spawn(command, args, { env: { PATH, HOME, ...env } }));
}
