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

/** A stream whose reader may go away: that ends the output, and is no error. */
function sinkOf(stream: NodeJS.WriteStream): Sink {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') process.exitCode = 3;
  });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? (Number(process.env['COLUMNS']) || undefined);
    },
    colorLevel: colorLevelOf(stream),
    ...(stream.isTTY ? { stream } : {}),
    write: (text) =>
      new Promise((resolve) => {
        if (closed) resolve(false);
        else stream.write(text, (error) => resolve(!error && !closed));
      }),
  };
}

/** `NO_COLOR` and `FORCE_COLOR` are Node's to read: `getColorDepth` honours both. */
function colorLevelOf(stream: NodeJS.WriteStream): ColorLevel {
  const forced = process.env['FORCE_COLOR'];
  if (!stream.isTTY) return forced && forced !== '0' && !process.env['NO_COLOR'] ? 1 : 0;
  const depth = stream.getColorDepth();
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => ending.abort(new Interrupted(signal)));
}

const [, program = '', ...words] = process.argv;
const asksForCompletion = /[\\/]kubectl_complete-kc_etl$/.test(program);
void run(asksForCompletion ? ['__complete', ...words] : words, {
  io: {
    stdin: () => process.stdin,
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
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
});
