import type { AnyCommand } from './command.ts';

/** A command before it is loaded: what help lists, and where the rest is. */
export interface CommandEntry {
  /** `list`, or with its arguments `diff <before> <after>`. */
  readonly usage: string;
  readonly summary: string;
  /** Only the command that is run is loaded: the rooms behind the others cost start-up time. */
  readonly load: () => Promise<AnyCommand>;
}

/** Commands with a word in front: `audit list`, where `audit` alone means the first one. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly [CommandEntry, ...CommandEntry[]];
}

/** Every command, in the order of help. */
export const commandTree: readonly (CommandGroup | CommandEntry)[] = [
  {
    name: 'events',
    summary: 'what the ETL pipeline did: counters and the event log',
    commands: [
      {
        usage: 'list',
        summary: 'the event log and its counters',
        load: async () => (await import('./events/list.ts')).eventsList,
      },
      {
        usage: 'coverage',
        summary: 'which windows are built, missing, stale or in error',
        load: async () => (await import('./events/coverage.ts')).eventsCoverage,
      },
      {
        usage: 'kinds',
        summary: 'the event kinds and what they mean',
        load: async () => (await import('./events/kinds.ts')).eventsKinds,
      },
    ],
  },
  {
    name: 'audit',
    summary: 'what the audits say about the stores, and the differences behind it',
    commands: [
      {
        usage: 'list',
        summary: 'the AuditSets the server holds, one row per window and audit',
        load: async () => (await import('./audit/list.ts')).auditList,
      },
      {
        usage: 'diff',
        summary: 'the differences behind them: expected, actual, delta, relative',
        load: async () => (await import('./audit/list.ts')).auditDiff,
      },
      {
        usage: 'run',
        summary: 'run audits and wait for the verdict',
        load: async () => (await import('./audit/run.ts')).auditRun,
      },
      {
        usage: 'compare [before] [after]',
        summary: 'two audit reports: what is new, worse, better, fixed',
        load: async () => (await import('./audit/compare.ts')).auditCompare,
      },
      {
        usage: 'types',
        summary: 'the audit types and what they test',
        load: async () => (await import('./audit/types.ts')).auditTypesCommand,
      },
      {
        usage: 'explain <finding>',
        summary: 'a finding or a finding code: what it means, how to confirm it, what to do',
        load: async () => (await import('./audit/explain.ts')).auditExplain,
      },
    ],
  },
  {
    usage: 'report <file>',
    summary: 'a saved JSON report in another format',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    usage: 'doctor',
    summary: 'can I reach it, what is it, what does it offer, is its ETL healthy',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    usage: 'demo',
    summary: 'an embedded Kubecost on this machine',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    usage: 'api <path>',
    summary: 'one GET with the same address and credentials, body to stdout',
    load: async () => (await import('./api.ts')).apiCommand,
  },
  {
    name: 'config',
    summary: 'profiles and settings: what is in effect, and where it comes from',
    commands: [
      {
        usage: 'list',
        summary: 'the profiles, and which one is used',
        load: async () => (await import('./config/list.ts')).configList,
      },
      {
        usage: 'use <profile>',
        summary: 'use a profile from now on',
        load: async () => (await import('./config/use.ts')).configUse,
      },
      {
        usage: 'show',
        summary: 'the settings in effect; with --sources, who set them',
        load: async () => (await import('./config/show.ts')).configShowOf(allCommands),
      },
      {
        usage: 'path',
        summary: 'the files that are read',
        load: async () => (await import('./config/path.ts')).configPath,
      },
    ],
  },
  {
    usage: 'schema [name]',
    summary: 'the JSON Schema of a JSON output; without a name, the names',
    load: async () => (await import('./schema.ts')).schemaCommand,
  },
  {
    usage: 'completion [shell]',
    summary: 'what bash, zsh or fish has to read to complete commands',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
  {
    usage: 'help [words...]',
    summary: 'help on exit-codes, environment, man, or a command',
    load: async () => (await import('./help.ts')).helpOn(allCommands),
  },
];

/** Every command by what is typed for it: `audit list`, `demo`. Loads them all. */
export async function allCommands(): Promise<ReadonlyMap<string, AnyCommand>> {
  const entries = commandTree.flatMap((entry) =>
    'commands' in entry
      ? entry.commands.map((command) => ({ command, prefix: `${entry.name} ` }))
      : [{ command: entry, prefix: '' }],
  );
  const loaded = entries.map(
    async ({ command, prefix }) => [`${prefix}${nameOf(command)}`, await command.load()] as const,
  );
  return new Map(await Promise.all(loaded));
}

/** What is typed for it. */
export function nameOf(entry: CommandGroup | CommandEntry): string {
  return 'commands' in entry ? entry.name : (entry.usage.split(' ')[0] ?? entry.usage);
}
