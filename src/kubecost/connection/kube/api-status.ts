import { AuthError, type KcEtlError } from '../../../errors.ts';
import { Failure, GatewayError } from '../../failure.ts';
import { serverSentence } from '../../server-text.ts';
import { canI, kubectlCommand, type MissingRight, missingRight } from './rights.ts';

/** The API server refused the request before it reached Kubecost. */
export class ApiServerAuthError extends AuthError {
  /** Shows what is wrong; part of the hint. */
  readonly command: string;

  constructor(message: string, hint: string, command: string) {
    super(message, `${hint}: ${command}`);
    this.command = command;
  }
}

/** The API server has no such service, or cannot reach it. */
export class ApiServerError extends GatewayError {
  /** Shows what is wrong; part of the hint. */
  readonly command: string;

  constructor(message: string, hint: string, command: string) {
    super(message, `${hint}: ${command}`);
    this.command = command;
  }
}

/** The service that an address of the API server's service proxy leads to. */
interface ProxiedService {
  readonly namespace: string;
  readonly name: string;
}

const proxyPath =
  /\/api\/v1\/namespaces\/([^/]+)\/services\/(?:https?:)?([^/:]+)(?::[^/]*)?\/proxy/;

/**
 * What a response of the Kubernetes API server means; null where the response is not its own. It
 * answers in place of the service: with a `Status` object, or with a sentence in older versions.
 *
 * @param text the beginning of the body
 */
export function apiServerFailure(
  status: number,
  text: string,
  url: URL,
  retryAfter: number | null,
): Failure | null {
  const message = statusMessage(text) ?? unreachable(text, url);
  if (message === null) return null;
  return new Failure(errorOf(status, message, serviceAt(url)), {
    transient: [429, 502, 503, 504].includes(status),
    retryAfter,
    status,
  });
}

/** `message` of a Kubernetes `Status`. */
function statusMessage(text: string): string | null {
  if (!/^\s*\{/.test(text) || !text.includes('Status')) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const fields = new Map<string, unknown>(Object.entries(parsed));
    if (fields.get('kind') !== 'Status' || typeof fields.get('apiVersion') !== 'string')
      return null;
    const message = fields.get('message') ?? fields.get('reason');
    return typeof message === 'string' ? serverSentence(message) : '';
  } catch {
    return null;
  }
}

/** What API servers say in plain text where they cannot reach the service. */
function unreachable(text: string, url: URL): string | null {
  const isUnreachable =
    proxyPath.test(url.pathname) && /^\s*error trying to reach service/i.test(text);
  return isUnreachable ? serverSentence(text) : null;
}

function serviceAt({ pathname }: URL): ProxiedService | null {
  const [, namespace, name] = proxyPath.exec(pathname) ?? [];
  return namespace === undefined || name === undefined ? null : { namespace, name };
}

function errorOf(status: number, reason: string, service: ProxiedService | null): KcEtlError {
  const message = `the Kubernetes API server, not Kubecost, returned ${status}: ${reason}`;
  const list = (kind: string) =>
    kubectlCommand(['get', kind, ...(service ? ['-n', service.namespace] : ['--all-namespaces'])]);
  const works = kubectlCommand(['get', 'namespaces']);
  if (status === 401) {
    return new ApiServerAuthError(
      message,
      'log in to the cluster as you do for kubectl (--kube --use-proxy uses that login), then',
      works,
    );
  }
  if (status === 403) {
    const right = missingRight(reason) ?? proxyRight(service);
    const hint = `the right to ${right.verb} ${right.resource} is required; check it with`;
    return new ApiServerAuthError(message, hint, canI(right));
  }
  if (/no endpoints available/i.test(reason)) {
    const name = service ? `${service.namespace}/${service.name}` : 'there';
    const noPod = `the service ${name} has no running pod: ${reason}`;
    return new ApiServerError(noPod, 'look at its pods', list('pods'));
  }
  if (/trying to reach service/i.test(reason)) {
    const hint =
      'a port-forward (--kube without --use-proxy) needs no network policy for the API server; the ports';
    return new ApiServerError(message, hint, list('services'));
  }
  if (status === 404) return new ApiServerError(message, 'the services there', list('services'));
  return new ApiServerError(message, 'kubectl has to work first', works);
}

function proxyRight(service: ProxiedService | null): MissingRight {
  return { verb: 'get', resource: 'services/proxy', namespace: service?.namespace ?? null };
}
