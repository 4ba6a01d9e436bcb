import type { KcEtlError } from '../../errors.ts';
import { networkFailure } from '../failure.ts';
import { isTrustFailure, type TlsParameters, type TlsSetup } from './tls.ts';

/** One step on the way to a server: what was found, or what went wrong. */
export type Probed<T> =
  | { readonly ok: true; readonly found: T }
  | { readonly ok: false; readonly error: KcEtlError; readonly code: string };

/** Where a host's name leads. */
export async function lookUpName(url: URL): Promise<Probed<string>> {
  const { lookup } = await import('node:dns/promises');
  return attempt(url, async () => (await lookup(bareHost(url))).address);
}

/**
 * Whether something listens at the port.
 *
 * @param timeout milliseconds
 */
export async function reachPort(url: URL, timeout: number): Promise<Probed<null>> {
  const { connect } = await import('node:net');
  return attempt(
    url,
    () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: bareHost(url), port: portOf(url) });
        socket.setTimeout(timeout, () => socket.destroy(timedOut()));
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.destroy();
          resolve(null);
        });
      }),
  );
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
  const [{ connect }, { isIP }] = await Promise.all([import('node:tls'), import('node:net')]);
  const host = bareHost(url);
  return new Promise((resolve, reject) => {
    const servername = isIP(host) ? {} : { servername: host };
    const socket = connect({ host, port: portOf(url), ...servername, ...parameters });
    socket.setTimeout(timeout, () => socket.destroy(timedOut()));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      resolve({
        protocol: socket.getProtocol() ?? 'TLS',
        subject: String(certificate.subject?.CN ?? certificate.subjectaltname ?? 'no name'),
        until: Date.parse(certificate.valid_to),
      });
      socket.destroy();
    });
  });
}

async function attempt<T>(url: URL, probe: () => Promise<T>): Promise<Probed<T>> {
  try {
    return { ok: true, found: await probe() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, error: networkFailure(error, url).error, code };
  }
}

function timedOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
