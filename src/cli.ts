import { Command, CommanderError, Option as CommanderOption, type Help } from 'commander';
import type { AnyCommand } from './commands/command.ts';
import type { Deps } from './commands/deps.ts';
import { globalOptions } from './commands/globals.ts';
import { type CommandEntry, type CommandGroup, commandTree } from './commands/index.ts';
import type { Option, OptionSet } from './config/option.ts';
import { longName, variableOf } from './config/resolve.ts';
import { exitCodes, KcEtlError, UsageError } from './errors.ts';
import { nearest } from './nearest.ts';
import { sanitize } from './output/sanitize.ts';
import { redactedIo } from './redaction.ts';
import { version } from './version.ts';

/** What the command line says, before any of it is understood. */
export interface Invocation {
  readonly spec: AnyCommand;
  /** As it is typed: `list`. */
  readonly name: string;
  /** What was given of the command's own options, the global ones and those of `--demo`. */
  readonly cliOptions: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

/**
 * The whole command line as commander sees it; `execute` gets what was typed.
 *
 * @param withDemo whether the options of the embedded server are taken by every command
 */
export function buildProgram(deps: Pick<Deps, 'io'>, execute: Execute, withDemo: boolean): Command {
  const { stdout, stderr } = deps.io;
  const program = new Command('kc-etl')
    .description(
      'Is the cost data of a Kubecost or OpenCost right? Queries and audits its ETL pipeline.',
    )
    .version(version, '-V, --version')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, visibleOptions: visibleOptions })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      // kc-etl's help has no colours, and asking a stream for them would open it
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', programFooter);
  addOptions(program, globalOptions);
  for (const entry of commandTree) {
    if ('commands' in entry) addGroup(program, entry, execute, withDemo);
    else addCommand(program, entry, execute, withDemo && entry.usage !== 'demo');
  }
  return program;
}

const programFooter = `
Start here:
  kc-etl events --demo                     the event log of an embedded Kubecost
  kc-etl audit --url http://localhost:9090 the audits that a Kubecost holds
  kc-etl help exit-codes | environment     what codes mean, what can be set`;

type Execute = (invocation: Invocation) => Promise<void>;

/** Its commands are made when it is called: making them all would take milliseconds of every start. */
function addGroup(
  program: Command,
  group: CommandGroup,
  execute: Execute,
  withDemo: boolean,
): void {
  const parent = program.command(group.name).summary(group.summary).description(group.summary);
  program.hook('preSubcommand', async (_, called) => {
    if (called !== parent) return;
    const [first, ...others] = group.commands;
    const loadFirst = addCommand(parent, first, execute, withDemo, { isDefault: true });
    for (const entry of others) addCommand(parent, entry, execute, withDemo);
    const [listing = parent] = parent.commands;
    parent
      .helpCommand(false)
      .usage(`[${first.usage}] [options]`)
      .configureHelp({
        ...parent.configureHelp(),
        // `kc-etl events --help` shows what `kc-etl events` takes
        visibleOptions: () => listing.options.filter((option) => !option.hidden),
      });
    if (program.args.some((word) => word === '-h' || word === '--help')) {
      parent.addHelpText('after', await commandFooter(await loadFirst()));
    }
  });
}

/** @returns what loads the command: its options, and what its help says */
function addCommand(
  parent: Command,
  entry: CommandEntry,
  execute: Execute,
  withDemo: boolean,
  commandOptions = {},
): () => Promise<AnyCommand> {
  const command = parent
    .command(entry.usage, commandOptions)
    .summary(entry.summary)
    .allowExcessArguments();
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
    const most = entry.usage.split(' ').slice(1);
    const excess = command.args[most.length];
    if (excess !== undefined && !most.at(-1)?.includes('...')) throw notTaken(excess, command);
    await execute({ spec, name: command.name(), cliOptions: givenTo(command), args: command.args });
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
  command
    .description(spec.description ?? entry.summary)
    .addHelpText('after', await commandFooter(spec));
  return spec;
}

/** What stands on the command line, of the command's own options and of the global ones. */
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

function notTaken(word: string, command: Command): UsageError {
  const siblings = command.parent?.parent ? command.parent.commands.map((c) => c.name()) : [];
  if (siblings.length === 0) {
    return new UsageError(`${command.name()} takes no argument '${word}'`);
  }
  const near = nearest(word, siblings);
  return new UsageError(
    `'${word}' is not a command of ${command.parent?.name()}${near ? `; did you mean ${near}?` : ''}`,
    `it has ${siblings.join(', ')}`,
  );
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function addOptions(command: Command, options: OptionSet, { hidden = false } = {}): void {
  for (const option of Object.values(options)) {
    for (const { flags, description } of [option, ...(option.negation ? [option.negation] : [])]) {
      const added = new CommanderOption(flags, helpText(option, description)).hideHelp(hidden);
      if (option.group) added.helpGroup(option.group);
      // every text that was given is kept; what they mean is the option's own business
      if (added.required) added.argParser((text, before: string[] = []) => [...before, text]);
      command.addOption(added);
    }
  }
}

function helpText(option: Option<unknown>, description: string): string {
  const values = option.values && option.values.length < 8 ? `: ${option.values.join(', ')}` : '';
  const fallback = option.fallbackText ? ` (default ${option.fallbackText})` : '';
  const repeatable = option.repeatable ? ' (repeatable)' : '';
  return `${description}${values}${fallback}${repeatable}`;
}

function visibleOptions(this: Help, command: Command): CommanderOption[] {
  return command.options.filter((option) => !option.hidden);
}

async function commandFooter(spec: AnyCommand): Promise<string> {
  const examples = `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`;
  if (!('window' in spec.options)) return examples;
  const { windowForms } = await import('./kubecost/window.ts');
  const width = Math.max(...windowForms.map(({ form }) => form.length));
  const forms = windowForms.map(({ form, meaning }) => `  ${form.padEnd(width)}  ${meaning}`);
  return `\nWindows:\n${forms.join('\n')}\n${examples}`;
}

/**
 * Runs one command line and tells how it ended.
 *
 * @param argv what stands after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], deps: Deps): Promise<number> {
  if (argv[0] === '__complete') {
    const { answerShell } = await import('./commands/completion/answer.ts');
    await answerShell(argv.slice(1), deps);
    return exitCodes.ok.code;
  }
  let exitCode: number = exitCodes.ok.code;
  const secrets: string[] = [];
  const io = redactedIo(deps.io, secrets);
  const withDemo = argv.includes('--demo') || Boolean(deps.env[variableOf(globalOptions.demo)]);
  const program = buildProgram(
    { io },
    async (invocation) => {
      const { executeCommand } = await import('./commands/execute.ts');
      exitCode = await executeCommand(invocation, { ...deps, io }, secrets, run);
    },
    withDemo,
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (deps.signal.aborted) return exitCodeOf(deps.signal.reason);
    if (error instanceof CommanderError && error.code === 'commander.help') program.outputHelp();
    if (error instanceof CommanderError && /help|version/.test(error.code))
      return exitCodes.ok.code;
    const told = error instanceof CommanderError ? await usageError(error) : error;
    await io.stderr.write(errorText(told));
    return exitCodeOf(told);
  }
}

async function usageError(error: CommanderError): Promise<UsageError> {
  const { demoOptions } = await import('./commands/demo-options.ts');
  const message = error.message
    .replace(/^error: /, '')
    // a misspelt --token=… must not show what it holds
    .replace(/(unknown option '--?[^=']+)=[^\n]*'/s, "$1=…'")
    .replace(/\n\((Did you mean .*)\)$/s, '; $1');
  const isDemoOption = Object.values(demoOptions).some((option) =>
    message.startsWith(`unknown option '--${longName(option)}'`),
  );
  return new UsageError(
    message,
    isDemoOption
      ? 'that is an option of the embedded Kubecost: add --demo'
      : 'kc-etl --help lists what there is',
  );
}

/** At most three lines, whatever went wrong. */
function errorText(error: unknown): string {
  if (error instanceof KcEtlError) {
    const hint = error.hint ? `hint: ${sanitize(error.hint)}\n` : '';
    return `error: ${sanitize(error.message)}\n${hint}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `error: this should not have happened: ${sanitize(message)}\nhint: please report it, with what you typed\n`;
}

function exitCodeOf(error: unknown): number {
  return error instanceof KcEtlError ? error.exitCode : exitCodes.data.code;
}
