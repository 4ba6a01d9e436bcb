import { KcEtlError } from '../../errors.ts';
import type { RunOutcome, WatchStatus } from '../../watch/status.ts';
import type { Context } from '../command.ts';
import type { ServerEntry } from '../servers/entry.ts';
import { type OpenServer, openServer } from '../servers/open-server.ts';
import { Runs, type WatchValues } from './runs.ts';

/** The runs of one server of several, which is opened when it is first needed. */
export class ServerRuns {
  readonly #entry: ServerEntry;
  readonly #values: WatchValues;
  readonly #status: WatchStatus;
  readonly #context: Context;
  #server: OpenServer | null = null;
  #runs: Runs | null = null;

  constructor(entry: ServerEntry, values: WatchValues, status: WatchStatus, context: Context) {
    this.#entry = entry;
    this.#values = values;
    this.#status = status;
    this.#context = context;
  }

  /** As {@link Runs.showStored}; a server that cannot be opened has no stored report. */
  async showStored(): Promise<void> {
    try {
      await (await this.#open()).showStored();
    } catch (error) {
      if (!(error instanceof KcEtlError)) throw error;
    }
  }

  async run(): Promise<RunOutcome> {
    return (await this.#open()).run();
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #open(): Promise<Runs> {
    this.#server ??= await openServer(this.#entry, this.#context);
    this.#runs ??= new Runs(this.#values, this.#status, this.#server.context);
    return this.#runs;
  }
}
