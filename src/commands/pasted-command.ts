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
