import { settledSpan } from '../../audits/local/settling.ts';
import { windowsOf } from '../../audits/local/windows.ts';
import { KcEtlError } from '../../errors.ts';
import type { ClusterDay, ServerEvidence, UnreadDays } from '../../fleet/evidence.ts';
import type { Client } from '../../kubecost/client.ts';
import { detectProduct, type Product } from '../../kubecost/product.ts';
import { day, hour, type Span } from '../../time.ts';
import type { WindowRequest } from '../window-option.ts';
import { readMonths } from './read-months.ts';

/** Days around the window that show whether a cluster reports. */
const contextDays = 3;

/** One server to read. */
export interface FleetSource {
  readonly client: Client;
  /** As the report names it. */
  readonly name: string | null;
}

export interface Reading {
  readonly request: WindowRequest;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * The clusters of a server with their days: an aggregated request per month.
 *
 * @throws KcEtlError where nothing could be read
 */
export async function readServer(
  { client, name }: FleetSource,
  { request, now, signal }: Reading,
): Promise<ServerEvidence> {
  const product = await productOf(client, now, signal);
  const settledEnd = settledSpan(1, product?.name ?? 'kubecost', now).span.end;
  const window = 'query' in request ? request.span : newestDays(request.days, settledEnd);
  const days = windowsOf(window, '1d')
    .filter(({ end }) => end <= settledEnd)
    .map(({ start }) => start);
  const span = withContext(window, now);
  const clusters = new Map<string, Map<number, ClusterDay>>();
  const unread: UnreadDays[] = [];
  await readMonths(client, span, {
    isOpenCost: product?.name === 'opencost',
    signal,
    add({ cluster, day: at, cost, hours, adjustment }) {
      const own = clusters.get(cluster) ?? new Map<number, ClusterDay>();
      const known = own.get(at);
      own.set(at, {
        cost: cost + (known?.cost ?? 0),
        hours: hours + (known?.hours ?? 0),
        isAdjusted: adjustment > 0 || known?.isAdjusted === true,
      });
      clusters.set(cluster, own);
    },
    fail: (failed) => unread.push(failed),
  });
  return {
    server: name ?? client.server,
    product: product?.name ?? null,
    version: product?.version ?? null,
    days,
    requested: windowsOf(span, '1d').map(({ start }) => start),
    unread,
    clusters,
  };
}

/** Null where the server does not say enough, or keeps it from these credentials. */
async function productOf(
  client: Client,
  now: number,
  signal: AbortSignal,
): Promise<Product | null> {
  try {
    return await detectProduct(client, { start: now - 2 * hour, end: now - hour });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KcEtlError) return null;
    throw error;
  }
}

function newestDays(count: number, end: number): Span {
  return { start: end - count * day, end };
}

function withContext({ start, end }: Span, now: number): Span {
  const tomorrow = Math.floor(now / day) * day + day;
  const last = Math.ceil(end / day) * day;
  return {
    start: Math.floor(start / day) * day - contextDays * day,
    end: Math.max(last, Math.min(last + contextDays * day, tomorrow)),
  };
}
