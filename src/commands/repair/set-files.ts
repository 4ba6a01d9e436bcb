import type { StoreFile } from '../../events/coverage/store-files.ts';
import type { Clock } from '../../io.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { checkEnvelope } from '../../kubecost/response-data.ts';
import { readEtlStatus } from '../../kubecost/schemas/etl-status.ts';
import type { RepairStore } from '../../repair/stores.ts';
import type { Span } from '../../time.ts';

type FilesOf = (store: RepairStore, day: Span) => StoreFile[];

interface Options {
  /** The only cluster that is repaired; null: all. */
  readonly cluster: string | null;
  /** For the time of a server without a Date header. */
  readonly clock: Clock;
}

/** The files of daily sets, from `/etl/status`; none where the server does not have it. */
export class SetFiles {
  readonly #client: Client;
  readonly #options: Options;

  constructor(client: Client, options: Options) {
    this.#client = client;
    this.#options = options;
  }

  /** The files of one set, in a federated setup those of the cluster that is repaired. */
  async of(store: RepairStore, day: Span): Promise<StoreFile[]> {
    const filesOf = await this.read();
    return filesOf(store, day);
  }

  /** Requests the listing once, for several sets. */
  async read(): Promise<FilesOf> {
    const { cluster, clock } = this.#options;
    try {
      const { directories } = await this.#client.get('/etl/status', {}, async (answer) => {
        const { envelope, report } = await readEtlStatus(answer.body, answer.date ?? clock.now());
        checkEnvelope(envelope, answer);
        return report;
      });
      return (store, day) => {
        const files = directories
          .filter((directory) => directory.store === store && directory.resolution === 'day')
          .flatMap(({ files: all }) => all.at(day.start) ?? []);
        const own = files.filter(({ directory }) => directory.split('/').includes(cluster ?? ''));
        return own.length > 0 ? own : files;
      };
    } catch (error) {
      if (error instanceof EndpointNotFoundError) return () => [];
      throw error;
    }
  }
}
