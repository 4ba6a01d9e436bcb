import type { CredentialSource } from '../kubecost/connect/credentials.ts';
import type { Kubectl } from '../kubecost/connect/kube/kubectl.ts';
import { findService, forwardPort, proxyService } from '../kubecost/connect/kube/tunnel.ts';
import type { Asked, Connection } from './connect.ts';
import { credentialsGiven, type GivenCredential } from './credential-sources.ts';

const defaultTimeout = 30_000;

/** Through the user's own kubectl, with its contexts, plugins and logins. */
export async function connectThroughCluster(asked: Asked): Promise<Connection> {
  const { globals, deps, talk } = asked;
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
  await talk.note(`${target} through ${through}`);
  const given = credentialsGiven(asked.given, deps.env, asked.configuration.settings);
  return {
    base: tunnel.base,
    credentials: globals.useProxy ? await withoutAuthorization(given, asked) : given,
    transport: {},
    through: `${target} through ${through}`,
    source: null,
    close: () => tunnel.kubectl.stop(),
  };
}

function kubectlOf({ globals, deps, talk }: Asked): Kubectl {
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
      for (const line of text.trimEnd().split('\n')) talk.log(`kubectl: ${line}`);
    },
  };
}

/** On that way the header says who asks the API server: a token of Kubecost's is not for it. */
async function withoutAuthorization(
  given: readonly GivenCredential[],
  { talk }: Asked,
): Promise<readonly CredentialSource[]> {
  const stopped = given.filter(
    ({ kind, from }) =>
      kind === 'token' ||
      kind === 'user' ||
      (kind === 'header' && 'text' in from && /^authorization\s*:/im.test(from.text)),
  );
  for (const { source } of stopped) {
    await talk.warn(
      `${source} is not sent: through the API server's proxy the Authorization header is the cluster's; use a port-forward`,
    );
  }
  return given.filter((credential) => !stopped.includes(credential));
}
