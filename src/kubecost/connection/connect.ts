import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ConnectError } from './connect-error.ts';
import { NameLookup } from './name-lookup.ts';
import { type Endpoint, endpointOf, openSocket, openTunnel, startTls } from './phases.ts';
import { proxyAuthorization } from './proxy-login.ts';
import { isTrustFailure, type TlsSetup } from './tls.ts';
import type { Transport } from './transport.ts';

/**
 * Makes the connections of undici. Its own connector gives one time to everything, and its proxy
 * agent asks a proxy that hangs up again and again.
 */
export function createConnector(transport: Transport): buildConnector.connector {
  const connect = connectionOf(transport);
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const port = Number(options.port) || (isSecure ? 443 : 80);
    connect({ host: options.hostname, port }, isSecure).then(
      (socket) => {
        // undici would connect anew for ever
        if (socket.destroyed)
          callback(
            socket.errored ? ConnectError.of(socket.errored) : new ConnectError('ECONNRESET'),
            null,
          );
        else callback(null, socket);
      },
      (error: unknown) => callback(ConnectError.of(error), null),
    );
  };
}

function connectionOf({ timeout, maxTime = timeout, tls, proxy }: Transport) {
  const names = new NameLookup(Math.min(timeout, maxTime));
  const open = (to: Endpoint) => openSocket(to, timeout, names);
  const secure = securing(tls ?? null, timeout);
  const direct = (to: Endpoint, isSecure: boolean) =>
    isSecure ? secure(() => open(to), to.host) : open(to);
  if (!proxy) return direct;
  const login = proxyAuthorization(proxy);
  const headers = login === null ? '' : `Proxy-Authorization: ${login}\r\n`;
  const toProxy = () => direct(endpointOf(proxy), proxy.protocol === 'https:');
  return (to: Endpoint, isSecure: boolean) =>
    isSecure
      ? secure(
          () => ofProxy(proxy, async () => openTunnel(await toProxy(), to, headers, timeout)),
          to.host,
        )
      : ofProxy(proxy, toProxy);
}

/** Names the proxy in what fails on the way to it. */
async function ofProxy(proxy: URL, connect: () => Promise<Socket>): Promise<Socket> {
  try {
    return await connect();
  } catch (error) {
    const failure = ConnectError.of(error);
    failure.proxy = proxy.origin;
    throw failure;
  }
}

/** Connects with few authorities, and with all where those do not know the server. */
function securing(setup: TlsSetup | null, timeout: number) {
  let needsAll = false;
  return async (open: () => Promise<Socket>, host: string): Promise<Socket> => {
    const attempt = async () => {
      const parameters = (needsAll ? await setup?.all() : setup?.first) ?? null;
      return startTls(await open(), { host, parameters, timeout });
    };
    try {
      return await attempt();
    } catch (error) {
      if (needsAll || !setup || !isTrustFailure(error)) throw error;
      needsAll = true;
      return attempt();
    }
  };
}
