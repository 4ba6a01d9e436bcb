import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import type { Kubectl } from '../../kubecost/connection/kube/kubectl.ts';
import { findService, forwardPort, proxyService } from '../../kubecost/connection/kube/tunnel.ts';
import type { Connection, ConnectionContext } from './connection.ts';
import { type ConfiguredCredential, configuredCredentials } from './credential-sources.ts';

const defaultTimeout = 30_000;

/** Through the user's own kubectl, with its contexts, plugins and logins. */
export async function connectThroughCluster(asked: ConnectionContext): Promise<Connection> {
  const { globals, deps, reporter } = asked;
  const kubectl = kubectlOf(asked);
  const service = await findService(kubectl, {
    namespace: globals.kubecostNamespace,
    name: globals.serviceName,
    port: globals.servicePort,
  });
  const timeout = globals.timeout ?? defaultTimeout;
  const way = globals.useProxy ? proxyService : forwardPort;
  const tunnel = await way(kubectl, service, timeout);
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

/** On that way the header says who asks the API server: a token of Kubecost's is not for it. */
async function withoutAuthorization(
  cliOptions: readonly ConfiguredCredential[],
  { reporter }: ConnectionContext,
): Promise<readonly CredentialSource[]> {
  const stopped = cliOptions.filter(
    ({ kind, from }) =>
      kind === 'token' ||
      kind === 'user' ||
      (kind === 'header' && 'text' in from && /^authorization\s*:/im.test(from.text)),
  );
  for (const { source } of stopped) {
    await reporter.warn(
      `${source} is not sent: through the API server's proxy the Authorization header is the cluster's; use a port-forward`,
    );
  }
  return cliOptions.filter((credential) => !stopped.includes(credential));
}
