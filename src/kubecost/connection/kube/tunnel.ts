import { DataError } from '../../../errors.ts';
import { type Kubectl, kubectlOutput, type RunningKubectl, startKubectl } from './kubectl.ts';
import {
  chooseService,
  defaultNamespaces,
  knownServiceNames,
  readServiceList,
  type Service,
} from './services.ts';

/** What the user said of the service; the rest is looked for. */
export interface WantedService {
  readonly namespace: string | null;
  readonly name: string | null;
  readonly port: number | null;
}

/**
 * Finds Kubecost's service: in the namespace that was named, else in the usual ones, else anywhere.
 *
 * @throws KcEtlError where there is none, or kubectl cannot look
 */
export async function findService(kubectl: Kubectl, wanted: WantedService): Promise<Service> {
  const { namespace, name, port } = wanted;
  if (namespace !== null && name !== null && port !== null) return { namespace, name, port };
  const places = namespace === null ? [...defaultNamespaces, null] : [namespace];
  for (const place of places) {
    const path = place === null ? '' : `/namespaces/${encodeURIComponent(place)}`;
    const text = await kubectlOutput(kubectl, ['get', '--raw', `/api/v1${path}/services`]);
    const services = readServiceList(text);
    if (services === null) throw new DataError('kubectl did not print a list of services');
    const service = chooseService(services, wanted);
    if (service) return service;
  }
  const where = namespace === null ? 'the cluster' : `the namespace ${namespace}`;
  throw new DataError(
    `${where} has no service ${name ?? `that is known as Kubecost's (${knownServiceNames})`}`,
    'name it with -N <namespace> --service-name <name>, or choose the cluster with --context',
  );
}

/** An address on this machine that leads to the service. */
export interface Tunnel {
  readonly base: string;
  readonly kubectl: RunningKubectl;
}

/** Forwards a free port of this machine to one of the service's pods. */
export async function forwardPort(
  kubectl: Kubectl,
  { namespace, name, port }: Service,
  timeout: number,
): Promise<Tunnel> {
  const args = ['port-forward', '--address', '127.0.0.1', '-n', namespace];
  const running = await startKubectl(
    kubectl,
    [...args, `service/${name}`, `:${port}`],
    /Forwarding from 127\.0\.0\.1:(\d+)/,
    timeout,
  );
  return { base: `http://127.0.0.1:${running.ready[1]}`, kubectl: running };
}

/** Opens the API server's proxy to the service, and to nothing else, on a free port. */
export async function proxyService(
  kubectl: Kubectl,
  { namespace, name, port }: Service,
  timeout: number,
): Promise<Tunnel> {
  const path = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
  const running = await startKubectl(
    kubectl,
    ['proxy', '--port=0', '--address=127.0.0.1', `--accept-paths=^${path.replaceAll('.', '\\.')}/`],
    /Starting to serve on 127\.0\.0\.1:(\d+)/,
    timeout,
  );
  return { base: `http://127.0.0.1:${running.ready[1]}${path}`, kubectl: running };
}
