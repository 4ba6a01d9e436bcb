import type { Configuration } from '../config/files.ts';
import { type CliOptions, findOption, resolveOptions } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { ColorLevel, Sink } from '../io.ts';
import type { FormatName } from '../output/formats/names.ts';
import type { TableView } from '../output/renderer.ts';
import type { ResultKind } from '../output/result.ts';
import { hideSecrets, redactParts } from '../redaction.ts';
import { createReporter, type Reporter } from '../reporter.ts';
import type { AnyCommand, Context, Invocation } from './command.ts';
import type { ConnectionContext } from './connection/context.ts';
import { configuredSecrets } from './connection/credential-sources.ts';
import { serverAccess } from './connection/server-access.ts';
import type { Deps } from './deps.ts';
import { type Globals, globalOptions } from './globals.ts';
import type { Reports } from './reports.ts';
import type { ResponseSource } from './saved/source.ts';
import { usesServerList } from './servers/uses-list.ts';
import { settingsNote } from './settings-note.ts';

/**
 * The pipeline of one command: what was typed becomes options, the command finds its result, the result
 * becomes text, the text goes to stdout.
 *
 * @param secrets filled with what no output may show
 * @returns the exit code
 */
export async function executeCommand(
  { spec, name, cliOptions, args }: Invocation,
  deps: Deps,
  secrets: string[],
  run: Context['run'],
): Promise<number> {
  const configuration = await configurationOf(spec, cliOptions, deps);
  const { settings } = configuration;
  const globals = resolveOptions(globalOptions, cliOptions, deps.env, settings);
  const options = resolveOptions(spec.options, cliOptions, deps.env, settings);
  const { stdout, stderr } = deps.io;
  const reporter = createReporter(stderr, globals, async () => {
    const { Chalk } = await import('chalk');
    return new Chalk({ level: colorLevel(stderr, globals.color) });
  });
  const hide = (texts: readonly string[]) => hideSecrets(secrets, texts);
  hide(configuredSecrets(cliOptions, deps.env, settings));
  for (const warning of configuration.warnings) await reporter.warn(warning);
  const decided = settingsNote(spec.options, configuration, (option) =>
    findOption(option, cliOptions, deps.env, settings),
  );
  if (decided !== null) await reporter.note(decided);
  const format = await formatOf({ spec, name, cliOptions }, globals, reporter);
  const source = await sourceOf(globals, cliOptions, deps, {
    secrets,
    servers: Reflect.get(options, 'servers'),
  });
  const connection = { globals, cliOptions, configuration, deps: source.deps, reporter, hide };
  const server = serverAccess(connection, source);
  const view = await tableView(connection, format, spec.prints);
  const reports = await reportsOf({ spec, cliOptions }, globals, format, deps);
  let hasEnded = false;
  try {
    const outcome = await spec.run(options, { ...connection, secrets, run, ...server }, args);
    // Ctrl-C is how a follow ends
    hasEnded = !outcome || outcome.result.kind === 'following';
    if (!outcome) return 0;
    if (!reports?.onStdout) {
      const { render } = await import('../output/render.ts');
      const text = render(outcome.result, format, {
        columns: stdout.columns,
        colorLevel: colorLevel(stdout, globals.color),
        unicode: showsUnicode(deps.env),
        onGitHub: deps.env['GITHUB_ACTIONS'] === 'true',
        ...(view ? { view } : {}),
      });
      const mayBePaged =
        (format === 'table' || format === 'wide') && outcome.result.kind !== 'following';
      // a table can cut a name, and leave a part of a secret
      const shown = format === 'table' ? withoutParts(text, secrets) : text;
      await print(shown, mayBePaged, { globals, secrets, deps });
    }
    await reports?.write(outcome, secrets);
    for (const text of outcome.notes ?? []) await reporter.note(text);
    for (const text of outcome.warnings ?? []) await reporter.warn(text);
    const exitCode = typeof outcome.exitCode === 'number' ? outcome.exitCode : outcome.exitCode();
    if (outcome.verdict !== undefined) await reporter.verdict(outcome.verdict, exitCode === 0);
    hasEnded = true;
    return exitCode;
  } finally {
    await reports?.close();
    await server.close();
    await source.close(hasEnded || !deps.signal.aborted ? null : 'the command was interrupted');
  }
}

/** Prints a text: a long one on a terminal through the user's pager. */
async function print(
  text: AsyncIterable<string>,
  mayBePaged: boolean,
  {
    globals,
    secrets,
    deps,
  }: { readonly globals: Globals; readonly secrets: readonly string[]; readonly deps: Deps },
): Promise<void> {
  const { stdout } = deps.io;
  if (mayBePaged && stdout.isTTY && stdout.rows !== undefined) {
    const { pagerOf, printPaged } = await import('./pager.ts');
    const pager = pagerOf(globals.pager, deps.env);
    if (pager !== null) return printPaged(text, { pager, secrets, deps });
  }
  for await (const chunk of text) {
    if (!(await stdout.write(chunk))) break;
  }
}

async function* withoutParts(
  text: AsyncIterable<string>,
  secrets: readonly string[],
): AsyncGenerator<string, void, undefined> {
  for await (const chunk of text) yield redactParts(chunk, secrets);
}

/** Files that replace or record the responses of a server. Mostly neither. */
async function sourceOf(
  globals: Globals,
  cliOptions: CliOptions,
  deps: Deps,
  { secrets, servers }: { readonly secrets: readonly string[]; readonly servers: unknown },
): Promise<ResponseSource> {
  // saved counters next to those that a server has now
  if (cliOptions.has('from') && cliOptions.has('url') && cliOptions.has('counters')) {
    return { deps, close: async () => {} };
  }
  // every server of the list has a recording of its own
  if (usesServerList(servers, cliOptions)) {
    if (globals.record !== null) deps.catchSignals();
    return { deps, close: async () => {} };
  }
  const isSaved =
    globals.from !== null && (cliOptions.has('from') || !(globals.demo || cliOptions.has('url')));
  if (!isSaved && globals.record === null) return { deps, close: async () => {} };
  if (globals.record !== null) deps.catchSignals();
  const { openSource } = await import('./saved/source.ts');
  return openSource({ ...globals, from: isSaved ? globals.from : null }, cliOptions, deps, secrets);
}

/**
 * The format of stdout. One from the environment or a configuration file is meant for the commands that
 * have it; the others print a table.
 *
 * @throws UsageError where the command line names a format that the command does not have
 */
async function formatOf(
  { spec, name, cliOptions }: Omit<Invocation, 'args'>,
  globals: Globals,
  reporter: Reporter,
): Promise<FormatName> {
  const format = globals.json ? 'json' : globals.output;
  const { formatsOf } = await import('../output/render.ts');
  const offered = formatsOf(spec.prints);
  if (offered.includes(format)) return format;
  if (cliOptions.has('output') || cliOptions.has('json')) {
    throw new UsageError(`kc-etl ${name} has no ${format} output`, `use -o ${offered.join(', ')}`);
  }
  await reporter.note(`kc-etl ${name} has no ${format} output; printing a table`);
  return 'table';
}

/** What the configuration files say; commands are loaded only to tell an unknown key from theirs. */
async function configurationOf(
  spec: AnyCommand,
  cliOptions: CliOptions,
  { env, cwd }: Deps,
): Promise<Configuration> {
  const { readConfiguration } = await import('../config/files.ts');
  const profileOption = findOption(globalOptions.profile, cliOptions, env);
  const { configTrust } = resolveOptions(
    { configTrust: globalOptions.configTrust },
    cliOptions,
    env,
  );
  return readConfiguration(env, cwd(), { profileOption, trusted: configTrust }, async (wanted) => {
    const { knownKeys } = await import('./known-keys.ts');
    return knownKeys(spec.options, wanted);
  });
}

/**
 * Null where there is nothing to write but the result itself.
 *
 * @throws UsageError where a report and the result would both be printed, in different formats
 */
async function reportsOf(
  { spec, cliOptions }: Pick<Invocation, 'spec' | 'cliOptions'>,
  globals: Globals,
  format: FormatName,
  deps: Deps,
): Promise<Reports | null> {
  if (globals.report.length === 0 && format !== 'github') return null;
  deps.catchSignals(); // temporary files are removed
  const { formatsOf } = await import('../output/render.ts');
  const offered = formatsOf(spec.prints);
  // as with --output: one from the environment is meant for the commands that have the format
  const report = cliOptions.has('report')
    ? globals.report
    : globals.report.filter((request) => offered.includes(request.format));
  const { openReports } = await import('./reports.ts');
  const reports = await openReports(report, spec.prints, format, deps);
  const hasFormatOption = cliOptions.has('output') || cliOptions.has('json');
  const printed = reports.onStdout;
  if (printed && hasFormatOption && printed !== format && !/^(table|wide)$/.test(format)) {
    await reports.close();
    throw new UsageError(
      `--report: ${printed} and -o ${format} would both go to stdout`,
      'leave out -o, or name a file for the report',
    );
  }
  return reports;
}

/** The options of tables; null where none is set, so that their module is not loaded. */
async function tableView(
  context: ConnectionContext,
  format: FormatName,
  kind: ResultKind,
): Promise<TableView | null> {
  const { columns, headers, timezone } = context.globals;
  if (columns.length === 0 && headers && timezone === null) return null;
  const { tableViewOf } = await import('./table-view.ts');
  return tableViewOf(context, format, kind);
}

function colorLevel(sink: Sink, when: Globals['color']): ColorLevel {
  if (when === 'never') return 0;
  return when === 'always' && sink.colorLevel === 0 ? 1 : sink.colorLevel;
}

/** The locale decides what the terminal shows; without one it is taken to be of our time. */
function showsUnicode(env: Deps['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  return /utf-?8/i.test(locale);
}
