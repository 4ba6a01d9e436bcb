import { resolveOptions } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { ColorLevel, Sink } from '../io.ts';
import type { Client } from '../kubecost/client.ts';
import type { FormatName } from '../output/formats/names.ts';
import { createTalk, type Talk } from '../talk.ts';
import type { AnyCommand, Context, Deps } from './command.ts';
import { connect, targetOf } from './connect.ts';
import { type Globals, globalOptions } from './globals.ts';
import type { Reports } from './reports.ts';
import type { Source } from './saved-source.ts';

/**
 * The road of one command: what was typed becomes options, the command finds its result, the result
 * becomes text, the text goes to stdout.
 *
 * @param secrets filled with what no output may show
 * @returns the exit code
 */
export async function executeCommand(
  { spec, name, given, args }: Invocation,
  deps: Deps,
  secrets: string[],
  run: Context['run'],
): Promise<number> {
  const globals = resolveOptions(globalOptions, given, deps.env);
  const options = resolveOptions(spec.options, given, deps.env);
  const format = await formatOf(spec, name, globals);
  const { stdout, stderr } = deps.io;
  const talk = createTalk(stderr, globals, async () => {
    const { Chalk } = await import('chalk');
    return new Chalk({ level: colorLevel(stderr, globals.color) });
  });
  const source = await sourceOf(globals, given, deps, secrets);
  const server = serverOf(globals, given, source.deps, talk, secrets, source);
  const reports = await reportsOf(spec, globals, format, deps);
  try {
    const outcome = await spec.run(
      options,
      { deps: source.deps, globals, talk, run, ...server },
      args,
    );
    if (!outcome) return 0;
    const { render } = await import('../output/render.ts');
    const text = render(outcome.result, format, {
      columns: stdout.columns,
      colorLevel: colorLevel(stdout, globals.color),
      unicode: showsUnicode(deps.env),
    });
    for await (const piece of text) {
      if (!(await stdout.write(piece))) break;
    }
    await reports?.write(outcome, secrets);
    for (const text of outcome.notes ?? []) await talk.note(text);
    for (const text of outcome.warnings ?? []) await talk.warn(text);
    const exitCode = typeof outcome.exitCode === 'number' ? outcome.exitCode : outcome.exitCode();
    if (outcome.verdict !== undefined) await talk.verdict(outcome.verdict, exitCode === 0);
    return exitCode;
  } finally {
    await reports?.close();
    await server.close();
    await source.close();
  }
}

/** Where answers come from, and where they go to, beside a server. Mostly neither. */
async function sourceOf(
  globals: Globals,
  given: Invocation['given'],
  deps: Deps,
  secrets: readonly string[],
): Promise<Source> {
  // counters that were saved, beside those that a server has now
  if (given.has('from') && given.has('url') && given.has('counters')) {
    return { deps, close: async () => {} };
  }
  const isSaved =
    globals.from !== null && (given.has('from') || !(globals.demo || given.has('url')));
  if (!isSaved && globals.record === null) return { deps, close: async () => {} };
  const { openSource } = await import('./saved-source.ts');
  return openSource({ ...globals, from: isSaved ? globals.from : null }, given, deps, secrets);
}

interface Invocation {
  readonly spec: AnyCommand;
  readonly name: string;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

async function formatOf(spec: AnyCommand, name: string, globals: Globals): Promise<FormatName> {
  const format = globals.json ? 'json' : globals.output;
  const { formatsOf } = await import('../output/render.ts');
  const offered = formatsOf(spec.prints);
  if (!offered.includes(format)) {
    throw new UsageError(
      `--output: ${name} cannot be printed as ${format}`,
      `it takes ${offered.join(', ')}`,
    );
  }
  return format;
}

/** Null where there is nothing to write but stdout: the room for it is not even loaded. */
async function reportsOf(
  spec: AnyCommand,
  { report }: Globals,
  format: FormatName,
  { env }: Deps,
): Promise<Reports | null> {
  if (report.length === 0 && format !== 'github') return null;
  const { openReports } = await import('./reports.ts');
  return openReports(report, spec.prints, format, env);
}

/** Connects when the command first asks for it; with `--demo`, to a server started here. */
function serverOf(
  globals: Globals,
  given: Invocation['given'],
  deps: Deps,
  talk: Talk,
  secrets: string[],
  source: Source,
): Pick<Context, 'connect' | 'urls'> & { close(): Promise<void> } {
  const clients = new Map<string | null, Promise<Client>>();
  let demo: { url: string; close(): Promise<void> } | undefined;
  if (globals.demo && given.has('url')) {
    throw new UsageError('--demo and --url exclude each other', 'leave one of them out');
  }
  const open = async (url: string | null) => {
    if (source.client && url === null) return source.client;
    const client = await openServer(url);
    return source.record?.(client) ?? client;
  };
  const openServer = async (url: string | null) => {
    if (globals.demo) {
      const { startDemo } = await import('../demo/server.ts');
      const { demoOptions } = await import('./demo-options.ts');
      const options = resolveOptions(demoOptions, given, deps.env);
      const started = await startDemo({ ...options, port: 0 }, { clock: deps.clock });
      demo = started;
      return connect({ base: started.url, headers: new Map() }, globals, deps, talk);
    }
    const target = targetOf({ ...globals, url }, given, deps.env);
    secrets.push(...target.secrets);
    return connect(target, globals, deps, talk);
  };
  return {
    urls: given.get('url') ?? [],
    connect(url) {
      const address = url ?? (source.client ? null : globals.url);
      const client = clients.get(address) ?? open(address);
      clients.set(address, client);
      return client;
    },
    async close() {
      await demo?.close();
    },
  };
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
