import { BlockList, isIP } from 'node:net';
import { UsageError } from '../../errors.ts';
import { isLoopback } from './exposure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that name a proxy, for each scheme of the address; small letters win, as in curl. */
const proxyVariables = {
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
} as const;

/**
 * The forward proxy on the way to an address, as the usual variables name it; null where the way is
 * direct, as it always is to this machine.
 *
 * @throws UsageError where the variable does not hold an http or https address
 */
export function proxyFor(base: string, env: Environment): URL | null {
  const { protocol, hostname, port } = new URL(base);
  const variable = proxyVariables[protocol === 'https:' ? 'https:' : 'http:'].find(
    (name) => env[name],
  );
  if (variable === undefined || isLoopback(hostname)) return null;
  if (isExcepted(hostname, port || (protocol === 'https:' ? '443' : '80'), env)) return null;
  const text = env[variable] ?? '';
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(spelled) ? new URL(spelled) : null;
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy;
  throw new UsageError(
    `${variable}: that is not the address of an http or https proxy`,
    `unset it, or except the address: NO_PROXY=${hostname}`,
  );
}

/** Whether `NO_PROXY` names the host: itself, a domain above it, a network in CIDR form, or `*`. */
function isExcepted(hostname: string, port: string, env: Environment): boolean {
  const entries = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').toLowerCase().split(/[\s,]+/);
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return entries.some((entry) => {
    if (entry === '*') return true;
    if (entry.includes('/')) return inNetwork(host, entry);
    const parts = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^\[(.*)\]/, '$1'));
    const isV6 = isIP(entry.replace(/^\[|\]$/g, '')) === 6;
    const name = (isV6 ? entry.replace(/^\[|\]$/g, '') : (parts?.[1] ?? '')).replace(/^\*?\./, '');
    if (name === '' || (!isV6 && parts?.[2] !== undefined && parts[2] !== port)) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}

function inNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const version = isIP(address);
  if (version === 0 || isIP(host) !== version || !/^\d+$/.test(prefix)) return false;
  if (Number(prefix) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
