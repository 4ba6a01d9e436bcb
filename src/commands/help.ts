import { variables } from '../config/environment.ts';
import type { OptionSet } from '../config/option.ts';
import { variableOf } from '../config/resolve.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { type AnyCommand, type Context, defineCommand } from './command.ts';
import { globalOptions } from './globals.ts';

/** The topics that are no command's own. */
const topics: Readonly<Record<string, (commands: AllCommands) => string | Promise<string>>> = {
  'exit-codes': () =>
    columns(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
  environment: environmentText,
  man: async (commands) => {
    const { manPage } = await import('./help/man.ts');
    return manPage(commands, environmentRows(commands));
  },
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
      if (topic) {
        return { result: { kind: 'text', text: await topic(await commands()) }, exitCode: 0 };
      }
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
  const rows = columns(environmentRows(commands));
  return `Every option can be given by its variable. An option wins over its variable, and that over a profile.\n\n${rows}`;
}

type Row = readonly [name: string, meaning: string];

/** Every variable that is read, with what it means. */
function environmentRows(commands: AllCommands): Row[] {
  const options = [globalOptions, ...[...commands.values()].map((command) => command.options)]
    .flatMap((set: OptionSet) => Object.values(set))
    .flatMap((option): Row[] => [
      [variableOf(option), option.description],
      ...(option.aliases ?? []).map(
        (alias): Row => [alias, `the same, where ${variableOf(option)} is not set`],
      ),
    ]);
  return [...new Map(options), ...variables.map(({ name, meaning }): Row => [name, meaning])];
}

function columns(rows: readonly (readonly [string, string] | string[])[]): string {
  const width = Math.max(...rows.map(([first]) => (first ?? '').length));
  return rows.map(([first, second]) => `${(first ?? '').padEnd(width)}  ${second}\n`).join('');
}
