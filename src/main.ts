import { run } from './cli.ts';
import { Interrupted } from './errors.ts';
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

let ending: AbortController | undefined;

/** Aborted by SIGINT and SIGTERM; created for commands only, since help ends sooner than it is made. */
function endingSignal(): AbortSignal {
  if (ending) return ending.signal;
  const controller = new AbortController();
  ending = controller;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // stays: with no listener left, ora's own would end the process before the command can
    process.on(signal, () => {
      const interrupted = new Interrupted(signal);
      if (controller.signal.aborted) process.exit(interrupted.exitCode);
      controller.abort(interrupted);
    });
  }
  return controller.signal;
}

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
  cwd: process.cwd,
  isKubectlPlugin: /[\\/]kubectl-kc_etl$/.test(program),
  get signal() {
    return endingSignal();
  },
  random: Math.random,
}).then((code) => {
  process.exitCode = code;
  if (lost === undefined) return;
  process.exitCode = 3;
  process.stderr.write(`error: stdout: ${lost}\nhint: not everything was written\n`);
});
