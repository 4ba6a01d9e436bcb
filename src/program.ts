import { Command, Option as CommanderOption } from 'commander';
import type { AnyCommand, Invocation } from './commands/command.ts';
import type { Deps } from './commands/deps.ts';
import { globalOptions } from './commands/globals.ts';
import { type CommandEntry, type CommandGroup, commandTree } from './commands/index.ts';
import { type OptionSet, optionHelp } from './config/option.ts';
import { longName } from './config/resolve.ts';
import { UsageError } from './errors.ts';
import { nearest } from './nearest.ts';
import { version } from './version.ts';

type Execute = (invocation: Invocation) => Promise<void>;

interface Registration {
  readonly execute: Execute;
  /** Whether the command accepts the options of the embedded server. */
  readonly withDemo: boolean;
}

/**
 * The command line as commander parses it; `execute` receives what was typed.
 *
 * @param withDemo whether every command accepts the options of the embedded server
 */
export function buildProgram(deps: Pick<Deps, 'io'>, execute: Execute, withDemo: boolean): Command {
  const { stdout, stderr } = deps.io;
  const program = new Command('kc-etl')
    .usage('<command> [options]')
    .description(
      'Checks the cost data of a Kubecost or OpenCost: queries and audits its ETL pipeline.',
    )
    .version(version, '-V, --version', 'version')
    .helpOption('-h, --help', 'help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      visibleOptions: (command) => command.options.filter(({ hidden }) => !hidden),
      // of the texts: in 60 columns they are wrapped, too
      minWidthToWrap: 20,
    })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      // help has no colours, and asking a stream for them would open it
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', programFooter);
  addOptions(program, globalOptions, { hidden: true });
  for (const entry of commandTree) {
    const registration = { execute, withDemo };
    if ('commands' in entry) addGroup(program, entry, registration);
    else if (entry.usage === 'demo') addCommand(program, entry, { execute, withDemo: false });
    else addCommand(program, entry, registration);
  }
  return program;
}

const programFooter = `
Start here:
  kc-etl audit run --demo --fault lost-disk --commit   find a fault in an embedded Kubecost
  kc-etl doctor --url http://localhost:9090            what your Kubecost or OpenCost offers
  kc-etl audit run --url http://localhost:9090 --window settled

More help: kc-etl <command> --help, kc-etl help options | exit-codes | environment`;

/** Registers the commands of a group when it is called: registering them all takes milliseconds. */
function addGroup(program: Command, group: CommandGroup, registration: Registration): void {
  const parent = program
    .command(group.name)
    .summary(group.summary)
    .description(group.summary)
    .helpGroup(group.heading);
  program.hook('preSubcommand', async (_, called) => {
    if (called !== parent) return;
    const [first, ...others] = group.commands;
    const loadFirst = addCommand(parent, first, registration, { isDefault: true });
    for (const entry of others) addCommand(parent, entry, registration);
    const [listing = parent] = parent.commands;
    parent
      .helpCommand(false)
      .usage(`[${first.usage}] [options]`)
      .configureHelp({
        ...parent.configureHelp(),
        // `kc-etl events --help` shows the options of `kc-etl events list`
        visibleOptions: () => listing.options.filter((option) => !option.hidden),
      });
    if (asksForHelp(parent)) {
      parent.addHelpText('after', await commandFooter(await loadFirst(), parent));
    }
  });
}

/** @returns a function that loads the command: its options and the text of its help */
function addCommand(
  parent: Command,
  entry: CommandEntry & { readonly heading?: string },
  { execute, withDemo }: Registration,
  commandOptions = {},
): () => Promise<AnyCommand> {
  const command = parent
    .command(entry.usage, commandOptions)
    .summary(entry.summary)
    .allowExcessArguments();
  if (entry.heading) command.helpGroup(entry.heading);
  let loading: Promise<AnyCommand> | undefined;
  const loaded = () => {
    loading ??= load(command, entry, withDemo);
    return loading;
  };
  parent.hook('preSubcommand', async (_, called) => {
    if (called === command) await loaded();
  });
  command.action(async () => {
    const spec = await loaded();
    const accepted = entry.usage.split(' ').slice(1);
    const excess = command.args[accepted.length];
    if (excess !== undefined && !accepted.at(-1)?.includes('...')) {
      throw unexpectedArgument(excess, command);
    }
    const name = parent.parent ? `${parent.name()} ${command.name()}` : command.name();
    await execute({ spec, name, cliOptions: givenTo(command), args: command.args });
  });
  return loaded;
}

async function load(command: Command, entry: CommandEntry, withDemo: boolean): Promise<AnyCommand> {
  const spec = await entry.load();
  addOptions(command, spec.options);
  if (withDemo) {
    const { demoOptions } = await import('./commands/demo-options.ts');
    addOptions(command, demoOptions, { hidden: true });
  }
  command.description(spec.description ?? entry.summary);
  if (asksForHelp(command)) command.addHelpText('after', await commandFooter(spec, command));
  return spec;
}

/** Whether help may be printed: its texts are not made for other runs. */
function asksForHelp(command: Command): boolean {
  return rootOf(command).args.some((word) => word === '--help' || /^-[^-]*h/.test(word));
}

/** The options on the command line, of the command itself and the global ones. */
function givenTo(command: Command): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (const at of [command, rootOf(command)]) {
    for (const option of at.options) {
      const name = option.attributeName();
      if (at.getOptionValueSource(name) !== 'cli') continue;
      const value: unknown = at.getOptionValue(name);
      given.set(longName(option), Array.isArray(value) ? value.map(String) : [String(value)]);
    }
  }
  return given;
}

function unexpectedArgument(word: string, command: Command): UsageError {
  const group = command.parent;
  const siblings = group?.parent ? group.commands.map((sibling) => sibling.name()) : [];
  if (siblings.length === 0) {
    return new UsageError(
      `${command.name()}: unexpected argument '${word}'`,
      `see kc-etl ${command.name()} --help`,
    );
  }
  const near = nearest(word, siblings);
  return new UsageError(
    `'${word}' is not a command of ${group?.name()}${near ? `; did you mean ${near}?` : ''}`,
    `the commands are ${siblings.join(', ')}`,
  );
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function addOptions(command: Command, options: OptionSet, { hidden = false } = {}): void {
  for (const option of Object.values(options)) {
    for (const { flags, description } of [option, ...(option.negation ? [option.negation] : [])]) {
      const added = new CommanderOption(flags, hidden ? '' : optionHelp(option, description));
      added.hideHelp(hidden);
      if (option.group) added.helpGroup(option.group);
      // every text is kept: the option itself parses them
      if (added.required) added.argParser((text, before: string[] = []) => [...before, text]);
      command.addOption(added);
    }
  }
}

async function commandFooter({ options, examples }: AnyCommand, command: Command): Promise<string> {
  const lines = ['', 'Examples:', ...examples.map((line) => `  ${line}`), '', ...everyCommand];
  if (!('window' in options)) return lines.join('\n');
  const { windowForms } = await import('./kubecost/window.ts');
  const width = Math.max(...windowForms.map(({ form }) => form.length));
  const columns = command.configureOutput().getOutHelpWidth?.() ?? 100;
  const wrapped = (text: string) => command.createHelp().boxWrap(text, columns - 6);
  const isWide = windowForms.every(({ meaning }) => width + meaning.length + 4 <= columns);
  const forms = windowForms.map(({ form, meaning }) =>
    isWide
      ? `  ${form.padEnd(width)}  ${meaning}`
      : `  ${form}\n${wrapped(meaning).replaceAll(/^/gm, '      ')}`,
  );
  return ['', 'Windows:', ...forms, ...lines].join('\n');
}

const everyCommand = [
  'Options of every command (--url <url>, --kube, --demo, -o <format>, …): kc-etl help options',
];
