/** What kc-etl's exit codes mean: the one record behind `help exit-codes`, the README and the code. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done; the gate, if there was one, passed' },
  gate: {
    code: 1,
    meaning:
      'the gate failed: audits failed (--fail-on), coverage has gaps, compare found regressions',
  },
  usage: { code: 2, meaning: 'the command line or configuration is wrong' },
  data: {
    code: 3,
    meaning:
      'there is no trustworthy data: the server could not be reached, returned an error, ' +
      'or returned an unexpected response; a gate had no audits to evaluate',
  },
  auth: { code: 4, meaning: 'not authorised (401, 403)' },
  wait: { code: 5, meaning: 'waiting took longer than allowed' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C)' },
  terminated: { code: 143, meaning: 'terminated' },
} as const;

type ExitName = keyof typeof exitCodes;

/** A failure a user can act on: one line that says what failed, and a hint that says what to do. */
export abstract class KcEtlError extends Error {
  protected abstract readonly exit: ExitName;
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.hint = hint;
  }

  get exitCode(): number {
    return exitCodes[this.exit].code;
  }
}

/** The command line or the configuration is wrong. Thrown before any request is made. */
export class UsageError extends KcEtlError {
  protected readonly exit = 'usage';
}

/** There is no trustworthy data. */
export class DataError extends KcEtlError {
  protected readonly exit = 'data';
}

/** The server wants other credentials, or some at all. */
export class AuthError extends KcEtlError {
  protected readonly exit = 'auth';
}

/** Waiting took longer than allowed. */
export class WaitError extends KcEtlError {
  protected readonly exit = 'wait';
}

/** The reason of an aborted signal: the user (SIGINT) or the system (SIGTERM) ended the command. */
export class Interrupted extends KcEtlError {
  protected readonly exit: 'interrupted' | 'terminated';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'interrupted' : 'terminated');
    this.exit = signal === 'SIGINT' ? 'interrupted' : 'terminated';
  }
}
