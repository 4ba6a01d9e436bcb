import { type OptionSet, text, type Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { fleetReport, type ServerResult } from '../../fleet/report.ts';
import { day, formatSpan } from '../../time.ts';
import { refuseServer, serverOption, storeOf, storeOption } from '../audit/store-options.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { serversOptions } from '../servers/options.ts';
import { readServers } from '../servers/servers.ts';
import { type WindowRequest, windowOptions } from '../window-option.ts';
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
      'the clusters that should report: one id per line, with the date of its first day where it is new',
  }),
  failOn: failOnOption,
  auditStore: storeOption,
  server: serverOption,
} satisfies OptionSet;

type FleetValues = Values<typeof options>;

/** `fleet`: the clusters of one or many servers, and since when they report. */
export const fleetCommand = defineCommand({
  description:
    'Every cluster with its last day with data, the days without, and its state: complete, gaps, silent\n' +
    '(nothing on the newest settled day, nor for 48 hours), missing (expected, and no data at all),\n' +
    'unexpected (not in the --expect file) or unreachable (not known: exit 3). It needs one request per\n' +
    'server and month; with --audit-store the stored days are read instead.',
  examples: [
    'kc-etl fleet --expect clusters.txt --fail-on missing,silent',
    'kc-etl fleet --servers servers.txt --expect clusters.txt -o prometheus',
    'kc-etl fleet --window "90d settled" -o csv > fleet.csv',
    'kc-etl fleet --audit-store ./audits --expect clusters.txt',
    'kc-etl fleet -o json | jq -r \'.clusters[] | select(.state != "complete") | .cluster\'',
  ],
  options,
  prints: 'fleet',
  run: fleet,
});

async function fleet(values: FleetValues, context: Context): Promise<Outcome> {
  const dir = storeDirectory(values, context);
  const { text: window, request } = await fleetWindow(values, context);
  const expected = await readExpected(values.expect);
  const now = context.deps.clock.now();
  const isAllStored = dir !== null && values.window === null && values.since === null;
  const results =
    dir === null
      ? await fromServers(values, request, context)
      : await fromStore(
          { dir, server: values.server, request: isAllStored ? null : request, now },
          context,
        );
  const report = fleetReport(results, {
    query: { window: isAllStored ? storedWindow(results) : window, expect: values.expect },
    expected,
    now,
    failOn: values.failOn,
  });
  return fleetOutcome(report, results);
}

/**
 * The AuditStore to read; null where servers are asked. One of a profile or a variable does not count where
 * servers are named.
 *
 * @throws UsageError where the command line names a store and a server, or a server of no store
 */
function storeDirectory(
  { auditStore, servers }: FleetValues,
  { cliOptions }: Context,
): string | null {
  const isTyped = cliOptions.has('audit-store');
  const dir =
    !isTyped && servers !== null
      ? null
      : storeOf(auditStore, cliOptions, ['url', 'kube', 'demo', 'from', 'servers']);
  if (dir === null) {
    if (!cliOptions.has('server')) return null;
    throw new UsageError('--server needs an AuditStore', 'add --audit-store <dir>');
  }
  if (cliOptions.has('servers')) {
    throw new UsageError(
      '--audit-store and --servers exclude each other: a store is read without asking a server',
      `write the store first: kc-etl audit run --servers ${servers} --audit-store ${dir}`,
    );
  }
  refuseServer(cliOptions);
  return dir;
}

async function fromServers(
  { servers: path, serverConcurrency: limit }: FleetValues,
  request: WindowRequest,
  context: Context,
): Promise<ServerResult[]> {
  const { clock, signal } = context.deps;
  const servers = await readServers(path, context);
  const reading = { request, now: clock.now(), signal };
  const progress = await context.reporter.progress('reading the clusters');
  return (
    servers === null
      ? context
          .connect()
          .then(async (client) => [await readServer({ client, name: null }, reading)])
      : readFleet(servers, { reading, limit, progress }, context)
  ).finally(progress.stop);
}

/** Loaded where it is wanted: most fleets are read from servers. */
async function fromStore(
  fleet: Parameters<typeof import('./read-store.ts').readStoredFleet>[0],
  context: Context,
): Promise<ServerResult[]> {
  const { readStoredFleet } = await import('./read-store.ts');
  return readStoredFleet(fleet, context);
}

/** From the first to the last stored day of all servers. */
function storedWindow(results: readonly ServerResult[]): string {
  const starts = results.flatMap((result) => ('requested' in result ? result.requested : []));
  return formatSpan({ start: Math.min(...starts), end: Math.max(...starts) + day });
}
