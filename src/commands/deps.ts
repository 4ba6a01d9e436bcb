import type { Dispatcher } from 'undici';
import type { Environment } from '../config/resolve.ts';
import type { Clock, Io } from '../io.ts';
import type { Spawn } from '../kubecost/connection/shell.ts';
import type { Transport } from '../kubecost/connection/transport.ts';

/** Everything impure that a command may use; tests build their own. */
export interface Deps {
  readonly io: Io;
  readonly env: Environment;
  readonly clock: Clock;
  /** Opens connections. */
  readonly dispatcher: (transport: Transport) => Promise<Dispatcher>;
  /** Starts another program: the user's kubectl, or a command that prints a token. */
  readonly spawn: Spawn;
  /** Runs what another program does on the terminal, whose interrupts are that program's. */
  readonly foreground: <T>(work: () => Promise<T>) => Promise<T>;
  /** The working directory. */
  readonly cwd: () => string;
  /** Run as `kubectl kc-etl`. */
  readonly isKubectlPlugin: boolean;
  /**
   * Aborted when the user or the system ends the command, once `catchSignals` was called; the reason is
   * an `Interrupted`.
   */
  readonly signal: AbortSignal;
  /**
   * Called by what has to clean up: from now on SIGINT and SIGTERM abort `signal`. Before, they end the
   * process as any other, whatever it does.
   */
  readonly catchSignals: () => void;
  /** 0 to 1. */
  readonly random: () => number;
}
