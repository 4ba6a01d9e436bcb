import type { KcEtlError } from '../../errors.ts';
import { networkFailure } from '../network-failure.ts';
import { isTrustFailure, type TlsParameters, type TlsSetup } from './tls.ts';

/** One step on the way to a server: what was found, or what went wrong. */
export type Probed<T> =
  | { readonly ok: true; readonly found: T }
  | { readonly ok: false; readonly error: KcEtlError; readonly code: string };

/**
 * Where a host's name leads.
 *
 * @param timeout milliseconds
 */
export async function lookUpName(url: URL, timeout: number): Promise<Probed<string>> {
  const [{ resolveName }, { endpointOf }] = await Promise.all([
    import('./name-lookup.ts'),
    import('./phases.ts'),
  ]);
  const { host } = endpointOf(url);
  return attempt(url, () => resolveName(host, timeout));
}

/**
 * Whether something listens at the port.
 *
 * @param timeout milliseconds
 */
export async function reachPort(url: URL, timeout: number): Promise<Probed<null>> {
  const { endpointOf, openSocket } = await import('./phases.ts');
  return attempt(url, async () => {
    const socket = await openSocket(endpointOf(url), timeout);
    socket.destroy();
    return null;
  });
}

/** What a server shows of itself before the first request. */
export interface TlsFound {
  readonly protocol: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Whether the encrypted connection comes about, and with whom. */
export async function inspectTls(
  url: URL,
  setup: TlsSetup,
  timeout: number,
): Promise<Probed<TlsFound>> {
  return attempt(url, async () => {
    try {
      return await shakeHands(url, setup.first, timeout);
    } catch (error) {
      if (!isTrustFailure(error)) throw error;
      return shakeHands(url, await setup.all(), timeout);
    }
  });
}

async function shakeHands(url: URL, parameters: TlsParameters, timeout: number): Promise<TlsFound> {
  const { endpointOf, openSocket, startTls } = await import('./phases.ts');
  const to = endpointOf(url);
  const plain = await openSocket(to, timeout);
  const socket = await startTls(plain, { host: to.host, parameters, timeout });
  const certificate = socket.getPeerCertificate();
  const found = {
    protocol: socket.getProtocol() ?? 'TLS',
    subject: String(certificate.subject?.CN ?? certificate.subjectaltname ?? 'no name'),
    until: Date.parse(certificate.valid_to),
  };
  socket.destroy();
  return found;
}

async function attempt<T>(url: URL, probe: () => Promise<T>): Promise<Probed<T>> {
  try {
    return { ok: true, found: await probe() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, error: networkFailure(error, url).error, code };
  }
}
