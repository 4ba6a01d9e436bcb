import type { Client } from './client.ts';
import type { ApiResponse } from './response.ts';
import { wrappedClient } from './wrapped-client.ts';

/**
 * The same client, which reports each sentence that a server sends along with its data, once per
 * endpoint.
 */
export function reportingWarnings(
  client: Client,
  warn: (path: string, sentence: string) => void,
): Client {
  const reported = new Set<string>();
  const listening =
    <T>(path: string, read: (answer: ApiResponse) => Promise<T>) =>
    (answer: ApiResponse) =>
      read({
        ...answer,
        onWarning(sentence) {
          const key = `${path} ${sentence}`;
          if (reported.has(key)) return;
          reported.add(key);
          warn(path, sentence);
        },
      });
  return wrappedClient(client, {
    get: (path, params, read, accepts) => client.get(path, params, listening(path, read), accepts),
    getOnce: (path, params, read) => client.getOnce(path, params, listening(path, read)),
    post: (path, params, read) => client.post(path, params, listening(path, read)),
  });
}
