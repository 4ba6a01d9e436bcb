import { setTimeout as delay } from 'node:timers/promises';
import { AuthError, KcEtlError } from '../../../errors.ts';
import { GatewayError } from '../../failure.ts';
import { excerpt } from '../../server-text.ts';
import { type RunningKubectl, type RunningTask, startKubectl } from './kubectl.ts';
import { serviceText } from './lookup.ts';
import type { Kubectl } from './process.ts';
import type { Service } from './services.ts';

/** How to reach a service through kubectl. */
export interface TunnelKind {
  /** The address that stands for the service in requests and messages, whatever the local port is. */
  readonly base: string;
  /** Sent as `Host`; null: that of the local port. */
  readonly host: string | null;
  readonly task: Omit<RunningTask, 'timeout'>;
}

/** Forwards a free port of this machine to one of the service's pods. */
export function portForward({ options }: Kubectl, service: Service): TunnelKind {
  const { namespace, name, port } = service;
  const host = `${name}.${namespace}:${port}`;
  return {
    base: `http://${host}`,
    host,
    task: {
      options,
      namespace,
      service: name,
      args: [
        ...['port-forward', '--address', '127.0.0.1', '--pod-running-timeout=4s'],
        ...['-n', namespace, `service/${name}`, `:${port}`],
      ],
      readiness: /Forwarding from 127\.0\.0\.1:(\d+)/,
    },
  };
}

/** Opens the API server's proxy to the service, and to nothing else, on a free port. */
export function serviceProxy({ options }: Kubectl, service: Service): TunnelKind {
  const { namespace, name, port } = service;
  const path = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
  return {
    base: `http://kubernetes.default${path}`,
    host: null,
    task: {
      options,
      namespace,
      service: name,
      args: [
        ...['proxy', '--port=0', '--address=127.0.0.1'],
        `--accept-paths=^${path.replaceAll('.', '\\.')}/`,
      ],
      readiness: /Starting to serve on 127\.0\.0\.1:(\d+)/,
    },
  };
}

/** Milliseconds in which kubectl prints why it dropped a connection. */
const explanationDelay = 300;

/**
 * A local port that leads to a service for as long as it is needed: what ends before is started
 * again by the next request.
 */
export class Tunnel {
  readonly #kubectl: Kubectl;
  readonly #service: Service;
  readonly #kind: TunnelKind;
  readonly #timeout: number;
  #running: RunningKubectl | null = null;
  #opening: Promise<RunningKubectl> | null = null;
  #isClosed = false;

  /** @param timeout milliseconds until kubectl has to be ready */
  constructor(kubectl: Kubectl, service: Service, kind: TunnelKind, timeout: number) {
    this.#kubectl = kubectl;
    this.#service = service;
    this.#kind = kind;
    this.#timeout = timeout;
  }

  get host(): string | null {
    return this.#kind.host;
  }

  /** Whether requests to this address go through the tunnel. */
  leadsTo(url: URL): boolean {
    return url.origin === new URL(this.#kind.base).origin;
  }

  /**
   * The origin that leads to the service now.
   *
   * @throws KcEtlError where kubectl cannot open it, or not again
   */
  async open(): Promise<string> {
    this.#kubectl.signal.throwIfAborted();
    if (this.#running?.process.isRunning()) return originOf(this.#running);
    this.#opening ??= this.#start().finally(() => {
      this.#opening = null;
    });
    return originOf(await this.#opening);
  }

  /** Why the request that just failed got no response, in kubectl's words; null where it prints none. */
  async failure(): Promise<KcEtlError | null> {
    const running = this.#running;
    if (!running) return null;
    const { process } = running;
    for (let waited = 0; waited < explanationDelay && process.isRunning(); waited += 25) {
      if (forwardingError(process.complaints()) !== null) break;
      await delay(25);
    }
    const reason = forwardingError(process.complaints());
    if (reason === null) return null;
    // the next request starts another one, which chooses its pod anew
    await process.stop();
    const what = serviceText(this.#service);
    return new GatewayError(
      /refused/.test(reason)
        ? `nothing listens on the port of the pod behind ${what}: ${reason}`
        : `kubectl cannot forward to the pod behind ${what}: ${reason}`,
      `look at its pods: kubectl get pods -n ${this.#service.namespace}; or choose another port with --service-port`,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running ?? (await this.#opening?.catch(() => null));
    await running?.process.stop();
  }

  async #start(): Promise<RunningKubectl> {
    const ended = this.#running;
    try {
      const running = await startKubectl(this.#kubectl, {
        ...this.#kind.task,
        timeout: this.#timeout,
      });
      if (this.#isClosed) await running.process.stop();
      this.#running = running;
      return running;
    } catch (error) {
      const isOwn = error instanceof KcEtlError && !(error instanceof AuthError);
      if (ended === null || !isOwn || this.#kubectl.signal.aborted) throw error;
      throw new GatewayError(
        `the connection to ${serviceText(this.#service)} through kubectl ended and cannot be opened again: ${error.message}`,
        error.hint,
      );
    }
  }
}

function originOf({ ready }: RunningKubectl): string {
  return `http://127.0.0.1:${ready[1]}`;
}

/** The reason of the last connection that `kubectl port-forward` could not forward; null: none. */
function forwardingError(complaints: string): string | null {
  const failure = [...complaints.matchAll(/an error occurred forwarding \d+ -> \d+: ([^\n]+)/g)].at(
    -1,
  );
  if (!failure?.[1]) return null;
  // in between stand the ids of the pod and of its sandbox
  const text = failure[1]
    .replace(/^.*\buid ?: */, '')
    .replace(/\\?"/g, "'")
    .replace(/\b[0-9a-f]{32,}\b/g, '…')
    .replace(/(\\n)?'+$/, '');
  const cause =
    /(connect\(|dial tcp|failed to (find|dial)|no such container|socat not found).*/i.exec(text);
  return excerpt(cause?.[0] ?? text);
}
