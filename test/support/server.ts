import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export type Handler = (request: Request, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server on a free port of the loopback, with what it was asked. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: Request[];
}

/** @param routes by path; anything else is a plain 404 */
export async function serve(routes: Readonly<Record<string, Handler>>): Promise<TestServer> {
  const requests: Request[] = [];
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://localhost');
    const request = {
      method: message.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: message.headers,
    };
    requests.push(request);
    const handler = routes[url.pathname] ?? routes['*'];
    if (handler) void handler(request, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a body and a content type. */
export function reply(body: string | Buffer, type = 'application/json', status = 200): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
}

/** Answers `{code: 200, data}`. */
export function replyData(data: unknown): Handler {
  return reply(JSON.stringify({ code: 200, data }));
}
