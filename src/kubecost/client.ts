import type { Dispatcher } from 'undici';
import { DataError } from '../errors.ts';
import type { Clock } from '../io.ts';
import { baseCandidates } from './connection/address.ts';
import type { Credentials } from './connection/credentials.ts';
import type { Tunnel } from './connection/kube/tunnel.ts';
import { limitRequest, type RequestLimit, unlessAborted } from './connection/request-limit.ts';
import { Failure } from './failure.ts';
import { JsonSyntaxError } from './json/syntax-error.ts';
import { UnexpectedShapeError } from './json/unexpected-shape.ts';
import { networkFailure } from './network-failure.ts';
import { redirectLoop, redirectTarget } from './redirect.ts';
import { type AcceptedBody, type ApiResponse, bodyFailure, openResponse } from './response.ts';
import { retryDelay } from './retry-delay.ts';

export interface ClientOptions {
  /** Scheme, host, port and path, as `parseAddress` returns it. */
  readonly base: string;
  /** Name of the server in results where `base` is not its address, as behind a tunnel. */
  readonly name?: string | null;
  /** Base paths to try; `base` with and without `/model` where left out. */
  readonly candidates?: readonly string[];
  readonly credentials: Credentials;
  /** Milliseconds to the response headers and between two chunks of a body. */
  readonly timeout: number;
  /** The same for the cost endpoints, which take longer; `timeout` where it is left out. */
  readonly costTimeout?: number;
  /** Milliseconds for a whole request with its body, redirects included, however it trickles in. */
  readonly maxTime: number;
  /** Maximum number of retries of a GET. */
  readonly retries: number;
}

export interface ClientDeps {
  /** Opens connections; called at the first request. */
  readonly dispatcher: (timeout: number) => Promise<Dispatcher>;
  /** Connection through the cluster; null where the address is reached directly. */
  readonly tunnel?: Tunnel | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** The HTTP exchange, a line at a time, for `--verbose`. */
  readonly log: (line: string) => void;
}

export type Params = Readonly<Record<string, string | null>>;

/** Requests to one Kubecost or OpenCost, wherever its API begins and however it fails. */
export interface Client {
  /**
   * The address under which the API was found; before the first response, the one that was given;
   * null for a saved response that does not name it.
   */
  readonly server: string | null;
  /** The name of the one file that answers in place of a server, in the form in which it was saved. */
  readonly saved?: string;
  /**
   * One GET, with retries; `read` sees the whole of each try, so it must start anew each time.
   * Parameters that are null are left out.
   *
   * @throws KcEtlError: DataError (3) or AuthError (4)
   */
  get<T>(
    path: string,
    params: Params,
    read: (answer: ApiResponse) => Promise<T>,
    accepts?: AcceptedBody,
  ): Promise<T>;
  /** One GET that writes, such as a repair: sent once whatever happens. The base path must be known. */
  getOnce<T>(path: string, params: Params, read: (answer: ApiResponse) => Promise<T>): Promise<T>;
  /** One POST, sent once whatever happens. The base path must be known: `get` something first. */
  post<T>(path: string, params: Params, read: (answer: ApiResponse) => Promise<T>): Promise<T>;
}

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly accepts: AcceptedBody;
  /** Milliseconds to the response headers and between two chunks of the body. */
  readonly requestTimeout: number;
  readonly limit: RequestLimit;
}

const maxRedirects = 5;
const costEndpoint = /\/(allocation|assets|cloudCost)(\/|$)/;

export function createClient(options: ClientOptions, deps: ClientDeps): Client {
  let bases = options.candidates ?? baseCandidates(options.base);
  let found: string | null = bases.length === 1 ? (bases[0] ?? null) : null;

  async function get<T>(
    path: string,
    params: Params,
    read: (answer: ApiResponse) => Promise<T>,
    accepts: AcceptedBody = 'json',
  ) {
    let best: Failure | null = null;
    for (const base of bases) {
      try {
        const result = await retrying(() =>
          sendRequest('GET', endpoint(base, path, params), read, accepts),
        );
        bases = [base];
        found = base;
        return result;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.specificity === 'final') {
          best = error;
          break;
        }
        if (best === null || error.isMoreSpecificThan(best)) best = error;
      }
    }
    throw best?.error ?? new DataError(`${options.base} has no API`);
  }

  async function sendOnce<T>(
    method: 'GET' | 'POST',
    [path, params, read]: [string, Params, (answer: ApiResponse) => Promise<T>],
  ) {
    try {
      return await sendRequest(method, endpoint(found ?? options.base, path, params), read);
    } catch (error) {
      throw error instanceof Failure ? error.error : error;
    }
  }

  async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Failure) || !error.transient || tries >= options.retries) {
          throw error;
        }
        const delay = retryDelay(tries, error, { timeout: options.timeout, random: deps.random });
        deps.log(`retry ${tries + 1} of ${options.retries} in ${delay} ms: ${error.message}`);
        await deps.clock.sleep(delay, deps.signal);
      }
    }
  }

  /** One try of a request, with its redirects and the whole of its body. */
  async function sendRequest<T>(
    method: 'GET' | 'POST',
    url: URL,
    read: (answer: ApiResponse) => Promise<T>,
    accepts: AcceptedBody = 'json',
  ): Promise<T> {
    const { timeout, costTimeout = timeout, maxTime } = options;
    const requestTimeout = costEndpoint.test(url.pathname) ? costTimeout : timeout;
    const limit = limitRequest(deps.signal, { headTimeout: requestTimeout, maxTime });
    // a connection is free again one turn of the event loop after the end of its last response
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return await followRedirects({ method, url, accepts, requestTimeout, limit }, read);
    } finally {
      limit.stop();
    }
  }

  async function followRedirects<T>(
    { method, url, accepts, requestTimeout, limit }: Exchange,
    read: (answer: ApiResponse) => Promise<T>,
  ): Promise<T> {
    let at = url;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await send(method, at, { requestTimeout, limit });
      const opened = await openResponse(response, at, deps.clock.now(), accepts);
      if (opened.kind === 'redirect') {
        at = redirectTarget(
          { method, from: at, location: opened.location },
          { base: options.base, confidential: options.credentials.confidential },
        );
        deps.log(`redirected to ${at.origin}${at.pathname}`);
        continue;
      }
      try {
        return await read(opened.answer);
      } catch (error) {
        deps.signal.throwIfAborted();
        if (error instanceof JsonSyntaxError || error instanceof UnexpectedShapeError)
          throw bodyFailure(error, at);
        throw error;
      } finally {
        response.body.on('error', () => {}).destroy();
      }
    }
    throw redirectLoop(url);
  }

  async function send(
    method: 'GET' | 'POST',
    url: URL,
    { requestTimeout, limit }: Pick<Exchange, 'requestTimeout' | 'limit'>,
  ): Promise<Dispatcher.ResponseData> {
    const headers = await options.credentials.headers();
    const dispatcher = await deps.dispatcher(options.timeout);
    const { request } = await import('./connection/undici.ts');
    const tunnel = deps.tunnel?.leadsTo(url) ? deps.tunnel : null;
    const origin = (await tunnel?.open()) ?? url.origin;
    deps.log(`> ${method} ${url.href}`);
    const began = deps.clock.now();
    try {
      const sent = request.call(dispatcher, {
        origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: {
          accept: 'application/json',
          'user-agent': 'kc-etl',
          ...(tunnel?.host ? { host: tunnel.host } : {}),
          ...Object.fromEntries(headers),
        },
        headersTimeout: requestTimeout,
        bodyTimeout: requestTimeout,
        signal: limit.signal,
        onInfo: limit.onInterim,
      });
      const response = await unlessAborted(sent, limit.signal);
      limit.onResponse();
      const type = response.headers['content-type'] ?? 'no content type';
      deps.log(`< ${response.statusCode} ${type} after ${deps.clock.now() - began} ms`);
      return response;
    } catch (error) {
      deps.signal.throwIfAborted();
      const reason = await tunnel?.failure();
      throw reason ? new Failure(reason) : networkFailure(error, url);
    }
  }

  return {
    get server() {
      const base = found ?? options.base;
      return options.name ? `${options.name}${base.slice(options.base.length)}` : base;
    },
    get,
    getOnce: (...request) => sendOnce('GET', request),
    post: (...request) => sendOnce('POST', request),
  };
}

function endpoint(base: string, path: string, params: Params): URL {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(params)) {
    if (value !== null) url.searchParams.append(name, value);
  }
  return url;
}
