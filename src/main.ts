import { run } from './cli.ts';
import { endingOf } from './ending.ts';
import { UsageError } from './errors.ts';
import type { Clock } from './io.ts';
import { openDispatcher } from './kubecost/connection/dispatcher.ts';
import { ProcessSink } from './process-sink.ts';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** Why the result could not be written in full, where that is more than a reader that went away. */
let lost: string | undefined;

/** The environment of a child: kc-etl's own variables hold credentials that kubectl and its plugins do not need. */
function withoutOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^KC_ETL_/i.test(name)));
}

/** @throws UsageError where somebody has removed it */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const message = 'the current directory does not exist any more';
    throw new UsageError(message, 'change to another directory, then run the command again', {
      cause,
    });
  }
}

const ending = endingOf(process);

const [, program = '', ...words] = process.argv;
const asksForCompletion = /[\\/]kubectl_complete-kc_etl$/.test(program);
void run(asksForCompletion ? ['__complete', ...words] : words, {
  io: {
    stdin: () => process.stdin,
    stdout: new ProcessSink(
      1,
      () => process.stdout,
      (message) => {
        lost = message;
      },
    ),
    stderr: new ProcessSink(
      2,
      () => process.stderr,
      () => {},
    ),
  },
  env: process.env,
  clock,
  dispatcher: openDispatcher,
  spawn: async (command, args, options) => {
    const { spawn } = await import('node:child_process');
    return spawn(command, args, { ...options, env: withoutOwn(options.env ?? process.env) });
  },
  cwd: currentDirectory,
  isKubectlPlugin: /[\\/]kubectl-kc_etl$/.test(program),
  get signal() {
    return ending.signal;
  },
  catchSignals: ending.catchSignals,
  foreground: ending.foreground,
  random: Math.random,
}).then((code) => {
  process.exitCode = code;
  if (lost !== undefined) {
    process.exitCode = 3;
    process.stderr.write(`error: stdout: ${lost}\nhint: not everything was written\n`);
  }
  ending.leave();
});
