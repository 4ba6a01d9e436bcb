import { variables } from '../config/environment.ts';
import { type Option, optionHelp } from '../config/option.ts';
import { variableOf } from '../config/resolve.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { windowForms } from '../kubecost/window.ts';
import { type AnyCommand, type Context, defineCommand } from './command.ts';
import { globalOptions } from './globals.ts';

/** Help that belongs to no single command. */
const topics: Readonly<Record<string, (commands: AllCommands) => string | Promise<string>>> = {
  options: optionsText,
  windows: () => aligned(windowForms.map(({ form, meaning }) => [form, meaning])),
  'exit-codes': () =>
    aligned(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
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
    examples: Object.keys(topics)
      .map((topic) => `kc-etl help ${topic}`)
      .concat('kc-etl help audit run'),
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
      `help: '${typed}' is neither a command nor a topic`,
      `the topics are ${Object.keys(topics).join(', ')}; for the commands: kc-etl --help`,
    );
  }
  await run([...words, '--help'], deps);
}

/** The global options under their headings. */
function optionsText(): string {
  const options = Object.values(globalOptions) as Option<unknown>[]; // values of different types
  const headings = [...new Set(options.map(({ group }) => group ?? 'Output:'))].sort(
    (a, b) => Number(b === 'Output:') - Number(a === 'Output:'),
  );
  const width = Math.max(...options.map(({ flags }) => flags.length));
  const blocks = headings.map((heading) => {
    const rows = options
      .filter(({ group }) => (group ?? 'Output:') === heading)
      .map((option) => `  ${option.flags.padEnd(width)}  ${optionHelp(option)}\n`);
    return `${heading}\n${rows.join('')}`;
  });
  return `Options of every command; they can stand before or after it.\n\n${blocks.join('\n')}`;
}

function environmentText(commands: AllCommands): string {
  const rows = aligned(environmentRows(commands));
  return `Every option has a variable. The option takes precedence over its variable, the variable over\nconfiguration files.\n\n${rows}`;
}

type Row = readonly [name: string, meaning: string];

/** Every variable that is read, with its meaning. */
function environmentRows(commands: AllCommands): Row[] {
  const rows = new Map<string, Map<string, string>>();
  for (const [command, options] of [
    ['', globalOptions] as const,
    ...[...commands].map(([name, { options }]) => [name, options] as const),
  ]) {
    for (const option of Object.values<Option<unknown>>(options)) {
      const variable = variableOf(option);
      const meaning = variableMeaning(option);
      const meanings = rows.get(variable) ?? new Map<string, string>();
      rows.set(variable, meanings.set(meaning, meanings.get(meaning) ?? command));
      for (const alias of option.aliases ?? []) {
        rows.set(alias, new Map([[`used where ${variable} is not set`, command]]));
      }
    }
  }
  return [
    ...[...rows].map(([name, meanings]): Row => [name, meaningText(meanings)]),
    ...variables.map(({ name, meaning }): Row => [name, meaning]),
  ];
}

/** @param meanings each with the first command that has it; several are named by their commands */
function meaningText(meanings: ReadonlyMap<string, string>): string {
  if (meanings.size === 1) return [...meanings.keys()].join('');
  return [...meanings].map(([meaning, command]) => `${command}: ${meaning}`).join('; ');
}

/** `--no-wait` has the variable KC_ETL_WAIT: its description holds for the value false. */
function variableMeaning({ flags, description, negation }: Option<unknown>): string {
  if (/(^|\s)--no-/.test(flags)) return `false: ${description}`;
  if (negation) return `true: ${description}; false: ${negation.description}`;
  return /[<[]/.test(flags) ? description : `true: ${description}`;
}

function aligned(rows: readonly (readonly [string, string] | string[])[]): string {
  const width = Math.max(...rows.map(([first]) => (first ?? '').length));
  return rows.map(([first, second]) => `${(first ?? '').padEnd(width)}  ${second}\n`).join('');
}
