import { type OptionSet, text, type Values } from '../../config/option.ts';
import { fleetReport } from '../../fleet/report.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { serversOptions } from '../servers/options.ts';
import { readServers } from '../servers/servers.ts';
import { windowOptions } from '../window-option.ts';
import { readExpected } from './expect-file.ts';
import { failOnOption } from './fail-on.ts';
import { fleetOutcome } from './outcome.ts';
import { readFleet } from './read-fleet.ts';
import { readServer } from './read-server.ts';
import { defaultWindow, fleetWindow } from './window.ts';

const options = {
  ...serversOptions,
  ...windowOptions,
  window: { ...windowOptions.window, fallbackText: defaultWindow },
  expect: text({
    flags: '--expect <file>',
    description:
      'the clusters that should report: an id a line, after it the date of its first day',
  }),
  failOn: failOnOption,
} satisfies OptionSet;

/** `fleet`: the clusters of one or many servers, and since when they report. */
export const fleetCommand = defineCommand({
  description:
    'Every cluster with its last day with data, the days without, and its state: complete, gaps, silent\n' +
    '(nothing on the newest settled day, nor for 48 hours), missing (expected, and no data at all),\n' +
    'unexpected (not in the --expect file) or unreachable (not known: exit 3). It takes a request per\n' +
    'server and month.',
  examples: [
    'kc-etl fleet --expect clusters.txt --fail-on missing,silent',
    'kc-etl fleet --servers servers.txt --expect clusters.txt -o prometheus',
    'kc-etl fleet --window "90d settled" -o csv > fleet.csv',
    'kc-etl fleet -o json | jq -r \'.clusters[] | select(.state != "complete") | .cluster\'',
  ],
  options,
  prints: 'fleet',
  run: fleet,
});

async function fleet(values: Values<typeof options>, context: Context): Promise<Outcome> {
  const { text: window, request } = await fleetWindow(values, context);
  const expected = await readExpected(values.expect);
  const { clock, signal } = context.deps;
  const now = clock.now();
  const servers = await readServers(values.servers, context);
  const reading = { request, now, signal };
  const progress = await context.reporter.progress('reading the clusters');
  const results = await (servers === null
    ? context.connect().then(async (client) => [await readServer({ client, name: null }, reading)])
    : readFleet(servers, { reading, limit: values.serverConcurrency, progress }, context)
  ).finally(progress.stop);
  const report = fleetReport(results, {
    query: { window, expect: values.expect },
    expected,
    now,
    failOn: values.failOn,
  });
  return fleetOutcome(report, results);
}
