import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';
import type { InjectedResponse } from './fault-injector.ts';
import type { HttpRequest } from './response.ts';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Characters per write. */
const batch = 65_536;

/**
 * Starts the HTTP server.
 * @param at address, and the clock (ms since 1970) of the Date header
 * @throws UsageError where the port is taken or not allowed
 */
export async function listen(
  at: { port: number; host: string; now: () => number },
  respond: (path: string, request: Omit<HttpRequest, 'path' | 'now'>) => Promise<InjectedResponse>,
): Promise<Listening> {
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(at.now()).toUTCString());
    handle(request, response, respond).catch(() => response.destroy());
  });
  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw refused(error, at.port);
  }
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    url: `http://${host}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refused(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'EADDRINUSE')
    return new UsageError(`port ${port} is already taken`, 'use --port 0 for a free one');
  if (code === 'EACCES')
    return new UsageError(`port ${port} is not allowed`, 'use --port 0 for a free one');
  return error;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  respond: Parameters<typeof listen>[1],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  request.resume();
  const { response: injected, truncated } = await respond(url.pathname, {
    method: request.method ?? 'GET',
    params: url.searchParams,
    headers: request.headers,
  });
  response.writeHead(injected.status, { 'content-type': injected.type });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  let text = '';
  for (const part of typeof injected.body === 'string' ? [injected.body] : injected.body) {
    text += part;
    if (text.length < batch) continue;
    if (truncated) break;
    await write(response, text);
    if (response.destroyed) return;
    text = '';
  }
  if (truncated) {
    await write(response, text.slice(0, Math.floor(text.length / 2)));
    await setImmediate();
    response.destroy();
  } else response.end(text);
}

/** Resolves when more can be written. It always yields, so that a long response does not block others. */
function write(response: ServerResponse, text: string): Promise<unknown> {
  if (response.write(text) || response.destroyed) return setImmediate();
  return new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
