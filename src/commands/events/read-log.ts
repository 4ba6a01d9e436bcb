import { DataError } from '../../errors.ts';
import type { EventSink } from '../../events/sink.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { checkEnvelope } from '../../kubecost/response.ts';
import { readEtlLog } from '../../kubecost/schemas/etl-log.ts';
import type { Span } from '../../time.ts';

export interface LogQuery {
  readonly window: string | null;
  readonly kinds: readonly string[];
  /** The same window in milliseconds since 1970, for a log that no server filters. */
  readonly span?: Span | null;
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
    if (!(error instanceof EndpointNotFoundError)) throw error;
    throw new DataError(
      `${client.server} keeps no event log: Kubecost 3 and OpenCost have none`,
      'see which windows are built with: kc-etl events coverage',
    );
  }
}

/** The same, where the caller knows what to do about a MissingEndpoint. */
export function requestLog<S extends EventSink>(
  client: Client,
  { window, kinds, span = null }: LogQuery,
  emptySink: () => S,
): Promise<S> {
  const [kind = null, ...others] = kinds;
  return client.get(
    '/etl/log',
    { window, kind: others.length === 0 ? kind : null },
    async (answer) => {
      const sink = emptySink();
      if (client.saved === undefined) checkEnvelope(await readEtlLog(answer.body, sink), answer);
      else await readSaved(answer.body, sink, span);
      return sink;
    },
  );
}

async function readSaved(
  body: AsyncIterable<Uint8Array>,
  sink: EventSink,
  span: Span | null,
): Promise<void> {
  const { readSavedLog } = await import('../../kubecost/schemas/saved-log.ts');
  const { TimeRangeFilter } = await import('../../events/time-range-filter.ts');
  await readSavedLog(body, span ? new TimeRangeFilter(sink, span) : sink);
}
