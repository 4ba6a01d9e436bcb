import type { Option, OptionSet } from '../config/option.ts';
import { longName } from '../config/resolve.ts';
import { shellQuote } from '../shell-quote.ts';
import type { Context } from './command.ts';
import { connectOptions } from './connection/options.ts';

type CliOptions = Context['cliOptions'];

/**
 * The connection options of the command line, for commands that are pasted later; credentials are
 * left out, and so is a port that is gone by then.
 */
export function connectionOptions(cliOptions: CliOptions): string[] {
  return givenOf(connectOptions, cliOptions, (value) => !isTemporary(value));
}

/**
 * Another command for the same server, to be pasted at once: `kc-etl audit run --window 7d --url …`.
 * An address in the environment or a configuration file is not repeated, nor is a credential.
 */
export async function pastedCommand(words: string, cliOptions: CliOptions): Promise<string> {
  const connection = givenOf(connectOptions, cliOptions, () => true);
  const demo = cliOptions.has('demo') ? await demoWords(cliOptions) : [];
  return ['kc-etl', words, ...[...connection, ...demo].map(shellQuote)].join(' ');
}

/** Connection options that name the server. */
const ofServer = new Set<Option<unknown>>([
  connectOptions.url,
  connectOptions.kube,
  connectOptions.useProxy,
  connectOptions.context,
  connectOptions.kubeconfig,
  connectOptions.kubecostNamespace,
  connectOptions.serviceName,
  connectOptions.servicePort,
]);

/** Files that hold who asks; a command with another credential must not repeat them. */
const ofLogin = new Set<Option<unknown>>([
  connectOptions.tokenFile,
  connectOptions.apiKeyFile,
  connectOptions.cookieFile,
  connectOptions.userFile,
]);

/** What was typed of a connection apart from its server, quoted, an option each; without secrets. */
export function typedOptions(cliOptions: CliOptions): {
  readonly connection: readonly string[];
  readonly credentials: readonly string[];
} {
  const typed = (isUseful: (option: Option<unknown>) => boolean) =>
    Object.entries<Option<unknown>>(connectOptions)
      .filter(([, option]) => !ofServer.has(option) && isUseful(option))
      .map(([name, option]) => givenOf({ [name]: option }, cliOptions, () => true))
      .filter((words) => words.length > 0)
      .map((words) => words.map(shellQuote).join(' '));
  return {
    connection: typed((option) => !ofLogin.has(option)),
    credentials: typed((option) => ofLogin.has(option)),
  };
}

/** `--demo` with the options of the embedded server, as given. */
export async function demoWords(cliOptions: CliOptions): Promise<string[]> {
  const { demoOptions } = await import('./demo-options.ts');
  return ['--demo', ...givenOf(demoOptions, cliOptions, () => true)];
}

function givenOf(
  options: OptionSet,
  cliOptions: CliOptions,
  isUseful: (value: string) => boolean,
): string[] {
  return Object.values(options).flatMap((option: Option<unknown>) => {
    const name = longName(option);
    const given = cliOptions.get(name);
    if (
      !given ||
      option.secret ||
      !given.every((value) => isUseful(value) && !value.includes('@'))
    ) {
      return [];
    }
    const takesValue = option.flags.includes('<');
    return given.flatMap((value) => (takesValue ? [`--${name}`, value] : [`--${name}`]));
  });
}

/** Ports that a system assigns, as to a port-forward: gone when a printed command is pasted. */
const firstEphemeralPort = 32_768;

function isTemporary(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, port } = new URL(address);
  return /^(localhost|127\..*|\[::1\])$/.test(hostname) && Number(port) >= firstEphemeralPort;
}
