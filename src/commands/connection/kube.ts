import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import {
  currentContext,
  findService,
  serviceOptions,
  serviceText,
} from '../../kubecost/connection/kube/lookup.ts';
import type { Kubectl } from '../../kubecost/connection/kube/process.ts';
import type { Service } from '../../kubecost/connection/kube/services.ts';
import { portForward, serviceProxy, Tunnel } from '../../kubecost/connection/kube/tunnel.ts';
import { shellQuote } from '../../shell-quote.ts';
import type { Globals } from '../globals.ts';
import type { Connection, ConnectionContext } from './context.ts';
import { type ConfiguredCredential, configuredCredentials } from './credential-sources.ts';

const defaultTimeout = 30_000;

/** Connects through the user's own kubectl, with its contexts, plugins and logins. */
export async function connectThroughCluster(
  connectionContext: ConnectionContext,
): Promise<Connection> {
  const { globals, deps, reporter } = connectionContext;
  deps.catchSignals(); // kubectl ends with the command
  const kubectl = kubectlOf(connectionContext);
  const context = await currentContext(kubectl);
  const wanted = {
    namespace: globals.kubecostNamespace,
    name: globals.serviceName,
    port: globals.servicePort,
  };
  const { service, others } = await findService(kubectl, wanted, context.namespace);
  const kind = (globals.useProxy ? serviceProxy : portForward)(kubectl, service);
  const tunnel = new Tunnel(kubectl, service, kind, globals.timeout ?? defaultTimeout);
  await tunnel.open();
  const through = globals.useProxy ? "the API server's service proxy" : 'kubectl port-forward';
  await reporter.note(`${serviceText(service)} through ${through}`);
  for (const other of others) {
    await reporter.note(`also found: ${serviceText(other)}; to use it: ${serviceOptions(other)}`);
  }
  const cliOptions = configuredCredentials(
    connectionContext.cliOptions,
    deps.env,
    connectionContext.configuration.settings,
  );
  const address = `kube://${escaped(context.name ?? 'in-cluster')}/${serviceText(service)}`;
  return {
    base: kind.base,
    address,
    credentials: globals.useProxy
      ? await withoutAuthorization(cliOptions, connectionContext)
      : cliOptions,
    transport: {},
    tunnel,
    options: kubeOptions(globals, service),
    through: `${serviceText(service)} through ${through}`,
    source: null,
    close: () => tunnel.close(),
  };
}

/** A context's name as one part of an address: those of clouds have colons and slashes. */
function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':').replaceAll('%40', '@');
}

/** The options that lead to the same service again. */
function kubeOptions({ context, kubeconfig, useProxy }: Globals, service: Service): string {
  return [
    '--kube',
    ...(useProxy ? ['--use-proxy'] : []),
    ...(kubeconfig === null ? [] : [`--kubeconfig ${shellQuote(kubeconfig)}`]),
    ...(context === null ? [] : [`--context ${shellQuote(context)}`]),
    `${serviceOptions(service)} --service-port ${service.port}`,
  ].join(' ');
}

/** The options of kubectl that lead to the cluster of a command. */
export function kubectlOptions({ context, kubeconfig }: Globals): string[] {
  return [
    ...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === null ? [] : ['--context', context]),
  ];
}

function kubectlOf({ globals, deps, reporter }: ConnectionContext): Kubectl {
  return {
    options: kubectlOptions(globals),
    env: deps.env,
    spawn: deps.spawn,
    signal: deps.signal,
    say: (text) => void deps.io.stderr.write(text),
    log: (text) => {
      for (const line of text.trimEnd().split('\n')) reporter.log(`kubectl: ${line}`);
    },
  };
}

/** Through the service proxy, `Authorization` belongs to the API server: Kubecost's token must not reach it. */
async function withoutAuthorization(
  cliOptions: readonly ConfiguredCredential[],
  { reporter }: ConnectionContext,
): Promise<readonly CredentialSource[]> {
  const withheld = cliOptions.filter(
    ({ kind, from }) =>
      kind === 'token' ||
      kind === 'user' ||
      (kind === 'header' && 'text' in from && /^authorization\s*:/im.test(from.text)),
  );
  for (const { source } of withheld) {
    await reporter.warn(
      `${source} is not sent: the service proxy uses the Authorization header for the API server; leave out --use-proxy`,
    );
  }
  return cliOptions.filter((credential) => !withheld.includes(credential));
}
