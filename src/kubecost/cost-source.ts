import type { CostSource, FailedRequest } from '../costs/responses.ts';
import { DataError } from '../errors.ts';
import { type FetchContext, fetchCosts } from './cost-responses.ts';
import { GatewayError, isUnsupported } from './failure.ts';

/**
 * The cost APIs of a server, or a recording of them, as a source for the audits. What fails is returned;
 * what makes every further request pointless, such as missing credentials, is thrown.
 *
 * @param signal its reason is thrown once it is aborted
 */
export function createCostSource(context: FetchContext, signal: AbortSignal): CostSource {
  return {
    async fetch(request, window, sink) {
      try {
        return await fetchCosts({ request, window, sink }, context);
      } catch (error) {
        signal.throwIfAborted();
        return failedRequest(error);
      }
    },
  };
}

/**
 * Why a request of the cost APIs has no response.
 *
 * @throws the error itself where it makes every further request pointless
 */
export function failedRequest(error: unknown): FailedRequest {
  if (!(error instanceof DataError)) throw error;
  const overloaded = error instanceof GatewayError;
  return { reason: error.message, unsupported: isUnsupported(error), overloaded };
}
