import { KcEtlError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { failureBehind } from '../../kubecost/failure.ts';
import type { WatchStatus } from '../../watch/status.ts';

/** The same client, whose requests are counted and show that the watch is not stuck. */
export function countingClient(client: Client, status: WatchStatus, now: () => number): Client {
  const counted = async <T>(request: Promise<T>): Promise<T> => {
    try {
      const answer = await request;
      status.requests.answered++;
      return answer;
    } catch (error) {
      status.requests[isAnswer(error) ? 'answered' : 'failed']++;
      throw error;
    } finally {
      status.lastActivity = now();
    }
  };
  return {
    get server() {
      return client.server;
    },
    get: (...request) => counted(client.get(...request)),
    getOnce: (...request) => counted(client.getOnce(...request)),
    post: (...request) => counted(client.post(...request)),
  };
}

/** Whether the server answered, if only that it has no such endpoint. */
function isAnswer(error: unknown): boolean {
  const failure = error instanceof KcEtlError ? failureBehind(error) : undefined;
  return failure !== undefined && failure.status !== null && !failure.transient;
}
