import type { Client } from './client.ts';

/** The same client with other methods for some of its requests. */
export function wrappedClient(
  client: Client,
  methods: Partial<Pick<Client, 'get' | 'getOnce' | 'post'>>,
): Client {
  return {
    get server() {
      return client.server;
    },
    ...(client.saved === undefined ? {} : { saved: client.saved }),
    get: (...request) => client.get(...request),
    getOnce: (...request) => client.getOnce(...request),
    post: (...request) => client.post(...request),
    ...methods,
  };
}
