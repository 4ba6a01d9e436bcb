import { Interrupted } from './errors.ts';

/** How the process is ended from outside. */
interface Ending {
  readonly signal: AbortSignal;
  readonly catchSignals: () => void;
  /** Runs what another program does on the terminal: an interrupt of the terminal is meant for that program. */
  readonly foreground: <T>(work: () => Promise<T>) => Promise<T>;
  /** Called when the command has ended: what is left of it does not keep the process. */
  readonly leave: () => void;
}

/** Milliseconds for what is left, such as a connection in the making, of which nobody waits any more. */
const leftoverTime = 100;

/** Milliseconds that a command has for cleaning up. */
const cleanUpTime = 900;

/**
 * What SIGINT and SIGTERM do. A command that has nothing to clean up is ended by the system, even in
 * the middle of a computation; one that has, within a second.
 */
export function endingOf(self: NodeJS.Process): Ending {
  let created: AbortController | undefined;
  // for commands only: help ends sooner than it is made
  const controller = () => (created ??= new AbortController());
  let caught: 'SIGINT' | 'SIGTERM' | null = null;
  let isCaught = false;
  let inForeground = 0;
  const catchSignals = () => {
    if (isCaught) return;
    isCaught = true;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      // stays: with no listener left, ora's own would end the process before the command can
      self.on(signal, () => {
        if (signal === 'SIGINT' && inForeground > 0) return;
        if (caught !== null) return die(self, signal);
        caught = signal;
        controller().abort(new Interrupted(signal));
        setTimeout(() => die(self, signal), cleanUpTime).unref();
      });
    }
  };
  // the system ignores the signals of a container's first process unless it catches them
  if (self.pid === 1) catchSignals();
  return {
    get signal() {
      return controller().signal;
    },
    catchSignals,
    foreground(work) {
      catchSignals();
      inForeground++;
      return work().finally(() => inForeground--);
    },
    leave() {
      setTimeout(() => (caught === null ? self.exit() : die(self, caught)), leftoverTime).unref();
    },
  };
}

/** Ends the process by the signal: an exit would wait for names that are being resolved. */
function die(self: NodeJS.Process, signal: 'SIGINT' | 'SIGTERM'): void {
  self.removeAllListeners(signal);
  if (self.pid !== 1) self.kill(self.pid, signal);
  self.exit(new Interrupted(signal).exitCode);
}
