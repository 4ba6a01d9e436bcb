import { type ConfiguredValue, findOption, longName, origins } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { type Address, parseAddress } from '../../kubecost/connection/address.ts';
import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import { assertUnexposed } from '../../kubecost/connection/exposure.ts';
import { isCredential } from '../../kubecost/connection/headers.ts';
import type { Transport } from '../../kubecost/connection/transport.ts';
import { shellQuote } from '../../shell-quote.ts';
import type { Deps } from '../deps.ts';
import type { Connection, ConnectionContext } from './context.ts';
import { type ConfiguredCredential, configuredCredentials } from './credential-sources.ts';
import { connectOptions } from './options.ts';

const defaultTimeout = 30_000;
const costTimeout = 300_000;

/**
 * Connects to the server; a port-forward is started, but no request is made.
 *
 * @param url one of several `--url`; where absent, the address by precedence of sources
 * @throws UsageError where no server is named, or the connection would expose credentials
 */
export async function openConnection(asked: ConnectionContext, url?: string): Promise<Connection> {
  const { globals, deps } = asked;
  const named: ConfiguredValue | null =
    url === undefined ? addressOf(asked) : { texts: [url], origin: 'flag', source: '--url' };
  if (wantsKube(asked, named)) {
    const { connectThroughCluster } = await import('./kube.ts');
    return connectThroughCluster(asked);
  }
  if (named === null) {
    throw new UsageError(
      'no address of a Kubecost or OpenCost was given',
      'add --url <url> or set KC_ETL_URL; --kube connects through your kubectl, --demo starts an embedded Kubecost',
    );
  }
  const address = parseAddress(named.texts.at(-1) ?? '', named.source);
  const sources = await usable(credentialsFor(address, named, asked), address, named, asked);
  const { hide } = asked;
  const proxy = await proxyOf(address.base, deps.env, hide);
  if (sources.some(identifies) && !globals.allowInsecureAuth) {
    assertUnexposed(address.base, Boolean(deps.env['KUBERNETES_SERVICE_HOST']));
  }
  return {
    base: address.base,
    address: address.base.replace(/\/+(model\/*)?$/, ''),
    credentials: sources,
    transport: { tls: await tlsOf(address.base, asked), proxy },
    tunnel: null,
    options: `--url ${shellQuote(address.base)}`,
    through: null,
    source: named.source,
    async close() {},
  };
}

/** The address by precedence of flag, environment and configuration. */
function addressOf({ cliOptions, deps, configuration }: ConnectionContext): ConfiguredValue | null {
  const found = findOption(connectOptions.url, cliOptions, deps.env, configuration.settings);
  const basePath = deps.env['KUBECOST_API_BASE_PATH'];
  if (!found || !basePath || !/^KUBECOST_(BASE_)?URL$/.test(found.source)) return found;
  const [text = ''] = found.texts;
  const joined = `${text.replace(/\/+$/, '')}/${basePath.replace(/^\/+/, '')}`;
  return text.replace(/\/+$/, '').endsWith(`/${basePath.replace(/^\/+|\/+$/g, '')}`)
    ? found
    : { ...found, texts: [joined], source: `${found.source} with KUBECOST_API_BASE_PATH` };
}

/** Whether to connect through the cluster: where `--kube` has a stronger source than the address. */
function wantsKube(
  { globals, cliOptions, deps, configuration }: ConnectionContext,
  named: ConfiguredValue | null,
): boolean {
  const settings = configuration.settings;
  const kube = findOption(connectOptions.kube, cliOptions, deps.env, settings);
  if (globals.kube && kube) {
    if (named === null) return true;
    if (named.origin === 'flag' && kube.origin === 'flag') {
      throw new UsageError('--url and --kube exclude each other', 'leave one of them out');
    }
    if (origins.indexOf(kube.origin) >= origins.indexOf(named.origin)) return true;
  } else if (deps.isKubectlPlugin && named === null && !kube) return true;
  const misplaced = clusterOptions.find((name) => cliOptions.has(longName(connectOptions[name])));
  if (misplaced) {
    const flags = connectOptions[misplaced].flags.replace(/^-\w, /, '').split(' ')[0];
    throw new UsageError(`${flags} needs a connection through kubectl`, 'add --kube');
  }
  return false;
}

const clusterOptions = [
  'useProxy',
  'context',
  'kubeconfig',
  'kubecostNamespace',
  'serviceName',
  'servicePort',
] as const;

/** Also the `user:password@` of the address itself. */
function credentialsFor(
  address: Address,
  named: ConfiguredValue,
  asked: ConnectionContext,
): ConfiguredCredential[] {
  const { cliOptions, deps, configuration } = asked;
  const all = configuredCredentials(cliOptions, deps.env, configuration.settings);
  if (address.userinfo === null) return all;
  asked.hide([address.userinfo, address.userinfo.slice(address.userinfo.indexOf(':') + 1)]);
  const { source, origin } = named;
  return [{ kind: 'user', source, origin, from: { text: address.userinfo } }, ...all];
}

/** Credentials for this host; warns about those of another host and those that other users can read. */
async function usable(
  sources: readonly ConfiguredCredential[],
  address: Address,
  named: ConfiguredValue,
  { configuration, reporter }: ConnectionContext,
): Promise<ConfiguredCredential[]> {
  const typed = sources.filter(
    (source) => source.origin === 'flag' && 'text' in source.from && isSecret(source),
  );
  if (typed.length > 0) {
    const what = [...new Set(typed.map(({ source }) => source))].join(', ');
    await reporter.warn(
      `other users of this machine can read credentials on the command line (${what}); use a variable or a file`,
    );
  }
  const home =
    configuration.profile && configuration.user?.profiles.get(configuration.profile.name);
  const ownUrl = home?.get('url')?.texts[0];
  const foreign = sources.filter(({ origin, source }) => {
    if (origin === 'flag' || source === named.source) return false;
    if (origin === 'profile')
      return ownUrl ? !isSameHost(ownUrl, address.base) : named.origin === 'project';
    return named.origin === 'project';
  });
  for (const { source } of foreign) {
    await reporter.warn(
      `${source} is not sent to ${new URL(address.base).host} (from ${named.source}): it is configured for another host`,
    );
  }
  return sources.filter((source) => !foreign.includes(source));
}

function isSameHost(own: string, base: string): boolean {
  return new URL(parseAddress(own, 'url').base).origin === new URL(base).origin;
}

function identifies({ kind, from }: CredentialSource): boolean {
  if (kind !== 'header' || !('text' in from)) return true;
  return from.text.split('\n').some((line) => isCredential(line.split(':', 1)[0]?.trim() ?? ''));
}

/** Whether a header is one of those that carry secrets, by its name. */
function isSecret({ kind, from }: CredentialSource): boolean {
  if (kind !== 'header' || !('text' in from)) return true;
  return /^[^:]*(auth|token|key|secret|cookie|pass|session)[^:]*:/im.test(from.text);
}

async function proxyOf(
  base: string,
  env: Deps['env'],
  hide: ConnectionContext['hide'],
): Promise<URL | null> {
  if (!Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name))) return null;
  const { proxyFor } = await import('../../kubecost/connection/proxy.ts');
  const proxy = proxyFor(base, env);
  if (proxy?.password) {
    const { proxyPassword } = await import('../../kubecost/connection/proxy-login.ts');
    hide(proxyPassword(proxy));
  }
  return proxy;
}

async function tlsOf(
  base: string,
  { globals, deps, reporter }: ConnectionContext,
): Promise<Transport['tls']> {
  const options = {
    caFile: globals.caFile,
    certFile: globals.cert,
    keyFile: globals.key,
    insecure: globals.insecureSkipTlsVerify,
  };
  if (options.insecure) {
    await reporter.warn(
      '--insecure-skip-tls-verify: certificates are not checked, so the connection is vulnerable to interception',
    );
  }
  const isAsked = options.caFile || options.certFile || options.keyFile || options.insecure;
  if (!isAsked && !base.startsWith('https:')) return null;
  const { setUpTls } = await import('../../kubecost/connection/tls.ts');
  return setUpTls(options, deps.env);
}

/** A client of the server that a connection leads to. */
export async function clientOf(
  connection: Pick<Connection, 'base' | 'address' | 'credentials' | 'transport' | 'tunnel'>,
  { globals, deps, reporter, hide }: Omit<ConnectionContext, 'configuration' | 'cliOptions'>,
  special: { readonly candidates?: readonly string[]; readonly retries?: number } = {},
): Promise<Client> {
  const [{ createClient }, { createCredentials }] = await Promise.all([
    import('../../kubecost/client.ts'),
    import('../../kubecost/connection/credentials.ts'),
  ]);
  const timeout = globals.timeout ?? defaultTimeout;
  const credentials = createCredentials(connection.credentials, {
    now: deps.clock.now,
    hide,
    outputOf: async (command, source) => {
      deps.catchSignals(); // the command is ended too
      const { shellOutput } = await import('../../kubecost/connection/shell.ts');
      return shellOutput(command, source, deps);
    },
  });
  await credentials.headers();
  return createClient(
    {
      base: connection.base,
      name: connection.tunnel && connection.address,
      credentials,
      timeout,
      costTimeout: globals.timeout ?? costTimeout,
      maxTime: globals.maxTime,
      retries: globals.retries,
      ...special,
    },
    {
      dispatcher: once((ms) =>
        deps.dispatcher({ timeout: ms, maxTime: globals.maxTime, ...connection.transport }),
      ),
      tunnel: connection.tunnel,
      clock: deps.clock,
      signal: deps.signal,
      random: deps.random,
      log: reporter.log,
    },
  );
}

type Opener = (timeout: number) => ReturnType<Deps['dispatcher']>;

/** One pool of connections for the whole command. */
function once(open: Opener): Opener {
  let opened: ReturnType<Opener> | undefined;
  return (timeout) => {
    opened ??= open(timeout);
    return opened;
  };
}
