import { run } from './cli.ts';
import { Interrupted } from './errors.ts';
import type { Clock, ColorLevel, Sink } from './io.ts';
import { openDispatcher } from './kubecost/connect/dispatcher.ts';

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

/**
 * A stream whose reader may go away: that ends the output, and is no error. It is opened when it is
 * first asked about, since opening one that is not used costs milliseconds.
 */
function sinkOf(open: () => NodeJS.WriteStream, onLost: (message: string) => void): Sink {
  let closed = false;
  let opened: NodeJS.WriteStream | undefined;
  const stream = () => {
    opened ??= open().on('error', (error: NodeJS.ErrnoException) => {
      closed = true;
      if (error.code !== 'EPIPE') onLost(error.message);
    });
    return opened;
  };
  return {
    get isTTY() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns || Number(process.env['COLUMNS']) || undefined;
    },
    get colorLevel() {
      return colorLevelOf(stream());
    },
    get stream() {
      return stream().isTTY ? stream() : undefined;
    },
    write: (text) =>
      new Promise((resolve) => {
        const to = stream();
        if (closed) resolve(false);
        else to.write(text, (error) => resolve(!error && !closed));
      }),
  };
}

/** `NO_COLOR` over `FORCE_COLOR` over what the terminal can; Node would warn where both are set. */
function colorLevelOf(stream: NodeJS.WriteStream): ColorLevel {
  if (process.env['NO_COLOR']) return 0;
  const forced = process.env['FORCE_COLOR'];
  if (!stream.isTTY) return forced && !/^(0|false)$/.test(forced) ? 1 : 0;
  const depth = stream.getColorDepth();
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // stays: with no listener left, ora's own would end the process before the command can
  process.on(signal, () => {
    const interrupted = new Interrupted(signal);
    if (ending.signal.aborted) process.exit(interrupted.exitCode);
    ending.abort(interrupted);
  });
}

const [, program = '', ...words] = process.argv;
const asksForCompletion = /[\\/]kubectl_complete-kc_etl$/.test(program);
void run(asksForCompletion ? ['__complete', ...words] : words, {
  io: {
    stdin: () => process.stdin,
    stdout: sinkOf(
      () => process.stdout,
      (message) => {
        lost = message;
      },
    ),
    stderr: sinkOf(
      () => process.stderr,
      () => {},
    ),
  },
  env: process.env,
  clock,
  dispatcher: openDispatcher,
  spawn: async (command, args, options) => {
    const { spawn } = await import('node:child_process');
    return spawn(command, args, options);
  },
  cwd: process.cwd,
  isKubectlPlugin: /[\\/]kubectl-kc_etl$/.test(program),
  signal: ending.signal,
  random: Math.random,
}).then((code) => {
  process.exitCode = code;
  if (lost === undefined) return;
  process.exitCode = 3;
  process.stderr.write(`error: stdout: ${lost}\nhint: not everything was written\n`);
});
