import {
  type CliOptions,
  type ConfiguredValue,
  type Environment,
  findOption,
  type Origin,
  origins,
  type Settings,
} from '../../config/resolve.ts';
import {
  type CredentialKindName,
  credentialKind,
  credentialKinds,
} from '../../kubecost/connection/credential-kinds.ts';
import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import { connectOptions } from './options.ts';

/** A credential with the kind of place it comes from. */
export interface ConfiguredCredential extends CredentialSource {
  readonly origin: Origin;
}

/** Every configured credential, weakest source first. */
export function configuredCredentials(
  cliOptions: CliOptions,
  env: Environment,
  settings: Settings,
): ConfiguredCredential[] {
  const names = Object.keys(credentialKinds) as CredentialKindName[]; // the record's own names
  const found = names.flatMap((kind) => {
    const command = settings.get(`${kind}Command`);
    const file = findOption(connectOptions[`${kind}File`], cliOptions, env, settings);
    const text = findOption(connectOptions[kind], cliOptions, env, settings);
    return [
      ...from(kind, command, (value) => ({ command: value })),
      ...from(kind, file, (value) => ({ file: value })),
      ...from(kind, text, (value) => ({ text: value })),
    ];
  });
  return origins.flatMap((origin) => found.filter((credential) => credential.origin === origin));
}

function from(
  kind: CredentialKindName,
  found: ConfiguredValue | null | undefined,
  place: (value: string) => CredentialSource['from'],
): ConfiguredCredential[] {
  if (!found) return [];
  const texts = kind === 'header' ? [found.texts.join('\n')] : found.texts.slice(-1);
  return texts.map((value) => ({
    kind,
    source: found.source,
    origin: found.origin,
    from: place(value),
  }));
}

/** Every configured secret, used or not. */
export function configuredSecrets(
  cliOptions: CliOptions,
  env: Environment,
  settings: Settings,
): string[] {
  return configuredCredentials(cliOptions, env, settings).flatMap(({ kind, from }) =>
    'text' in from ? [from.text, ...(credentialKind(kind).secrets?.(from.text) ?? [])] : [],
  );
}
