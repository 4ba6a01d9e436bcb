import { type ConfiguredValue, findOption, longName, origins } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import { parseAddress } from '../../kubecost/connection/address.ts';
import { assertUnexposed } from '../../kubecost/connection/exposure.ts';
import type { PemFile } from '../../kubecost/connection/pem-file.ts';
import type { Transport } from '../../kubecost/connection/transport.ts';
import { shellQuote } from '../../shell-quote.ts';
import type { Deps } from '../deps.ts';
import type { Connection, ConnectionContext } from './context.ts';
import { credentialsForHost, identifiesUser } from './credentials-for-host.ts';
import { connectOptions } from './options.ts';

/**
 * Connects to the server; a port-forward is started, but no request is made.
 *
 * @param url one of several `--url`; where absent, the address by precedence of sources
 * @throws UsageError where no server is named, or the connection would expose credentials
 */
export async function openConnection(
  context: ConnectionContext,
  url?: string,
): Promise<Connection> {
  const { globals, deps } = context;
  const named: ConfiguredValue | null =
    url === undefined ? addressOf(context) : { texts: [url], origin: 'flag', source: '--url' };
  if (wantsKube(context, named)) {
    const { connectThroughCluster } = await import('./kube.ts');
    return connectThroughCluster(context);
  }
  if (named === null) {
    throw new UsageError(
      'no address of a Kubecost or OpenCost was given',
      'add --url <url> or set KC_ETL_URL; --kube connects through your kubectl, --demo starts an embedded Kubecost',
    );
  }
  const address = parseAddress(named.texts.at(-1) ?? '', named.source);
  const credentials = await credentialsForHost(address, named, context);
  const { hide } = context;
  const proxy = await proxyOf(address.base, deps.env, hide);
  if (credentials.some(identifiesUser) && !globals.allowInsecureAuth) {
    assertUnexposed(address.base, Boolean(deps.env['KUBERNETES_SERVICE_HOST']));
  }
  return {
    base: address.base,
    address: address.base.replace(/\/+(model\/*)?$/, ''),
    credentials,
    transport: { tls: await tlsOf(address.base, context), proxy },
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

async function tlsOf(base: string, context: ConnectionContext): Promise<Transport['tls']> {
  const { globals, deps, reporter } = context;
  const options = {
    caFile: pemFile('caFile', context),
    certFile: pemFile('cert', context),
    keyFile: pemFile('key', context),
    insecure: globals.insecureSkipTlsVerify,
  };
  if (options.insecure) {
    await reporter.warn(
      '--insecure-skip-tls-verify: certificates are not checked, so the connection is vulnerable to interception',
    );
  }
  const isConfigured = options.caFile || options.certFile || options.keyFile || options.insecure;
  if (!isConfigured && !base.startsWith('https:')) return null;
  const { setUpTls } = await import('../../kubecost/connection/tls.ts');
  return setUpTls(options, deps.env);
}

function pemFile(
  name: 'caFile' | 'cert' | 'key',
  { globals, cliOptions, deps, configuration }: ConnectionContext,
): PemFile | null {
  const path = globals[name];
  const option = connectOptions[name];
  const found = findOption(option, cliOptions, deps.env, configuration.settings);
  return path === null ? null : { path, source: found?.source ?? `--${longName(option)}` };
}
