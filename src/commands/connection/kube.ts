import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import type { Kubectl } from '../../kubecost/connection/kube/kubectl.ts';
import { findService, forwardPort, proxyService } from '../../kubecost/connection/kube/tunnel.ts';
import type { Connection, ConnectionContext } from './context.ts';
import { type ConfiguredCredential, configuredCredentials } from './credential-sources.ts';

const defaultTimeout = 30_000;

/** Connects through the user's own kubectl, with its contexts, plugins and logins. */
export async function connectThroughCluster(asked: ConnectionContext): Promise<Connection> {
  const { globals, deps, reporter } = asked;
  const kubectl = kubectlOf(asked);
  const service = await findService(kubectl, {
    namespace: globals.kubecostNamespace,
    name: globals.serviceName,
    port: globals.servicePort,
  });
  const timeout = globals.timeout ?? defaultTimeout;
  const open = globals.useProxy ? proxyService : forwardPort;
  const tunnel = await open(kubectl, service, timeout);
  const target = `${service.namespace}/${service.name}:${service.port}`;
  const through = globals.useProxy ? "the API server's service proxy" : 'kubectl port-forward';
  await reporter.note(`${target} through ${through}`);
  const cliOptions = configuredCredentials(
    asked.cliOptions,
    deps.env,
    asked.configuration.settings,
  );
  return {
    base: tunnel.base,
    address: `kube:${globals.context ?? ''}/${service.namespace}/${service.name}`,
    credentials: globals.useProxy ? await withoutAuthorization(cliOptions, asked) : cliOptions,
    transport: {},
    through: `${target} through ${through}`,
    source: null,
    close: () => tunnel.kubectl.stop(),
  };
}

function kubectlOf({ globals, deps, reporter }: ConnectionContext): Kubectl {
  const { context, kubeconfig } = globals;
  return {
    options: [
      ...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]),
      ...(context === null ? [] : ['--context', context]),
    ],
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
