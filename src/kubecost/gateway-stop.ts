import type { Clock } from '../io.ts';
import type { Client } from './client.ts';
import { Failure, failureBehind, GatewayError, GatewayGaveUpError } from './failure.ts';
import { wrappedClient } from './wrapped-client.ts';

/** Milliseconds without requests after a gateway gave up; whoever polls asks again after them. */
const defaultPause = 5_000;

/** A request that was not sent, since a gateway had given up on an earlier one. */
export class RequestNotSentError extends GatewayError {
  /** What the earlier request ended with. */
  readonly reason: GatewayGaveUpError;

  constructor(reason: GatewayGaveUpError) {
    super(`no further requests after: ${reason.message}`, reason.hint);
    this.reason = reason;
    // the client's callers look up what is behind an error
    new Failure(this, { status: failureBehind(reason)?.status ?? null });
  }
}

/**
 * The same client, which sends no GET for a while after a gateway has given up on the server: every
 * further request would load a server that is already too slow. Requests that write are sent: each is
 * one that somebody wants.
 *
 * @param pause milliseconds without requests
 * @returns a client whose `get` throws RequestNotSentError for a request that is not sent
 */
export function stoppingBehindGateway(
  client: Client,
  clock: Pick<Clock, 'now'>,
  pause = defaultPause,
): Client {
  let gaveUp: { readonly at: number; readonly error: GatewayGaveUpError } | null = null;
  return wrappedClient(client, {
    async get(...request) {
      if (gaveUp && clock.now() - gaveUp.at < pause) throw new RequestNotSentError(gaveUp.error);
      try {
        return await client.get(...request);
      } catch (error) {
        if (error instanceof GatewayGaveUpError) gaveUp = { at: clock.now(), error };
        throw error;
      }
    },
  });
}
