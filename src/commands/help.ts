import { variables } from '../config/environment.ts';
import { variableOf } from '../config/resolve.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { type AnyCommand, type Context, defineCommand } from './command.ts';
import { globalOptions } from './globals.ts';

/** The topics that are no command's own. */
const topics: Readonly<Record<string, (commands: AllCommands) => string>> = {
  'exit-codes': () =>
    columns(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
  environment: environmentText,
};

/** Every command by what is typed for it: `audit list`. */
type AllCommands = ReadonlyMap<string, AnyCommand>;

/** `help`: the topics, and the help of any command. */
export function helpOn(commands: () => Promise<AllCommands>): AnyCommand {
  return defineCommand({
    examples: ['kc-etl help exit-codes', 'kc-etl help environment', 'kc-etl help audit run'],
    options: {},
    prints: 'text',
    async run(_options, context, words) {
      const topic = topics[words.join(' ')];
      if (topic) return { result: { kind: 'text', text: topic(await commands()) }, exitCode: 0 };
      await commandHelp(words, await commands(), context);
      return null;
    },
  });
}

async function commandHelp(
  words: readonly string[],
  commands: AllCommands,
  { run, deps }: Context,
): Promise<void> {
  const typed = words.join(' ');
  const isKnown = [...commands.keys()].some(
    (name) => name === typed || name.startsWith(`${typed} `),
  );
  if (typed !== '' && !isKnown) {
    throw new UsageError(
      `help: there is no command or topic '${typed}'`,
      `the topics are ${Object.keys(topics).join(', ')}; the commands: kc-etl --help`,
    );
  }
  await run([...words, '--help'], deps);
}

function environmentText(commands: AllCommands): string {
  const options = new Map(
    [globalOptions, ...[...commands.values()].map((command) => command.options)]
      .flatMap((set) => Object.values(set))
      .map((option) => [variableOf(option), option.description]),
  );
  const rows = [
    ...[...options].map(([name, description]) => [name, description] as const),
    ...variables.map(({ name, meaning }) => [name, meaning] as const),
  ];
  return `Every option can be given by its variable. An option wins over its variable.\n\n${columns(rows)}`;
}

function columns(rows: readonly (readonly [string, string] | string[])[]): string {
  const width = Math.max(...rows.map(([first]) => (first ?? '').length));
  return rows.map(([first, second]) => `${(first ?? '').padEnd(width)}  ${second}\n`).join('');
}
