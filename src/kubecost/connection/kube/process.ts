import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Spawn } from '../shell.ts';
import { StderrSplitter } from './stderr.ts';

/** The user's own kubectl, with the options that choose the cluster. */
export interface Kubectl {
  /** `--kubeconfig` and `--context`, as the user gave them. */
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  /** Shows the user at once what a login plugin prints: a device code, a question. */
  readonly say: (text: string) => void;
  /** Everything that kubectl prints on stderr, for `--verbose`. */
  readonly log: (text: string) => void;
}

/** What a kubectl that has ended leaves behind. */
export interface EndedKubectl {
  /** Null where it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** The whole of stderr, limited to its end. */
  readonly stderr: string;
  /** What a login plugin printed on stderr, limited to its end. */
  readonly plugin: string;
}

/** A kubectl and everything that it started: wrapper scripts, login plugins. */
export interface KubectlProcess {
  /** Resolves when all of them have ended. */
  readonly ended: Promise<EndedKubectl>;
  readonly isRunning: () => boolean;
  /** The end of what it printed on stderr so far. */
  readonly complaints: () => string;
  /** Called with the end of stdout whenever more is printed. */
  onOutput(listener: (printed: string) => void): void;
  /** Ends all of them. */
  stop(): Promise<void>;
}

/**
 * Leads a process group of kubectl's own. The watcher ends the whole group when file descriptor 3
 * closes, which the system does in whatever way kc-etl goes away, also by SIGKILL.
 */
const guarded = `
( (trap '' TERM INT HUP; exec >/dev/null 2>&1; while read -r _; do :; done <&3; kill -s KILL -- -$$) & )
exec 3<&-
exec "$@"`;

const maxOutput = 64 * 1024 * 1024;
const maxComplaints = 16 * 1024;

/** Milliseconds that a process group has to end before it is killed. */
const grace = 500;

/** Starts kubectl, with the user's standard input for the questions of login plugins. */
export async function startProcess(
  kubectl: Kubectl,
  args: readonly string[],
): Promise<KubectlProcess> {
  const { spawn, signal } = kubectl;
  signal.throwIfAborted();
  const command = ['kubectl', ...kubectl.options, ...args];
  const env = Object.fromEntries(
    Object.entries(kubectl.env).filter(([name]) => !/^(KC_ETL|KUBECOST|OPENCOST)_/.test(name)),
  );
  const child =
    process.platform === 'win32'
      ? await spawn('kubectl', command.slice(1), { env, stdio: ['inherit', 'pipe', 'pipe'] })
      : await spawn('/bin/sh', ['-c', guarded, 'kc-etl', ...command], {
          env,
          stdio: ['inherit', 'pipe', 'pipe', 'pipe'],
          // a session of its own: Ctrl-C reaches kc-etl only, which then ends the group
          detached: true,
        });
  return observed(child, kubectl);
}

function observed(child: ChildProcess, { say, log }: Kubectl): KubectlProcess {
  const splitter = new StderrSplitter(say);
  const guard = child.stdio[3] as Readable | undefined; // a pipe where there is one
  let stdout = '';
  let stderr = '';
  let listener: (printed: string) => void = () => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < maxOutput) stdout += text;
    listener(stdout.slice(-4096));
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-maxComplaints);
    splitter.push(text);
    log(text);
  });
  guard?.on('error', () => {});
  const ended = new Promise<EndedKubectl>((resolve) => {
    const end = (code: number | null) =>
      resolve({ code, stdout, stderr, plugin: splitter.plugin.slice(-maxComplaints) });
    child.once('error', () => end(null));
    // what a wrapper left running goes with it
    child.once('exit', () => guard?.destroy());
    // a shell exits with 127 for a program that does not exist
    child.once('close', (code) => end(code === 127 ? null : (code ?? -1)));
  });
  const isRunning = () =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    ended,
    isRunning,
    complaints: () => stderr,
    onOutput: (hear) => {
      listener = hear;
    },
    async stop() {
      if (isRunning()) {
        kill(child, 'SIGTERM');
        const impatient = setTimeout(() => {
          guard?.destroy();
          kill(child, 'SIGKILL');
        }, grace);
        await ended;
        clearTimeout(impatient);
      }
      guard?.destroy();
    },
  };
}

function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // it ended in the meantime
  }
}
