import { DataError } from '../../errors.ts';
import type { EventSink } from '../../events/sink.ts';
import { checkEnvelope } from '../../kubecost/answer.ts';
import type { Client } from '../../kubecost/client.ts';
import { MissingEndpoint } from '../../kubecost/failure.ts';
import { readEtlLog } from '../../kubecost/schemas/etl-log.ts';

export interface LogQuery {
  readonly window: string | null;
  readonly kinds: readonly string[];
}

/**
 * Reads the event log into a sink. The server filters by one beginning of a kind; several are one
 * request, for the sink to filter.
 *
 * @param emptySink called for each try, which starts anew
 * @throws DataError with a hint where the server keeps no log
 */
export async function readLog<S extends EventSink>(
  client: Client,
  query: LogQuery,
  emptySink: () => S,
): Promise<S> {
  try {
    return await requestLog(client, query, emptySink);
  } catch (error) {
    if (!(error instanceof MissingEndpoint)) throw error;
    throw new DataError(
      `${client.server} keeps no event log: Kubecost 3 and OpenCost have none`,
      'see which windows are built with: kc-etl events coverage',
    );
  }
}

/** The same, where the caller knows what to do about a MissingEndpoint. */
export function requestLog<S extends EventSink>(
  client: Client,
  { window, kinds }: LogQuery,
  emptySink: () => S,
): Promise<S> {
  const [kind = null, ...others] = kinds;
  return client.get(
    '/etl/log',
    { window, kind: others.length === 0 ? kind : null },
    async ({ body, url }) => {
      const sink = emptySink();
      checkEnvelope(await readEtlLog(body, sink), url);
      return sink;
    },
  );
}
