import type { Dispatcher } from 'undici';
import type { Transport } from './transport.ts';

/** Opens connections to a server. */
export async function openDispatcher(transport: Transport): Promise<Dispatcher> {
  const [{ Agent }, { createConnector }] = await Promise.all([
    import('./undici.ts'),
    import('./connect.ts'),
  ]);
  const agent = new Agent({ connect: createConnector(transport), pipelining: 1 });
  const { proxy } = transport;
  if (!proxy) return agent;
  // plain HTTP needs no tunnel, and many proxies open one to port 443 only
  const { proxyAuthorization } = await import('./proxy-login.ts');
  const login = proxyAuthorization(proxy);
  return agent.compose((dispatch) => (options, handler) => {
    if (!/^http:/.test(String(options.origin))) return dispatch(options, handler);
    const headers = { ...options.headers, ...(login && { 'proxy-authorization': login }) };
    return dispatch({ ...options, path: `${options.origin}${options.path}`, headers }, handler);
  });
}
