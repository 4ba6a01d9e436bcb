import type { Configuration } from '../config/files.ts';
import type { OptionSet, Values } from '../config/option.ts';
import type { CliOptions } from '../config/resolve.ts';
import type { Client } from '../kubecost/client.ts';
import type { Result, ResultKind } from '../output/result.ts';
import type { Reporter } from '../reporter.ts';
import type { Connection } from './connection/context.ts';
import type { Deps } from './deps.ts';
import type { Globals } from './globals.ts';

/** What a command works with, once its options are known. */
export interface Context {
  readonly deps: Deps;
  readonly globals: Globals;
  readonly reporter: Reporter;
  readonly cliOptions: CliOptions;
  readonly configuration: Configuration;
  /** Told what no output may show. */
  readonly hide: (secrets: readonly string[]) => void;
  /** What no output may show, as far as it is known by now. */
  readonly secrets: readonly string[];
  /** The way to the server the options name, without a request; ends with the command. */
  readonly open: (url?: string) => Promise<Connection>;
  /** A name of that server that stays the same: see {@link Connection.address}. */
  readonly address: () => Promise<string>;
  /** The server the options name; started first where it is the embedded one. */
  readonly connect: (url?: string) => Promise<Client>;
  /** Ends the connections, so that the next use opens others; an embedded server stays. */
  readonly disconnect: () => Promise<void>;
  /** Every `--url` of the command line: only a comparison takes more than one. */
  readonly urls: readonly string[];
  /** Runs another command line in this process, as if it had been typed. */
  readonly run: (argv: readonly string[], deps: Deps) => Promise<number>;
}

/** A command line, its options not yet parsed. */
export interface Invocation {
  readonly spec: AnyCommand;
  /** As typed: `audit list`. */
  readonly name: string;
  /** Options on the command line, of the command, the global ones and those of `--demo`. */
  readonly cliOptions: CliOptions;
  readonly args: readonly string[];
}

/** What a command found. `exitCode` is 0, or what its gate says. */
export interface Outcome {
  readonly result: Result;
  /** A function where it is known only once the result has been printed. */
  readonly exitCode: number | (() => number);
  /** What a person should know about it, said on stderr after it. */
  readonly notes?: readonly string[];
  readonly warnings?: readonly string[];
  /** What a gate decided and why: the last line on stderr. */
  readonly verdict?: string;
}

/** A command as data: what it takes, what it does, how its result can be printed. */
export interface CommandSpec<O extends OptionSet> {
  /** More about it than the summary, for its own help. */
  readonly description?: string;
  readonly examples: readonly string[];
  readonly options: O;
  /** The kind of its result, which decides the formats it can be printed in. */
  readonly prints: ResultKind;
  readonly run: (
    options: Values<O>,
    context: Context,
    args: readonly string[],
  ) => Promise<Outcome | null>;
}

/** A command whose options are no longer told apart by type. */
export type AnyCommand = CommandSpec<OptionSet>;

/** Keeps the types of a command's options between its definition and its `run`. */
export function defineCommand<O extends OptionSet>(spec: CommandSpec<O>): AnyCommand {
  return spec as unknown as AnyCommand; // `run` is only ever given the values of its own options
}
