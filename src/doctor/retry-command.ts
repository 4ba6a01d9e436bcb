import { shellQuote } from '../shell-quote.ts';
import type { DoctorTarget } from './target.ts';

type Printed = Pick<DoctorTarget, 'options' | 'typed'>;

/**
 * The `kc-etl doctor` command line to try next, with the connection options that were typed.
 *
 * @param server the options that name the server
 * @param extra options to add; they replace typed ones of the same name
 */
export function doctorCommand(
  { options, typed }: Printed,
  { server = options, extra = '' }: { readonly server?: string; readonly extra?: string } = {},
): string {
  return joined(
    'kc-etl doctor',
    server,
    without([...typed.connection, ...typed.credentials], extra),
    extra,
  );
}

/**
 * `kc-etl doctor` for the same server with another credential in place of the typed ones.
 *
 * @param credential an option, or a variable: `KC_ETL_TOKEN=<token>`
 */
export function loginCommand({ options, typed }: Printed, credential: string): string {
  return credential.startsWith('--')
    ? joined('kc-etl doctor', options, typed.connection, credential)
    : joined(`${credential} kc-etl doctor`, options, typed.connection);
}

/** `kc-etl doctor` through a cluster: the current one of kubectl, or another context. */
export function kubeCommand(
  target: Printed & Pick<DoctorTarget, 'kubeconfig'>,
  context: string | null = null,
): string {
  const words = [
    '--kube',
    ...(target.kubeconfig === null ? [] : ['--kubeconfig', shellQuote(target.kubeconfig)]),
    ...(context === null ? [] : ['--context', context]),
  ];
  return doctorCommand(target, { server: words.join(' ') });
}

/**
 * Another command line for the same server, for example `kc-etl events coverage`. An address in the
 * environment or a configuration file need not be repeated.
 */
export function commandFor(
  words: string,
  { options, source, typed }: Printed & Pick<DoctorTarget, 'source'>,
): string {
  const server = source === null || source === '--url' ? options : '';
  return joined(`kc-etl ${words}`, server, [...typed.connection, ...typed.credentials]);
}

/** The command that lists what could be connected to through the cluster. */
export function servicesCommand(kubectlOptions: readonly string[]): string {
  const words = ['kubectl', ...kubectlOptions, 'get', 'services', '--all-namespaces'];
  return words.map(shellQuote).join(' ');
}

function without(typed: readonly string[], extra: string): readonly string[] {
  const replaced = new Set(extra.split(' '));
  return typed.filter((option) => !replaced.has(option.split(' ', 1)[0] ?? ''));
}

function joined(command: string, server: string, typed: readonly string[], extra = ''): string {
  return [command, server, ...typed, extra].filter((part) => part !== '').join(' ');
}
