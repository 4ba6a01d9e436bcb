import { auditDiff, auditList } from './audit/list.ts';
import { auditRun } from './audit/run.ts';
import { auditTypesCommand } from './audit/types.ts';
import type { AnyCommand, CommandGroup } from './command.ts';
import { demoCommand } from './demo.ts';
import { eventsKinds } from './events/kinds.ts';
import { eventsList } from './events/list.ts';
import { helpOn } from './help.ts';
import { schemaCommand } from './schema.ts';

/** Every command, in the order of help. The first of a group is what its name alone means. */
export const commandGroups: readonly CommandGroup[] = [
  {
    name: 'events',
    summary: 'what the ETL pipeline did: counters and the event log',
    commands: [eventsList, eventsKinds],
  },
  {
    name: 'audit',
    summary: 'what the audits say about the stores, and the differences behind it',
    commands: [auditList, auditDiff, auditRun, auditTypesCommand],
  },
];

export const topCommands: readonly AnyCommand[] = [
  demoCommand,
  schemaCommand,
  helpOn(() => commandsByName),
];

/** Every command by what is typed for it: `audit list`, `demo`. */
const commandsByName: ReadonlyMap<string, AnyCommand> = new Map([
  ...commandGroups.flatMap(({ name, commands }) =>
    commands.map((command) => [`${name} ${firstWord(command.usage)}`, command] as const),
  ),
  ...topCommands.map((command) => [firstWord(command.usage), command] as const),
]);

function firstWord(usage: string): string {
  return usage.split(' ')[0] ?? usage;
}
