import { AuthError, DataError } from '../errors.ts';
import {
  BadRequestError,
  EndpointNotFoundError,
  Failure,
  GatewayError,
  loginHint,
} from './failure.ts';
import { proxyFailure } from './network-failure.ts';
import { serverSentence } from './server-text.ts';

/** What an answer with an HTTP status other than 2xx means. `text` is the beginning of its body. */
export function statusFailure(
  status: number,
  text: string,
  url: URL,
  retryAfter: number | null,
): Failure {
  const where = `${url.origin}${url.pathname}`;
  const said = serverMessage(text);
  const suffix = said ? `: ${said}` : '';
  if (status === 401 || status === 403) {
    const error = new AuthError(
      `${where} answered ${status} (${status === 401 ? 'who are you?' : 'not allowed'})${suffix}`,
      loginHint,
    );
    return new Failure(error, { telling: 'auth', status });
  }
  if (status === 407) return proxyFailure(status, url);
  if (status === 404 || status === 405 || status === 501) {
    const error = new EndpointNotFoundError(
      `${where} does not exist there (${status})${suffix}`,
      'check the address: kc-etl tries it with and without /model',
    );
    return new Failure(error, { telling: 'missing', status });
  }
  const transient = [408, 429, 502, 503, 504].includes(status);
  const ErrorOf = status === 400 ? BadRequestError : isGateway(status) ? GatewayError : DataError;
  return new Failure(new ErrorOf(`${where} answered ${status}${suffix}`, statusHint(status)), {
    telling: [502, 503, 504].includes(status) ? 'gateway' : 'final',
    transient,
    retryAfter,
    status,
  });
}

function isGateway(status: number): boolean {
  return status === 502 || status === 504;
}

/** What to do about an error of the server, by its HTTP status or the code of its envelope. */
export function statusHint(status: number): string {
  const known = statusHints[status];
  if (known) return known;
  return status >= 500
    ? 'the server log has the reason'
    : 'the server did not take the request; --verbose shows it';
}

const statusHints: Readonly<Record<number, string>> = {
  429: 'the server wants fewer requests; try again later',
  502: 'the proxy cannot reach Kubecost behind it; is the pod running?',
  503: 'the proxy cannot reach Kubecost behind it; is the pod running?',
  504: 'Kubecost was too slow for the proxy in front; ask for a smaller --window',
};

/** The message of an error body: of its JSON or of its plain text; none of a page of HTML. */
function serverMessage(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) return '';
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
