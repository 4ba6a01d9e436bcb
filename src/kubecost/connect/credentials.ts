import { UsageError } from '../../errors.ts';
import type { Address } from './address.ts';

/** Headers that go with every request, and the texts that no output may ever show. */
export interface Credentials {
  readonly headers: ReadonlyMap<string, string>;
  readonly secrets: readonly string[];
}

const headerPattern = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/;
const forbidden = ['host', 'content-length', 'transfer-encoding', 'connection'];

/** A header value shorter than this is not treated as a secret: it would blot out ordinary text. */
const shortestSecret = 4;

/**
 * Reads one `--header 'Name: value'`.
 *
 * @throws UsageError where it is not a header, or one that kc-etl has to set itself; the error never
 * shows the value
 */
export function parseHeader(text: string): readonly [name: string, value: string] {
  const parts = headerPattern.exec(text.trim());
  const name = parts?.[1]?.toLowerCase();
  const value = parts?.[2];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header may not hold
  if (name === undefined || value === undefined || /[\0-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new UsageError('--header: that is not a header', "a header looks like 'X-Team: finops'");
  }
  if (forbidden.includes(name)) {
    throw new UsageError(`--header: '${name}' is set by kc-etl itself`);
  }
  return [name, value];
}

/** What is sent with every request: later ones win over earlier: the address, the token, the headers. */
export function credentials(
  address: Pick<Address, 'userinfo'>,
  token: string | null,
  headers: readonly (readonly [string, string])[],
): Credentials {
  const sent = new Map<string, string>();
  const secrets = new Set<string>();
  if (address.userinfo !== null) {
    const basic = Buffer.from(address.userinfo).toString('base64');
    sent.set('authorization', `Basic ${basic}`);
    secrets.add(basic).add(address.userinfo);
    secrets.add(address.userinfo.slice(address.userinfo.indexOf(':') + 1));
  }
  if (token !== null) {
    sent.set('authorization', `Bearer ${token}`);
    secrets.add(token);
  }
  for (const [name, value] of headers) {
    sent.set(name, value);
    secrets.add(value).add(value.replace(/^(Bearer|Basic)\s+/i, ''));
  }
  const longestFirst = [...secrets]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
  return { headers: sent, secrets: longestFirst };
}
