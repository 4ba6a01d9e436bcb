import { connect, isIP, type Socket } from 'node:net';
import { ConnectError } from './connect-error.ts';
import { NameLookup } from './name-lookup.ts';
import type { TlsParameters } from './tls.ts';

/** A host and its port. */
export interface Endpoint {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where a URL leads. */
export function endpointOf(url: URL): Endpoint {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

const keepAlive = { keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true };

/**
 * Resolves a name and connects to it.
 *
 * @param timeout milliseconds for each of the two
 * @throws ConnectError
 */
export async function openSocket(
  { host, port }: Endpoint,
  timeout: number,
  names = new NameLookup(timeout),
): Promise<Socket> {
  const closed = new AbortController();
  const isName = isIP(host) === 0;
  const lookup = names.lookup(host, closed.signal);
  const socket = connect({ host, port, ...keepAlive, ...(lookup && { lookup }) });
  socket.once('close', () => closed.abort());
  try {
    return await settledBy(socket, {
      timeout,
      timeoutCode: isName ? 'KC_ETL_DNS_TIMEOUT' : 'KC_ETL_TCP_TIMEOUT',
      listen(done, restart) {
        socket.once('lookup', (error) => {
          if (!error) restart('KC_ETL_TCP_TIMEOUT');
        });
        socket.once('connect', () => done(socket));
      },
    });
  } catch (error) {
    if (ConnectError.of(error).code === 'KC_ETL_DNS_TIMEOUT') names.timedOut();
    throw error;
  }
}

const maxTunnelHead = 16 * 1024;

/**
 * Asks a proxy to connect to a server.
 *
 * @param socket a connection to the proxy
 * @param headers further lines of the request, each with its line break
 * @param timeout milliseconds to the end of the proxy's response
 * @throws ConnectError
 */
export function openTunnel(
  socket: Socket,
  { host, port }: Endpoint,
  headers: string,
  timeout: number,
): Promise<Socket> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return settledBy(socket, {
    timeout,
    timeoutCode: 'KC_ETL_TUNNEL_TIMEOUT',
    listen(done) {
      let head = '';
      const read = () => {
        for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
          head += (chunk as Buffer).toString('latin1'); // no encoding is set
        }
        if (!head.includes('\r\n\r\n') && head.length < maxTunnelHead) return;
        socket.off('readable', read);
        done(tunnelError(head) ?? socket);
      };
      socket.on('readable', read);
      socket.once('end', () => done(new ConnectError('KC_ETL_TUNNEL_CLOSED')));
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${headers}\r\n`);
    },
  });
}

/** Null where the tunnel is open. */
function tunnelError(head: string): ConnectError | null {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
  if (status < 100) return new ConnectError('KC_ETL_TUNNEL_NOT_HTTP');
  if (status < 200 || status >= 300) return new ConnectError('KC_ETL_TUNNEL_REFUSED', { status });
  // the server speaks only after it has been spoken to
  const isAll = head.indexOf('\r\n\r\n') === head.length - 4;
  return isAll ? null : new ConnectError('KC_ETL_TUNNEL_NOT_HTTP');
}

/**
 * Encrypts a connection and verifies who is at its other end.
 *
 * @param host the name or address that the certificate has to be made for
 * @param timeout milliseconds
 * @throws ConnectError with what the certificate says, where that is the reason
 */
export async function startTls(
  socket: Socket,
  {
    host,
    parameters,
    timeout,
  }: { host: string; parameters: TlsParameters | null; timeout: number },
) {
  const { connect } = await import('node:tls');
  const verifies = parameters?.rejectUnauthorized ?? true;
  const secure = connect({
    ...parameters,
    // an error of Node's would not say what the certificate holds; it is verified below
    rejectUnauthorized: false,
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
  });
  return settledBy(secure, {
    timeout,
    timeoutCode: 'KC_ETL_TLS_TIMEOUT',
    listen(done) {
      secure.once('secureConnect', () => {
        // a server of TLS 1.3 rejects a client certificate after the handshake: its alert is the reason
        // of the end, which Node and undici would otherwise report as an end without one
        secure.on('error', (error) => secure.destroy(error));
        if (!verifies || secure.authorized) return done(secure);
        const { subject, subjectaltname, valid_to: validTo } = secure.getPeerCertificate();
        const names = subjectaltname ?? String(subject?.CN ?? '');
        const certificate = { names: names.replace(/\b(DNS|IP Address):/g, ''), validTo };
        // Node's types promise an Error; it is the code of one
        done(new ConnectError(String(secure.authorizationError), { certificate }));
      });
    },
  });
}

interface Phase<S extends Socket> {
  /** Milliseconds. */
  readonly timeout: number;
  readonly timeoutCode: string;
  /** @param restart starts the time anew, for the next part of the phase */
  readonly listen: (
    done: (result: S | ConnectError) => void,
    restart: (timeoutCode: string) => void,
  ) => void;
}

/** One phase of making a connection: it ends in time, and a socket of no use is closed. */
function settledBy<S extends Socket>(
  socket: S,
  { timeout, timeoutCode, listen }: Phase<S>,
): Promise<S> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const done = (result: S | ConnectError) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (!(result instanceof ConnectError)) return resolve(result);
      socket.destroy();
      reject(result);
    };
    const restart = (code: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => done(new ConnectError(code)), timeout);
    };
    // stays, so that an error after the end of the phase is nobody's uncaught one
    socket.on('error', (error) => done(ConnectError.of(error)));
    socket.once('close', () => done(new ConnectError('ECONNRESET')));
    restart(timeoutCode);
    listen(done, restart);
  });
}
