import { isIP } from 'node:net';

/** Whether an address is reached from the own machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Whether a request's Host header may be answered. On the loopback only names of the loopback are, so
 * that a web page cannot read the report through a name that it points there (DNS rebinding).
 *
 * @param listening the address that the server listens on
 * @param header null where there is none (HTTP/1.0)
 */
export function isAllowedHost(listening: string, header: string | null): boolean {
  if (!isLoopback(listening) || header === null) return true;
  const host = hostOf(header);
  return host !== null && (host === listening || isLoopback(host));
}

/** The host of `name:port`, `[::1]:port`; null where it is none. */
function hostOf(header: string): string | null {
  const [, address, name] =
    /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/i.exec(header) ?? [];
  if (address !== undefined) return isIP(address) === 6 ? address.toLowerCase() : null;
  return name?.toLowerCase().replace(/\.$/, '') ?? null;
}
