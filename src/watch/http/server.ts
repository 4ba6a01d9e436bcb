import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { UsageError } from '../../errors.ts';
import { second } from '../../time.ts';
import { isAllowedHost } from './hosts.ts';
import { type Page, type Pages, textPage } from './page.ts';

/** What one client, or all of them, can take of a server. Times in milliseconds. */
export interface Limits {
  /** From the first byte of a request to its last one. */
  readonly request: number;
  /** A connection on which nothing moves, such as that of a client that does not read. */
  readonly idle: number;
  /** A connection between two requests. */
  readonly keepAlive: number;
  readonly connections: number;
  readonly requestsPerConnection: number;
  /** Bytes of a request's first line and headers. */
  readonly headerBytes: number;
  /** How long answers that have begun may take when the server closes. */
  readonly closing: number;
}

export const defaultLimits: Limits = {
  request: 10 * second,
  idle: 30 * second,
  keepAlive: 65 * second,
  connections: 64,
  requestsPerConnection: 1_000,
  headerBytes: 8_192,
  closing: 2 * second,
};

/** Where a server listens; port 0: a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface PageServer {
  /** `http://127.0.0.1:9317`. */
  readonly url: string;
  /** Ends connections; answers that have begun get a moment to end. */
  close(): Promise<void>;
}

/**
 * Serves pages: GET and HEAD only, no request bodies, within limits.
 *
 * @throws UsageError where the address cannot be listened on
 */
export async function servePages(
  at: ListenAddress,
  pages: Pages,
  limits: Limits = defaultLimits,
): Promise<PageServer> {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.request,
      requestTimeout: limits.request,
      keepAliveTimeout: limits.keepAlive,
      connectionsCheckingInterval: Math.min(limits.request, second),
    },
    (request, response) => {
      answer(request, response, { host: at.host, pages }).catch(() => response.destroy());
    },
  );
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  server.setTimeout(limits.idle, (socket: Socket) => socket.destroy());
  // connections that wait for a next request make room for one that has a request
  server.on('drop', () => server.closeIdleConnections());
  server.on('clientError', refuseMalformed);
  server.on('connect', (_request, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(error, at);
  }
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`,
    close: () => close(server, limits.closing),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { host, pages }: { readonly host: string; readonly pages: Pages },
): Promise<void> {
  const hasBody = hasRequestBody(request);
  if (hasBody) response.setHeader('connection', 'close');
  const page = await pageFor(request, host, pages);
  if (response.destroyed) return;
  if (page.status === 405) response.setHeader('allow', 'GET, HEAD');
  response.writeHead(page.status, {
    'content-type': page.type,
    'content-length': Buffer.byteLength(page.body),
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
  if (hasBody) response.once('finish', () => request.socket.end());
}

async function pageFor(request: IncomingMessage, host: string, pages: Pages): Promise<Page> {
  const { method = '', url = '/', headers } = request;
  if (!isAllowedHost(host, headers.host ?? null)) {
    return textPage(421, `the Host of the request is not accepted`);
  }
  if (method !== 'GET' && method !== 'HEAD')
    return textPage(405, 'only GET and HEAD are supported');
  if (hasRequestBody(request)) return textPage(413, 'request bodies are not accepted');
  const path = url.split('?', 1)[0] ?? '/';
  const page = pages.get(path);
  if (page) return page();
  return textPage(404, `no such page; the pages are ${[...pages.keys()].join(', ')}`);
}

function hasRequestBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

const malformed: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is not HTTP, is too large or too slow, in one line. */
function refuseMalformed(error: Error, socket: NodeJS.WritableStream & { destroy?(): void }): void {
  const code = 'code' in error ? String(error.code) : '';
  const status = malformed[code] ?? '400 Bad Request';
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy?.();
    return;
  }
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy?.(),
  );
}

async function close(server: Server, grace: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearTimeout(timer);
}

function cannotListen(cause: unknown, { host, port }: ListenAddress): UsageError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EADDRNOTAVAIL: 'this machine has no such address',
    EACCES: 'permission denied',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the host cannot be resolved',
  };
  return new UsageError(
    `--listen: ${host}:${port} cannot be used: ${reasons[code] ?? (code || String(cause))}`,
    'choose another address, or port 0 for a free port',
    { cause },
  );
}
