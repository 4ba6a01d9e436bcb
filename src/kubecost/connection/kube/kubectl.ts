import type { ChildProcess } from 'node:child_process';
import { DataError } from '../../../errors.ts';
import { outputOf, type Spawn } from '../shell.ts';
import { kubectlFailure } from './kubectl-failure.ts';

/** The user's own kubectl, with the options that choose the cluster. */
export interface Kubectl {
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  /** Shows the user what kubectl says while it waits: a login plugin may ask for something. */
  readonly say: (text: string) => void;
  /** What it says beside that, for `--verbose`. */
  readonly log: (text: string) => void;
}

/** Only what takes longer than this is waiting for somebody. */
const patience = 2_000;

/**
 * What one kubectl command prints.
 *
 * @throws KcEtlError that says what kubectl could not do
 */
export async function kubectlOutput(kubectl: Kubectl, args: readonly string[]): Promise<string> {
  const child = await kubectl.spawn('kubectl', [...kubectl.options, ...args], {
    env: kubectl.env,
    stdio: ['inherit', 'pipe', 'pipe'],
    signal: kubectl.signal,
  });
  let held: string[] | null = [];
  const waiting = setTimeout(() => {
    for (const text of held ?? []) kubectl.say(text);
    held = null;
  }, patience);
  const ended = await outputOf(child, (text) => {
    if (held) held.push(text);
    else kubectl.say(text);
  });
  clearTimeout(waiting);
  kubectl.signal.throwIfAborted();
  if (ended.code !== 0) throw kubectlFailure(ended);
  return ended.stdout;
}

/** A kubectl that goes on for as long as the command does. */
export interface RunningKubectl {
  /** What it printed when it was ready. */
  readonly ready: RegExpExecArray;
  stop(): Promise<void>;
}

/**
 * Ends kubectl when its own standard input ends, which the system closes in whatever way kc-etl
 * goes away, also by SIGKILL.
 */
const endedWithUs = `
exec 3<&0
"$@" </dev/null 3<&- & child=$!
( cat <&3; kill "$child" ) >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait "$child"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

/**
 * Starts kubectl and waits until it prints that it is ready.
 *
 * @param timeout milliseconds
 * @throws KcEtlError that says what kubectl could not do
 */
export async function startKubectl(
  kubectl: Kubectl,
  args: readonly string[],
  readiness: RegExp,
  timeout: number,
): Promise<RunningKubectl> {
  const command = ['kubectl', ...kubectl.options, ...args];
  const { env, signal, spawn } = kubectl;
  signal.throwIfAborted();
  const child =
    process.platform === 'win32'
      ? await spawn('kubectl', command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] })
      : await spawn('/bin/sh', ['-c', endedWithUs, 'kc-etl', ...command], {
          env,
          stdio: ['pipe', 'pipe', 'pipe'],
        });
  const stop = () => stopped(child);
  try {
    return { ready: await readyLine(child, kubectl, readiness, timeout), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyLine(
  child: ChildProcess,
  { signal, log }: Kubectl,
  readiness: RegExp,
  timeout: number,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const late = setTimeout(() => {
      reject(
        new DataError(
          `kubectl was not ready within ${timeout / 1000} s`,
          'kubectl has to work first: kubectl get namespaces; or raise --timeout',
        ),
      );
    }, timeout);
    signal.addEventListener('abort', abort, { once: true });
    const done = () => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
    };
    let printed = '';
    let complaints = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk.toString()}`.slice(-4096);
      const ready = readiness.exec(printed);
      if (!ready) return;
      done();
      resolve(ready);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = `${complaints}${chunk.toString()}`.slice(-16_384);
      log(chunk.toString());
    });
    child.stdin?.on('error', () => {});
    const ended = (code: number | null) => {
      done();
      // the shell answers 127 for a program that does not exist
      const missing = code === null || code === 127;
      reject(kubectlFailure({ code: missing ? null : code, stdout: printed, stderr: complaints }));
    };
    child.once('error', () => ended(null));
    child.once('close', (code) => ended(code ?? -1));
  });
}

/** Ends it, gently first. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    child.stdin?.destroy();
    return;
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.stdin) child.stdin.end();
  else child.kill();
  const impatient = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(impatient);
  child.stdout?.destroy();
  child.stderr?.destroy();
}
