import type { Invocation } from '../../src/commands/command.ts';
import { type Globals, globalOptions } from '../../src/commands/globals.ts';
import type { OptionSet, Values } from '../../src/config/option.ts';
import { type Environment, resolveOptions } from '../../src/config/resolve.ts';
import { buildProgram } from '../../src/program.ts';
import { testDeps } from './deps.ts';

/** What a command line means, without running it. */
export interface Typed {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: Values<OptionSet>;
  readonly globals: Globals;
}

/** The options of a command line as they were typed, by their long names. */
export async function typedOptions(argv: readonly string[]): Promise<Invocation['cliOptions']> {
  return (await invocationOf(argv, argv.includes('--demo'))).cliOptions;
}

/** Reads a command line down to the options that its command would get. */
export async function typed(
  argv: readonly string[],
  { env = {}, withDemo = false }: { env?: Environment; withDemo?: boolean } = {},
): Promise<Typed> {
  const { name, args, cliOptions, spec } = await invocationOf(argv, withDemo);
  return {
    name,
    args,
    options: resolveOptions(spec.options, cliOptions, env),
    globals: resolveOptions(globalOptions, cliOptions, env),
  };
}

async function invocationOf(argv: readonly string[], withDemo: boolean): Promise<Invocation> {
  const seen: Invocation[] = [];
  const program = buildProgram(
    testDeps(),
    async (invocation) => void seen.push(invocation),
    withDemo,
  );
  await program.parseAsync(argv, { from: 'user' });
  const [invocation] = seen;
  if (!invocation) throw new Error(`nothing was run by: ${argv.join(' ')}`);
  return invocation;
}
