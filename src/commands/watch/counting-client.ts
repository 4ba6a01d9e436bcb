import type { Client } from '../../kubecost/client.ts';
import { isUnsupported } from '../../kubecost/failure.ts';
import { RequestNotSentError } from '../../kubecost/gateway-stop.ts';
import { wrappedClient } from '../../kubecost/wrapped-client.ts';
import type { WatchStatus } from '../../watch/status.ts';

/** The same client, whose requests are counted and show that the watch is not stuck. */
export function countingClient(client: Client, status: WatchStatus, now: () => number): Client {
  const counted = async <T>(request: Promise<T>): Promise<T> => {
    try {
      const answer = await request;
      status.requests.answered++;
      return answer;
    } catch (error) {
      const isSent = !(error instanceof RequestNotSentError);
      // that there is no such endpoint is an answer, too
      if (isSent) status.requests[isUnsupported(error) ? 'answered' : 'failed']++;
      throw error;
    } finally {
      status.lastActivity = now();
    }
  };
  return wrappedClient(client, {
    get: (...request) => counted(client.get(...request)),
    getOnce: (...request) => counted(client.getOnce(...request)),
    post: (...request) => counted(client.post(...request)),
  });
}
