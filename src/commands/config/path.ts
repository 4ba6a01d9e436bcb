import { existsSync } from 'node:fs';
import { defineCommand } from '../command.ts';

/** `config path`: the user's file, and the project's where there is one. */
export const configPath = defineCommand({
  examples: ['kc-etl config path', '$EDITOR "$(kc-etl config path | head -1)"'],
  options: {},
  prints: 'text',
  async run(_options, { configuration, reporter }) {
    const { user, project } = configuration.paths;
    if (user !== null && !existsSync(user)) await reporter.note(`${user} does not exist yet`);
    const text = [user, project].flatMap((path) => (path === null ? [] : `${path}\n`)).join('');
    return { result: { kind: 'text', text }, exitCode: 0 };
  },
});
