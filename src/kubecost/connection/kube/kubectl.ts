import { DataError } from '../../../errors.ts';
import { type KubectlTask, kubectlFailure } from './kubectl-failure.ts';
import { type Kubectl, type KubectlProcess, startProcess } from './process.ts';

/**
 * What one kubectl command prints on stdout.
 *
 * @throws KcEtlError that says what kubectl could not do
 */
export async function kubectlOutput(kubectl: Kubectl, args: readonly string[]): Promise<string> {
  const running = await startProcess(kubectl, args);
  const ended = await untilAborted(running.ended, kubectl.signal, () => running.stop());
  if (ended.code !== 0) throw kubectlFailure(ended, { options: kubectl.options });
  return ended.stdout;
}

/** A kubectl that runs for as long as the command does. */
export interface RunningKubectl {
  /** What it printed when it was ready. */
  readonly ready: RegExpExecArray;
  readonly process: KubectlProcess;
}

/** What a kubectl that goes on running is started for. */
export interface RunningTask extends KubectlTask {
  readonly args: readonly string[];
  readonly readiness: RegExp;
  /** Milliseconds until it has to be ready. */
  readonly timeout: number;
}

/**
 * Starts kubectl and waits until it prints that it is ready.
 *
 * @throws KcEtlError that says what kubectl could not do
 */
export async function startKubectl(kubectl: Kubectl, task: RunningTask): Promise<RunningKubectl> {
  const running = await startProcess(kubectl, task.args);
  try {
    const ready = await untilAborted(readyLine(running, task), kubectl.signal, () =>
      running.stop(),
    );
    return { ready, process: running };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

function readyLine(running: KubectlProcess, task: RunningTask): Promise<RegExpExecArray> {
  const { readiness, timeout } = task;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(
        new DataError(
          `kubectl was not ready within ${timeout / 1000} s`,
          'kubectl has to work first: kubectl get namespaces; or raise --timeout',
        ),
      );
    }, timeout);
    running.onOutput((printed) => {
      const ready = readiness.exec(printed);
      if (!ready) return;
      clearTimeout(late);
      resolve(ready);
    });
    void running.ended.then((ended) => {
      clearTimeout(late);
      reject(kubectlFailure(ended, task));
    });
  });
}

/** The result of `work`; once the signal is aborted, its reason, without waiting for `work`. */
async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  stop: () => Promise<void>,
): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      void stop();
      reject(signal.reason);
    };
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
