import { AuthError, DataError } from '../errors.ts';
import { ConnectError } from './connection/connect-error.ts';
import { Failure } from './failure.ts';
import { type NetworkCause, networkCauses } from './network-causes.ts';
import { excerpt } from './server-text.ts';
import { tlsCause } from './tls-causes.ts';

/** What an error of the connection means. */
export function networkFailure(error: unknown, url: URL): Failure {
  if (error instanceof Failure) return error;
  const connect = error instanceof ConnectError ? error : null;
  if (connect?.status != null) return proxyFailure(connect.status, url);
  const code = codeOf(error);
  const cause =
    networkCauses[code] ??
    contentCause(error, code) ??
    protocolCause(error, code) ??
    tlsCause(code, connect?.certificate);
  if (cause) return failureOf(cause, connect?.proxy ?? null, url);
  const text = error instanceof Error ? excerpt(error.message) : '';
  return new Failure(
    new DataError(
      `the request to ${url.origin} failed${text ? `: ${text}` : ''}`,
      'check the address; --verbose shows the exchange',
    ),
    { transient: true },
  );
}

function failureOf(cause: NetworkCause, proxy: string | null, url: URL): Failure {
  const error = proxy
    ? new DataError(
        cause.message(`the proxy ${proxy}`),
        `check HTTP_PROXY and HTTPS_PROXY; NO_PROXY=${url.hostname} connects without the proxy`,
      )
    : new DataError(cause.message(url.origin), cause.hint(url));
  return new Failure(error, { transient: cause.transient });
}

/** What to do about a captive portal, as of a hotel or a guest network. */
export const portalHint =
  'open any http:// page in a browser on this machine, log in to the network, then try again';

/** The proxy did not forward the request. */
export function proxyFailure(status: number, url: URL): Failure {
  const wantsLogin = status === 407 || status === 401;
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const hint = wantsLogin
    ? `put user:password into the address of the proxy: ${variable}=http://user:password@proxy:3128`
    : status === 511
      ? portalHint
      : `is the proxy allowed to reach it? NO_PROXY=${url.hostname} connects without the proxy`;
  const message = `the proxy refused a connection to ${url.origin} (${status})`;
  const error = wantsLogin ? new AuthError(message, hint) : new DataError(message, hint);
  return new Failure(error, { status, transient: [502, 503, 504].includes(status) });
}

/** What a response that is no HTTP/1.1 is, by its first bytes. */
function protocolCause(error: unknown, code: string): NetworkCause | null {
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  if (!isParserError && !code.startsWith('HPE_') && code !== 'ERR_ASSERTION') return null;
  if (code === 'ERR_ASSERTION') return networkCauses['KC_ETL_BAD_HTTP'] ?? null;
  const data = isParserError && 'data' in error ? String(error.data) : '';
  return networkCauses[`KC_ETL_${protocolOf(data)}`] ?? null;
}

/** A body that cannot be decoded; one that is cut short has a code of its own. */
function contentCause(error: unknown, code: string): NetworkCause | null {
  if (!/^(Z_|ERR__ERROR_|ERR_BROTLI|ZSTD_)/.test(code)) return null;
  const isDamaged =
    error instanceof Error && /data check|length check|checksum/.test(error.message);
  return networkCauses[isDamaged ? 'KC_ETL_DAMAGED' : 'KC_ETL_BAD_ENCODING'] ?? null;
}

function protocolOf(data: string): 'TLS_RECORD' | 'HTTP2' | 'NOT_HTTP' {
  // a TLS alert; the frame with its settings with which every HTTP/2 server begins
  if (data.startsWith('\x15\x03')) return 'TLS_RECORD';
  return data.startsWith('\0\0') && data[3] === '\x04' ? 'HTTP2' : 'NOT_HTTP';
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}
