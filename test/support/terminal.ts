import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
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
  return outcome(started('bash', ['-c', script], env));
}

/** The same on a terminal of so many columns; stdout and stderr are one there. */
export function onTerminal(
  script: string,
  {
    columns = 80,
    env = {},
    onOutput = () => {},
  }: {
    columns?: number;
    env?: Readonly<Record<string, string>>;
    /** Called with all output so far, whenever more has come; `type` presses keys. */
    onOutput?: (text: string, type: (keys: string) => void) => void;
  } = {},
): Promise<Ran> {
  const sized = `stty cols ${columns} rows 50; ${script}`;
  const child = started('script', ['-qec', `bash -c '${sized}'`, '/dev/null'], {
    TERM: 'xterm',
    // nobody is there to leave one
    PAGER: 'cat',
    ...env,
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    onOutput(output, (keys) => child.stdin.write(keys));
  });
  return outcome(child);
}

function started(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(command, args, { env: { PATH, HOME, ...env } });
}
