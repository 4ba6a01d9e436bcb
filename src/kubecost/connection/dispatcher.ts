import type { buildConnector, Dispatcher } from 'undici';
import { isTrustFailure, type TlsSetup } from './tls.ts';

/** How connections are made. */
export interface Transport {
  /** Milliseconds to make one. */
  readonly timeout: number;
  /** Null: what Node trusts. */
  readonly tls?: TlsSetup | null | undefined;
  /** The forward proxy, with its credentials. */
  readonly proxy?: URL | null;
}

/** Opens connections to a server. */
export async function openDispatcher({ timeout, tls, proxy }: Transport): Promise<Dispatcher> {
  // undici makes the connections through a proxy itself, so there is no second try
  if (proxy) return openProxy(proxy, { timeout, ...(await tls?.all()) });
  const { Agent, connector } = await import('./undici.ts');
  const connect = tls ? trusting(tls, timeout, connector) : { timeout };
  return new Agent({ connect, pipelining: 1 });
}

/** Connects with few authorities, and with all where those do not know the server. */
function trusting(
  tls: TlsSetup,
  timeout: number,
  build: typeof buildConnector,
): buildConnector.connector {
  const first = build({ timeout, ...tls.first });
  return (options, callback) => {
    first(options, (...result) => {
      if (!isTrustFailure(result[0])) return callback(...result);
      tls.all().then(
        (all) => build({ timeout, ...all })(options, callback),
        (error: unknown) =>
          callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    });
  };
}

async function openProxy(proxy: URL, connect: object): Promise<Dispatcher> {
  const { connectThrough, Pool, ProxyAgent } = await import('./undici-proxy.ts');
  return new ProxyAgent({
    uri: proxy.href,
    // plain HTTP needs no tunnel, and many proxies open one to port 443 only
    proxyTunnel: false,
    requestTls: connect,
    proxyTls: connect,
    // without undici's index a pool has no methods of its own
    clientFactory: (origin, options) =>
      Object.assign(new Pool(origin, options), { connect: connectThrough }),
  });
}
