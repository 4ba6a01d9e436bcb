import { eventKinds } from '../../events/kinds.ts';
import { defineCommand } from '../command.ts';

/** `events kinds`: the words of the log. */
export const eventsKinds = defineCommand({
  examples: ['kc-etl events kinds', 'kc-etl events kinds -o ndjson | jq -r .kind'],
  options: {},
  prints: 'kinds',
  async run() {
    return { result: { kind: 'kinds', kinds: eventKinds }, exitCode: 0 };
  },
});
