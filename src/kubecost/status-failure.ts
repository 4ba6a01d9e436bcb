import { AuthError, DataError } from '../errors.ts';
import {
  BadRequestError,
  EndpointNotFoundError,
  Failure,
  GatewayError,
  GatewayGaveUpError,
  loginHint,
} from './failure.ts';
import { portalHint, proxyFailure } from './network-failure.ts';
import { pageTitle, serverSentence } from './server-text.ts';

interface ErrorResponse {
  readonly status: number;
  /** The beginning of the body. */
  readonly text: string;
  readonly url: URL;
  /** Milliseconds the server asked to wait before the next try. */
  readonly retryAfter: number | null;
  /** Whether the server says that a 503 is meant to last. */
  readonly isFinal: boolean;
}

/** What a response with an HTTP status other than 2xx means. */
export function statusFailure({ status, text, url, retryAfter, isFinal }: ErrorResponse): Failure {
  const where = `${url.origin}${url.pathname}`;
  const reason = serverMessage(text);
  const suffix = reason ? `: ${reason}` : '';
  if (status === 401 || status === 403) {
    const error = new AuthError(
      `${where} returned ${status} (${status === 401 ? 'authentication required' : 'not allowed'})${suffix}`,
      loginHint,
    );
    return new Failure(error, { specificity: 'auth', status });
  }
  if (status === 407) return proxyFailure(status, url);
  if (status === 404 || status === 405 || status === 501) {
    const error = new EndpointNotFoundError(
      `${where} does not exist there (${status})${suffix}`,
      'check the address: kc-etl tries it with and without /model',
    );
    return new Failure(error, { specificity: 'missing', status });
  }
  if (status === 503 && isFinal && retryAfter === null) {
    const error = new DataError(
      `${where} is switched off on the server (503)${suffix}`,
      'OpenCost returns this when ADMIN_TOKEN is not set',
    );
    return new Failure(error, { status });
  }
  const meaning = gatewayMeanings.get(status);
  if (status === 511) return portalFailure(where, suffix);
  const ErrorOf = errorOf(status);
  const message = `${where} returned ${status}${meaning ? ` (${meaning})` : ''}${suffix}`;
  return new Failure(new ErrorOf(message, statusHint(status)), {
    specificity: [502, 503, 504].includes(status) ? 'gateway' : 'final',
    transient: [408, 429, 502, 503, 504].includes(status),
    retryAfter,
    status,
  });
}

/** A captive portal, which is no part of the server, intercepts every request until somebody logs in. */
function portalFailure(where: string, suffix: string): Failure {
  const message = `${where} was not reached: this network requires a login (511)${suffix}`;
  return new Failure(new DataError(message, portalHint), { status: 511 });
}

/** Statuses of gateways that no standard explains: nginx's 499, Cloudflare's 52x and 530. */
const gatewayMeanings: ReadonlyMap<number, string> = new Map([
  [499, 'the gateway gave up the request before the server responded'],
  [520, 'the gateway did not understand the response of the server'],
  [521, 'the server refused the connection of the gateway'],
  [522, 'the gateway could not connect to the server in time'],
  [523, 'the gateway cannot reach the server'],
  [524, 'the server was too slow for the gateway'],
  [525, 'the gateway could not open a TLS connection to the server'],
  [526, 'the gateway does not trust the certificate of the server'],
  [530, 'the gateway could not resolve the server, or its tunnel is down'],
]);

function errorOf(status: number): typeof DataError {
  if (gatewayMeanings.has(status)) return GatewayGaveUpError;
  if (status === 502 || status === 504) return GatewayError;
  return status === 400 ? BadRequestError : DataError;
}

/** Whether a status below 500 comes from a proxy or gateway, with a page of its own. */
export function isOfProxy(status: number): boolean {
  return status === 407 || status === 499;
}

/** What to do about an error of the server, by its HTTP status or the code of its envelope. */
export function statusHint(status: number): string {
  const known = statusHints[status];
  if (known) return known;
  if (gatewayMeanings.has(status))
    return 'connect without the gateway (--kube), or ask its operator';
  return status >= 500
    ? 'the server log has the reason'
    : 'the server rejected the request; --verbose shows it';
}

const tooSlow = 'Kubecost was too slow for the proxy in front; ask for a smaller --window';

const statusHints: Readonly<Record<number, string>> = {
  429: 'the server limits the number of requests; try again later',
  499: tooSlow,
  502: 'the proxy cannot reach Kubecost behind it; is the pod running?',
  503: 'the proxy cannot reach Kubecost behind it; is the pod running?',
  504: tooSlow,
  524: tooSlow,
};

/** The message of an error body: of its JSON, its plain text, or the title of its page. */
function serverMessage(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) {
    const title = pageTitle(trimmed);
    return title && `"${title}"`;
  }
  const message = trimmed.startsWith('{') ? messageField(trimmed) : null;
  if (message !== null) return serverSentence(message);
  // OpenCost may send its error as text and then again as JSON
  return serverSentence(trimmed.replace(/\s*\{"code":.*/s, ''));
}

/** `message` of Kubecost's envelope and of a Kubernetes Status, `error` of Prometheus. */
function messageField(json: string): string | null {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const fields = new Map<string, unknown>(Object.entries(parsed));
    const found = ['message', 'error', 'warning'].map((name) => fields.get(name));
    return (
      found.find((value): value is string => typeof value === 'string' && value !== '') ?? null
    );
  } catch {
    return null;
  }
}
