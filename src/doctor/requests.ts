import { type ZodType, z } from 'zod';
import { DataError, KcEtlError } from '../errors.ts';
import { EventLog } from '../events/log.ts';
import type { Client } from '../kubecost/client.ts';
import { baseCandidates } from '../kubecost/connection/address.ts';
import { failureBehind, GatewayGaveUpError, type Specificity } from '../kubecost/failure.ts';
import { RequestNotSentError, stoppingBehindGateway } from '../kubecost/gateway-stop.ts';
import type { ApiResponse } from '../kubecost/response.ts';
import { checkEnvelope, readData } from '../kubecost/response-data.ts';
import { readEtlLog } from '../kubecost/schemas/etl-log.ts';
import type { DoctorDeps } from './target.ts';

/**
 * The response of one endpoint. `date` is the server's clock and `at` the local one when it answered,
 * both in ms since 1970.
 */
export type ProbeResult<T> =
  | { readonly ok: true; readonly data: T; readonly date: number | null; readonly at: number }
  | {
      readonly ok: false;
      readonly error: KcEtlError;
      readonly specificity: Specificity;
      /** The HTTP status; null where there was no response. */
      readonly status: number | null;
      /** Not requested, since a gateway had given up on an earlier request, whose failure this is. */
      readonly isSkipped: boolean;
    };

export type FailedProbe = Extract<ProbeResult<unknown>, { ok: false }>;

/** Whether a gateway gave up on the server: to ask for more would make it worse. */
export function gaveUp({ error }: FailedProbe): boolean {
  return error instanceof GatewayGaveUpError;
}

/** Requests below one base path. None throws for a server that fails: that is a result. */
export interface Requester {
  readonly base: string;
  /** `data` of an envelope, null or what the schema makes of it; what it does not accept is a failure. */
  data(path: string, query?: string, schema?: ZodType): Promise<ProbeResult<unknown>>;
  /** A JSON document without an envelope. */
  unwrapped(path: string): Promise<ProbeResult<unknown>>;
  /** The time of the newest event, or null where the log is empty. */
  newestEvent(): Promise<ProbeResult<string | null>>;
}

/** A requester for each path under which the API may begin. */
export function requestersOf(base: string, deps: DoctorDeps): Promise<Requester[]> {
  return Promise.all(
    baseCandidates(base).map(async (candidate) =>
      createRequester(candidate, await deps.openClient(candidate), deps),
    ),
  );
}

function createRequester(base: string, opened: Client, { clock, signal }: DoctorDeps): Requester {
  const client = stoppingBehindGateway(opened, clock, Number.POSITIVE_INFINITY);
  const request = async <T>(
    path: string,
    read: (response: ApiResponse) => Promise<T>,
  ): Promise<ProbeResult<T>> => {
    let date: number | null = null;
    let at = clock.now();
    try {
      const data = await client.get(path, {}, (response) => {
        date = response.date;
        at = clock.now();
        return read(response);
      });
      return { ok: true, data, date, at };
    } catch (error) {
      if (signal.aborted || !(error instanceof KcEtlError)) throw error;
      const isSkipped = error instanceof RequestNotSentError;
      const failure = failureBehind(error);
      return {
        ok: false,
        error: isSkipped ? error.reason : error,
        specificity: failure?.specificity ?? 'final',
        status: failure?.status ?? null,
        isSkipped,
      };
    }
  };
  return {
    base,
    data: (path, query = '', schema = z.unknown()) =>
      request(`${path}${query}`, (response) => readUnlessNull(response, schema)),
    unwrapped: (path) => request(path, readUnwrapped),
    newestEvent: () =>
      request('/etl/log?window=30d', async (response) => {
        const log = new EventLog({ kinds: [], store: null, errors: false }, 1);
        const { envelope } = await readEtlLog(response.body, log);
        checkEnvelope(envelope, response);
        if (isNull(envelope.data)) {
          throw new DataError(`${response.url.href} has no event log in its response (data: null)`);
        }
        return [...log].at(-1)?.time ?? null;
      }),
  };
}

/** The data of an envelope; null also where it is a list of nothing else. */
async function readUnlessNull(response: ApiResponse, schema: ZodType): Promise<unknown> {
  let isEmpty = false;
  const data = await readData(
    response,
    z
      .unknown()
      .transform((raw) => {
        isEmpty = isNull(raw);
        return raw;
      })
      .pipe(schema),
  );
  return isEmpty ? null : data;
}

function isNull(data: unknown): boolean {
  const items: readonly unknown[] = Array.isArray(data) && data.length > 0 ? data : [data];
  return items.every((item) => item === null);
}

const maxDocumentSize = 1024 * 1024;

async function readUnwrapped({ body }: ApiResponse): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxDocumentSize) break;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return null;
  }
}
