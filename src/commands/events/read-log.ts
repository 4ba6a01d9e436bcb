import { DataError } from '../../errors.ts';
import type { EventSink } from '../../events/sink.ts';
import { TimeRangeFilter } from '../../events/time-range-filter.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { checkEnvelope } from '../../kubecost/response-data.ts';
import { readEtlLog } from '../../kubecost/schemas/etl-log.ts';
import type { LogRemarks } from '../../kubecost/schemas/log-remarks.ts';
import type { Span } from '../../time.ts';

export interface LogQuery {
  /** Sent to the server as it is; null for the whole log. */
  readonly window: string | null;
  readonly kinds: readonly string[];
  /** The same window, for a saved log, which no server filters. */
  readonly span?: Span | null;
  /** The same window by the server's clock, where a live response is filtered, too. */
  readonly spanAt?: (now: number | null) => Span | null;
}

/** An event log that was read into a sink. */
export interface ReadLog<S> {
  readonly sink: S;
  /** The server's clock, in milliseconds since 1970; null without a Date header. */
  readonly date: number | null;
  /** What could not be read or is unknown, as sentences. */
  readonly remarks: readonly string[];
  /** Whether an event that could not be read may be an error. */
  readonly mayHideErrors: boolean;
}

/** The server keeps no event log. */
export class NoEventLogError extends DataError {
  readonly server: string | null;

  /** @param coverage the command that shows what the server has instead */
  constructor(server: string | null, coverage = 'kc-etl events coverage') {
    super(
      `${server} keeps no event log: Kubecost 3 and OpenCost have none`,
      `see which windows are built with: ${coverage}`,
    );
    this.server = server;
  }
}

/**
 * Reads the event log into a sink. The server filters by one beginning of a kind; several are one
 * request, for the sink to filter.
 *
 * @param emptySink called for each try, with the server's clock
 * @throws NoEventLogError where the server keeps no log
 */
export async function readLog<S extends EventSink>(
  client: Client,
  query: LogQuery,
  emptySink: (date: number | null) => S,
): Promise<ReadLog<S>> {
  try {
    return await requestLog(client, query, emptySink);
  } catch (error) {
    if (!(error instanceof EndpointNotFoundError)) throw error;
    throw new NoEventLogError(client.server);
  }
}

/** Like `readLog`, but @throws EndpointNotFoundError where the server keeps no log. */
export function requestLog<S extends EventSink>(
  client: Client,
  { window, kinds, span = null, spanAt }: LogQuery,
  emptySink: (date: number | null) => S,
): Promise<ReadLog<S>> {
  const [kind = null, ...others] = kinds;
  return client.get(
    '/etl/log',
    { window, kind: others.length === 0 ? kind : null },
    async (answer) => {
      const { date } = answer;
      const sink = emptySink(date);
      if (client.saved === undefined) {
        const { envelope, remarks } = await readEtlLog(
          answer.body,
          within(sink, spanAt?.(date) ?? null),
        );
        checkEnvelope(envelope, answer);
        return { sink, date, ...readRemarks(remarks) };
      }
      const { readSavedLog } = await import('../../kubecost/schemas/saved-log.ts');
      const remarks = await readSavedLog(answer.body, within(sink, span));
      return { sink, date, ...readRemarks(remarks) };
    },
  );
}

function readRemarks(remarks: LogRemarks): Pick<ReadLog<unknown>, 'remarks' | 'mayHideErrors'> {
  return { remarks: remarks.sentences(), mayHideErrors: remarks.mayHideErrors };
}

function within(sink: EventSink, span: Span | null): EventSink {
  return span ? new TimeRangeFilter(sink, span) : sink;
}
