import type { AnyCommand } from './command.ts';

/** Headings of the commands in help. */
const headings = {
  check: 'Check cost data:',
  connect: 'Connect and try:',
  setUp: 'Set up:',
} as const;

type Heading = (typeof headings)[keyof typeof headings];

/** A command before it is loaded: its line in help, and how to load it. */
export interface CommandEntry {
  /** `list`, or with its arguments `diff <before> <after>`. */
  readonly usage: string;
  readonly summary: string;
  /** Loads the command; only the one that runs is loaded. */
  readonly load: () => Promise<AnyCommand>;
}

/** A command of its own, listed in help under its heading. */
interface TopCommand extends CommandEntry {
  readonly heading: Heading;
}

/** Commands under one name: `audit list`, where `audit` alone means the first one. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly heading: Heading;
  readonly commands: readonly [CommandEntry, ...CommandEntry[]];
}

/** Every command, in the order of help. */
export const commandTree: readonly (CommandGroup | TopCommand)[] = [
  {
    name: 'events',
    summary: 'what the ETL pipeline did: counters and the event log',
    heading: headings.check,
    commands: [
      {
        usage: 'list',
        summary: 'the event log and its counters',
        load: async () => (await import('./events/list.ts')).eventsList,
      },
      {
        usage: 'coverage',
        summary: 'windows that are built, missing, stale or in error',
        load: async () => (await import('./events/coverage.ts')).eventsCoverage,
      },
      {
        usage: 'kinds',
        summary: 'event kinds and their meaning',
        load: async () => (await import('./events/kinds.ts')).eventsKinds,
      },
    ],
  },
  {
    name: 'audit',
    summary: 'audits of the cost data: results, differences, runs, comparisons',
    heading: headings.check,
    commands: [
      {
        usage: 'list',
        summary: 'audits stored on the server (Kubecost up to 1.105), one row per window and audit',
        load: async () => (await import('./audit/list.ts')).auditList,
      },
      {
        usage: 'diff',
        summary: 'differences of those audits: expected, actual, delta, relative',
        load: async () => (await import('./audit/list.ts')).auditDiff,
      },
      {
        usage: 'run',
        summary: 'run audits, on the server or locally, and wait for the verdict',
        load: async () => (await import('./audit/run.ts')).auditRun,
      },
      {
        usage: 'compare [before] [after]',
        summary: 'compare two audit reports: new, worse, better, fixed',
        load: async () => (await import('./audit/compare.ts')).auditCompare,
      },
      {
        usage: 'trend',
        summary: 'findings and audits by day, over all days of an AuditStore',
        load: async () => (await import('./audit/trend.ts')).auditTrend,
      },
      {
        usage: 'merge [sources...]',
        summary: 'AuditStores and reports of shards as one report, complete or refused',
        load: async () => (await import('./audit/merge.ts')).auditMerge,
      },
      {
        usage: 'types',
        summary: 'audit types and what they test',
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
    usage: 'reconciliation',
    summary: 'which days are reconciled with the bill, which are not yet, and which never will be',
    heading: headings.check,
    load: async () => (await import('./reconciliation/reconciliation.ts')).reconciliationCommand,
  },
  {
    name: 'repair',
    summary: 'rebuild missing or wrong days without emptying a store',
    heading: headings.check,
    commands: [
      {
        usage: 'plan',
        summary: 'what would be rebuilt, in which order, and what must not be',
        load: async () => (await import('./repair/plan.ts')).repairPlan,
      },
      {
        usage: 'run',
        summary: 'rebuild one set after another, and compare each with what it was',
        load: async () => (await import('./repair/run.ts')).repairRun,
      },
    ],
  },
  {
    usage: 'fleet',
    summary: 'many clusters and servers: who reports, who is missing, since when',
    heading: headings.check,
    load: async () => (await import('./fleet/fleet.ts')).fleetCommand,
  },
  {
    usage: 'watch',
    summary: 'audit continuously; metrics, health and the report over HTTP',
    heading: headings.check,
    load: async () => (await import('./watch/watch.ts')).watchCommand,
  },
  {
    usage: 'report [file]',
    summary: 'print a saved JSON report in another format',
    heading: headings.check,
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    usage: 'doctor',
    summary: 'check the connection, the product, its APIs and its ETL pipeline',
    heading: headings.connect,
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    usage: 'demo',
    summary: 'start an embedded Kubecost or OpenCost on this machine',
    heading: headings.connect,
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    usage: 'api <path>',
    summary: 'send one GET with the same address and credentials, body to stdout',
    heading: headings.connect,
    load: async () => (await import('./api.ts')).apiCommand,
  },
  {
    name: 'config',
    summary: 'profiles and settings',
    heading: headings.setUp,
    commands: [
      {
        usage: 'list',
        summary: 'list the profiles; * marks the current one',
        load: async () => (await import('./config/list.ts')).configList,
      },
      {
        usage: 'use <profile>',
        summary: 'make a profile the current one',
        load: async () => (await import('./config/use.ts')).configUse,
      },
      {
        usage: 'show',
        summary: 'settings in effect; with --sources, where each value comes from',
        load: async () => (await import('./config/show.ts')).configShowOf(allCommands),
      },
      {
        usage: 'path',
        summary: 'paths of the configuration files',
        load: async () => (await import('./config/path.ts')).configPath,
      },
      {
        usage: 'init',
        summary: 'write a commented configuration file to start from',
        load: async () => (await import('./config/init.ts')).configInit,
      },
    ],
  },
  {
    usage: 'schema [name]',
    summary: 'JSON Schema of a JSON output; without a name, the list of names',
    heading: headings.setUp,
    load: async () => (await import('./schema.ts')).schemaCommand,
  },
  {
    usage: 'completion [shell]',
    summary: 'completion script for bash, zsh or fish',
    heading: headings.setUp,
    load: async () => (await import('./completion.ts')).completionCommand,
  },
  {
    usage: 'version',
    summary: 'version of kc-etl and Node, and the platform',
    heading: headings.setUp,
    load: async () => (await import('./version.ts')).versionCommand,
  },
  {
    usage: 'help [words...]',
    summary: 'help on options, exit-codes, environment, man, or a command',
    heading: headings.setUp,
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
