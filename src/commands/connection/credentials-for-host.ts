import type { ConfiguredValue } from '../../config/resolve.ts';
import { type Address, parseAddress } from '../../kubecost/connection/address.ts';
import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import { isCredential } from '../../kubecost/connection/headers.ts';
import type { ConnectionContext } from './context.ts';
import { type ConfiguredCredential, configuredCredentials } from './credential-sources.ts';

/**
 * Credentials that may be sent to this host; warns about those that were configured for another host and
 * those that other users can read.
 *
 * @param named the option, variable or setting that named the address
 */
export async function credentialsForHost(
  address: Address,
  named: ConfiguredValue,
  context: ConnectionContext,
): Promise<ConfiguredCredential[]> {
  const configured = allCredentials(address, named, context);
  await warnAboutTyped(configured, context);
  const foreign = configured.filter((one) => isForeign(one, address, { named, context }));
  for (const { source } of foreign) {
    await context.reporter.warn(
      `${source} is not sent to ${new URL(address.base).host} (from ${named.source}): it is configured for another host`,
    );
  }
  return configured.filter((one) => !foreign.includes(one));
}

/** The configured credentials, and the `user:password@` of the address. */
function allCredentials(
  address: Address,
  { source, origin }: ConfiguredValue,
  { cliOptions, deps, configuration, hide }: ConnectionContext,
): ConfiguredCredential[] {
  const all = configuredCredentials(cliOptions, deps.env, configuration.settings);
  if (address.userinfo === null) return all;
  hide([address.userinfo, address.userinfo.slice(address.userinfo.indexOf(':') + 1)]);
  return [{ kind: 'user', source, origin, from: { text: address.userinfo } }, ...all];
}

async function warnAboutTyped(
  credentials: readonly ConfiguredCredential[],
  { reporter }: ConnectionContext,
): Promise<void> {
  const typed = credentials.filter(
    (one) => one.origin === 'flag' && 'text' in one.from && isSecret(one),
  );
  if (typed.length === 0) return;
  const what = [...new Set(typed.map(({ source }) => source))].join(', ');
  await reporter.warn(
    `other users of this machine can read credentials on the command line (${what}); use a variable or a file`,
  );
}

/** Whether a credential was configured along with another address. */
function isForeign(
  { origin, source }: ConfiguredCredential,
  address: Address,
  { named, context }: { readonly named: ConfiguredValue; readonly context: ConnectionContext },
): boolean {
  if (origin === 'flag' || source === named.source) return false;
  if (origin !== 'profile') return named.origin === 'project';
  const { profile, user } = context.configuration;
  const ownUrl = (profile && user?.profiles.get(profile.name))?.get('url')?.texts[0];
  return ownUrl ? !isSameHost(ownUrl, address.base) : named.origin === 'project';
}

function isSameHost(own: string, base: string): boolean {
  return new URL(parseAddress(own, 'url').base).origin === new URL(base).origin;
}

/** Whether a credential tells the server who the user is; other headers do not. */
export function identifiesUser({ kind, from }: CredentialSource): boolean {
  if (kind !== 'header' || !('text' in from)) return true;
  return from.text.split('\n').some((line) => isCredential(line.split(':', 1)[0]?.trim() ?? ''));
}

/** Whether a header is one of those that carry secrets, by its name. */
function isSecret({ kind, from }: CredentialSource): boolean {
  if (kind !== 'header' || !('text' in from)) return true;
  return /^[^:]*(auth|token|key|secret|cookie|pass|session)[^:]*:/im.test(from.text);
}
