import { AuthError, DataError, type KcEtlError } from '../errors.ts';
import { excerpt, serverSentence } from './server-text.ts';

/**
 * How much a failure tells about the server, for choosing between the two base paths: a 401 says
 * more than the page of HTML that a front end shows for any unknown path.
 */
export type Specificity = 'page' | 'missing' | 'refused' | 'gateway' | 'auth' | 'final';

const rank: readonly Specificity[] = ['page', 'missing', 'refused', 'gateway', 'auth', 'final'];

/** One request that went wrong: what to tell the user, and what the client may do about it. */
export class Failure extends Error {
  readonly error: KcEtlError;
  /** `final`: no other base path can do better. */
  readonly telling: Specificity;
  /** Whether a GET may be sent again. */
  readonly transient: boolean;
  /** Milliseconds the server asked to wait before the next try. */
  readonly retryAfter: number | null;
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;

  constructor(
    error: KcEtlError,
    facts: {
      telling?: Specificity;
      transient?: boolean;
      retryAfter?: number | null;
      status?: number | null;
    } = {},
  ) {
    super(error.message, { cause: error });
    this.error = error;
    this.telling = facts.telling ?? 'final';
    this.transient = facts.transient ?? false;
    this.retryAfter = facts.retryAfter ?? null;
    this.status = facts.status ?? null;
    behind.set(error, this);
  }

  /** Whether this says more about the server than `other`. */
  tellsMoreThan(other: Failure): boolean {
    return rank.indexOf(this.telling) > rank.indexOf(other.telling);
  }
}

/** A proxy in front gave up on the server (502, 504): asking for more makes it worse. */
export class GatewayError extends DataError {}

/** The server does not take the question (400), so that asking again is of no use. */
export class BadRequestError extends DataError {}

const behind = new WeakMap<KcEtlError, Failure>();

/** The request that went wrong behind an error that a client threw; undefined for any other. */
export function failureBehind(error: KcEtlError): Failure | undefined {
  return behind.get(error);
}

/** The server has no such endpoint, under any base path: the caller may know what to use instead. */
export class EndpointNotFoundError extends DataError {}

/** What to do about a 401. */
export const loginHint =
  'put a token into KC_ETL_TOKEN, a service key into KC_ETL_API_KEY, or user:password into KC_ETL_USER';

/** A page on which a person is to log in. */
export class LoginPageError extends DataError {}

/** A web page that is neither a login nor a known error: a front end's answer to an unknown path. */
export class WebPageError extends DataError {}

/** The server answered under a 2xx status, with a sentence in place of the data. */
export class RefusalError extends DataError {
  /** The server's own words, on one line. */
  readonly sentence: string;

  constructor(message: string, sentence: string) {
    super(message, 'the server gives this as the reason; a smaller --window may avoid it');
    this.sentence = sentence;
  }
}

const timeoutHint = 'raise --timeout, ask for a smaller --window, or check the server';

interface NetworkCause {
  readonly message: (host: string) => string;
  readonly hint: string;
  readonly transient: boolean;
}

const refused: NetworkCause = {
  message: (host) => `nothing listens at ${host}`,
  hint: 'check the address and port; is the port-forward running? --kube makes one',
  transient: true,
};
const unknownHost: NetworkCause = {
  message: (host) => `the name in ${host} is not known here`,
  hint: 'check the spelling; a cluster-internal name needs a port-forward: --kube',
  transient: false,
};
const untrusted: NetworkCause = {
  message: (host) => `the certificate of ${host} is not signed by an authority known here`,
  hint: 'name the authority with --ca-file <file.pem>',
  transient: false,
};
const brokeOff: NetworkCause = {
  message: (host) => `the connection to ${host} broke off before the answer was complete`,
  hint: 'try again; if it happens again, the server or a proxy may be out of memory',
  transient: true,
};
const late: NetworkCause = {
  message: (host) => `${host} did not answer in time`,
  hint: timeoutHint,
  transient: false,
};

const wantsCertificate: NetworkCause = {
  message: (host) => `${host} does not take the client certificate, or wants one`,
  hint: 'give one with --cert <file.pem> --key <file.pem>',
  transient: false,
};

const networkCauses: Readonly<Record<string, NetworkCause>> = {
  ECONNREFUSED: refused,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: { ...unknownHost, transient: true },
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  UND_ERR_SOCKET: brokeOff,
  UND_ERR_ABORTED: brokeOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokeOff,
  UND_ERR_CONNECT_TIMEOUT: { ...late, message: (host) => `no connection to ${host} in time` },
  ETIMEDOUT: { ...late, message: (host) => `no connection to ${host} in time` },
  UND_ERR_HEADERS_TIMEOUT: late,
  KC_ETL_HEAD_TIMEOUT: late,
  KC_ETL_MAX_TIME: {
    message: (host) => `${host} had not sent its whole answer by the end of --max-time`,
    hint: 'ask for a smaller --window, or raise --max-time',
    transient: false,
  },
  UND_ERR_BODY_TIMEOUT: {
    ...late,
    message: (host) => `${host} stopped in the middle of its answer`,
  },
  EHOSTUNREACH: { ...refused, message: (host) => `${host} cannot be reached from here` },
  ENETUNREACH: { ...refused, message: (host) => `${host} cannot be reached from here` },
  UND_ERR_HEADERS_OVERFLOW: {
    message: (host) => `${host} sent headers larger than HTTP clients take`,
    hint: 'is this the address of a Kubecost?',
    transient: false,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: {
    message: (host) => `the certificate of ${host} has expired`,
    hint: 'it has to be renewed on the server',
    transient: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: (host) => `the certificate of ${host} is for another name`,
    hint: 'use the name that the certificate was made for',
    transient: false,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    message: (host) => `${host} does not speak TLS`,
    hint: 'use http:// instead of https://',
    transient: false,
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsCertificate,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': wantsCertificate,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: wantsCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsCertificate,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    message: (host) => `${host} does not speak TLS`,
    hint: 'use http:// instead of https://',
    transient: false,
  },
};

/** What an error of the connection means. */
export function networkFailure(error: unknown, url: URL): Failure {
  const code = codeOf(error);
  const proxyStatus = /Proxy response \((\d+)\)/.exec(messageOf(error))?.[1];
  if (proxyStatus !== undefined) return proxyFailure(Number(proxyStatus), url);
  const known = networkCauses[code];
  if (known) {
    return new Failure(new DataError(known.message(url.origin), known.hint), known);
  }
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError')) {
    return new Failure(
      new DataError(`${url.origin} does not speak HTTP`, 'check the port and the scheme'),
    );
  }
  const text = error instanceof Error ? excerpt(error.message) : '';
  return new Failure(
    new DataError(
      `the request to ${url.origin} failed${text ? `: ${text}` : ''}`,
      'check the address; --verbose shows the exchange',
    ),
    { transient: true },
  );
}

/** The proxy did not open a tunnel. */
function proxyFailure(status: number, url: URL): Failure {
  const wantsLogin = status === 407 || status === 401;
  const hint = wantsLogin
    ? 'put user:password into the address of the proxy: HTTPS_PROXY=http://user:password@proxy:3128'
    : `is the proxy allowed to reach it? NO_PROXY=${url.hostname} goes past the proxy`;
  const message = `the proxy refused a connection to ${url.origin} (${status})`;
  const error = wantsLogin ? new AuthError(message, hint) : new DataError(message, hint);
  return new Failure(error, { status });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

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

/** Pages of proxies that say something particular. */
const specialPages: readonly {
  readonly text: RegExp;
  readonly message: string;
  readonly hint: (url: URL) => string;
}[] = [
  {
    text: /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/i,
    message: 'the port speaks HTTPS, not HTTP',
    hint: (url) => `use https://${url.host}`,
  },
  {
    text: /No required SSL certificate was sent/i,
    message: 'the server wants a client certificate',
    hint: () => 'give one with --cert <file.pem> --key <file.pem>',
  },
  {
    text: /The SSL certificate error/i,
    message: 'the server does not take this client certificate',
    hint: () => 'give another with --cert <file.pem> --key <file.pem>',
  },
];

/** What a page of HTML in place of an answer is: a login page, or a front end's own page. */
export function pageFailure(text: string, url: URL, status: number): Failure {
  const where = `${url.origin}${url.pathname}`;
  if (/type=["']?password|sign[ -]?in|log[ -]?in|single sign-on|\bsso\b|saml|openid/i.test(text)) {
    const error = new LoginPageError(
      `${where} answered with a login page instead of data`,
      'put a token into KC_ETL_TOKEN, or the cookie of your login into KC_ETL_COOKIE (token=…)',
    );
    return new Failure(error, { telling: 'refused', status });
  }
  const special = specialPages.find(({ text: pattern }) => pattern.test(text));
  if (special) {
    return new Failure(new DataError(`${where}: ${special.message}`, special.hint(url)), {
      status,
    });
  }
  const title = excerpt(/<title[^>]*>([^<]{0,200})/i.exec(text)?.[1] ?? '');
  const error = new WebPageError(
    `${where} answered with a web page${title ? ` ("${title}")` : ''} instead of data`,
    'the address is probably not that of the API: try the one that ends in /model, or port 9003',
  );
  return new Failure(error, { telling: 'page', status });
}
