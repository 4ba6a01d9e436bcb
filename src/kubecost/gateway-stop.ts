import type { Clock } from '../io.ts';
import type { Client } from './client.ts';
import { Failure, failureBehind, GatewayError, GatewayGaveUpError } from './failure.ts';

/** Milliseconds without requests after a gateway gave up; whoever polls asks again after them. */
const pause = 5_000;

/**
 * The same client, which sends no GET for a while after a gateway has given up on the server: every
 * further request would load a server that is already too slow. Requests that write are sent: each is
 * one that somebody wants.
 */
export function stoppingBehindGateway(client: Client, clock: Clock): Client {
  let gaveUp: { readonly at: number; readonly error: GatewayGaveUpError } | null = null;
  return {
    get server() {
      return client.server;
    },
    ...(client.saved === undefined ? {} : { saved: client.saved }),
    async get(...request) {
      if (gaveUp && clock.now() - gaveUp.at < pause) throw notSent(gaveUp.error);
      try {
        return await client.get(...request);
      } catch (error) {
        if (error instanceof GatewayGaveUpError) gaveUp = { at: clock.now(), error };
        throw error;
      }
    },
    getOnce: (...request) => client.getOnce(...request),
    post: (...request) => client.post(...request),
  };
}

/** What a request gets that is not sent. */
function notSent(reason: GatewayGaveUpError): GatewayError {
  const error = new GatewayError(`no further requests after: ${reason.message}`, reason.hint);
  // the client's callers look up what is behind an error
  new Failure(error, { status: failureBehind(reason)?.status ?? null });
  return error;
}
