import { flag, type Option, type OptionSet, parsed, text } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { credentialKinds } from '../../kubecost/connection/credential-kinds.ts';
import { parseHeader } from '../../kubecost/connection/headers.ts';

const connection = 'Connection:';
const credentials = 'Credentials:';
const cluster = 'Through the cluster:';

/** A credential in the option itself. Others on the machine can read a command line. */
function credential(
  flags: string,
  what: string,
  aliases: readonly string[] = [],
): Option<string | null> {
  return text({
    flags,
    description: what,
    aliases,
    secret: true,
    settable: 'profile',
    group: credentials,
  });
}

/** A credential in a file, read again when it changes. */
function credentialFile(flags: string, what: string): Option<string | null> {
  return text({ flags, description: what, settable: 'profile', group: credentials });
}

/** A path that decides what kc-etl trusts: never taken from a project's settings. */
function trustedPath(flags: string, description: string): Option<string | null> {
  return text({ flags, description, settable: 'profile', group: connection });
}

/** How a Kubecost is reached, and as whom. */
export const connectOptions = {
  url: text({
    flags: '--url <url>',
    description: "Kubecost's address",
    aliases: ['KUBECOST_URL', 'KUBECOST_BASE_URL', 'OPENCOST_URL'],
    group: connection,
  }),
  profile: text({
    flags: '--profile <name>',
    description: 'a profile of the configuration file; see kc-etl config list',
    settable: 'never',
    group: connection,
  }),
  configTrust: flag({
    flags: '--config-trust',
    description: 'use configuration files that other users own or can write',
    settable: 'never',
    group: connection,
  }),
  token: credential('--token <token>', credentialKinds.token.what, ['KUBECOST_API_TOKEN']),
  tokenFile: credentialFile('--token-file <file>', 'the same from a file, read when it changes'),
  apiKey: credential('--api-key <key>', credentialKinds.apiKey.what, ['KUBECOST_API_KEY']),
  apiKeyFile: credentialFile('--api-key-file <file>', 'the same from a file'),
  cookie: credential('--cookie <cookie>', credentialKinds.cookie.what),
  cookieFile: credentialFile('--cookie-file <file>', 'the same from a file'),
  user: credential('--user <user:password>', credentialKinds.user.what),
  userFile: credentialFile('--user-file <file>', 'the same from a file'),
  header: {
    flags: '--header <header>',
    description: credentialKinds.header.what,
    fallback: [],
    repeatable: true,
    secret: true,
    settable: 'profile',
    group: credentials,
    parse: (texts, source) =>
      texts.flatMap((text) => text.split('\n')).map((line) => parseHeader(line, source)),
  } satisfies Option<readonly (readonly [string, string])[]>,
  headerFile: credentialFile('--header-file <file>', 'the same from a file, one header per line'),
  allowInsecureAuth: flag({
    flags: '--allow-insecure-auth',
    description: 'send credentials over plain HTTP to another machine',
    settable: 'profile',
    group: credentials,
  }),
  caFile: trustedPath(
    '--ca-file <file>',
    'also trust the certificate authorities in this PEM file',
  ),
  cert: trustedPath('--cert <file>', 'a client certificate (PEM)'),
  key: trustedPath('--key <file>', 'its private key (PEM)'),
  insecureSkipTlsVerify: flag({
    flags: '--insecure-skip-tls-verify',
    description: 'do not verify the certificate of the server',
    settable: 'profile',
    group: connection,
  }),
  kube: flag({
    flags: '--kube',
    description: 'connect with kubectl port-forward, for as long as the command runs',
    group: cluster,
  }),
  useProxy: flag({
    flags: '--use-proxy',
    description: "connect through the API server's service proxy instead of a port-forward",
    group: cluster,
  }),
  context: text({
    flags: '--context <name>',
    description: 'the kubectl context; default: the current one',
    group: cluster,
  }),
  kubeconfig: text({
    flags: '--kubeconfig <file>',
    description: 'the kubeconfig file for kubectl',
    settable: 'profile',
    group: cluster,
  }),
  kubecostNamespace: text({
    flags: '-N, --kubecost-namespace <name>',
    description: 'namespace of Kubecost; default: detected',
    group: cluster,
  }),
  serviceName: text({
    flags: '--service-name <name>',
    description: 'service of Kubecost; default: detected',
    group: cluster,
  }),
  servicePort: parsed<number | null>(
    {
      flags: '--service-port <port>',
      description: 'port of the service; default: detected',
      fallback: null,
      group: cluster,
    },
    parsePort,
  ),
} satisfies OptionSet;

function parsePort(text: string, source: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${source}: '${text}' is not a port (1 to 65535)`);
}
