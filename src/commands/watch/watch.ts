import { setMaxListeners } from 'node:events';
import type { Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { redact, redactParts } from '../../redaction.ts';
import { KnownDays } from '../../store/known-days.ts';
import type { WatchedServer } from '../../watch/group.ts';
import type { RunOutcome } from '../../watch/status.ts';
import { openAuditStore } from '../audit/open-store.ts';
import { storeOf } from '../audit/store-options.ts';
import { type Context, defineCommand } from '../command.ts';
import type { ServerEntry } from '../servers/entry.ts';
import { readServers } from '../servers/servers.ts';
import { watchOptions as options } from './options.ts';
import type { WatchValues } from './runs.ts';

/** `watch`: audits again and again, and serves what it finds, until it is ended. */
export const watchCommand = defineCommand({
  description:
    'Audits the newest settled days into an AuditStore, at once and then every --interval, and serves\n' +
    'what it finds over HTTP: /metrics for Prometheus, the HTML report at /, its JSON at /api/report,\n' +
    '/healthz and /readyz. A settled day in the store is requested again only while an audit of it\n' +
    'fails. An unreachable server does not end it: the next runs catch up on the days.',
  examples: [
    'kc-etl watch --audit-store ./audits --url http://localhost:9090',
    'kc-etl watch --audit-store /store/audits --listen 0.0.0.0:9317 --interval 30m',
    'kc-etl watch --audit-store ./audits --servers servers.txt',
    'kc-etl watch --audit-store ./audits --demo --fault lost-disk',
    'curl -s http://127.0.0.1:9317/metrics | grep kc_etl_finding',
  ],
  options,
  prints: 'text',
  run: runWatch,
});

async function runWatch(values: Values<typeof options>, context: Context): Promise<never> {
  const dir = storeOf(values.auditStore, context.cliOptions, ['demo']);
  if (dir === null) {
    throw new UsageError(
      'watch: no AuditStore was given',
      'add --audit-store <dir>, where the audits of each day are kept',
    );
  }
  refuseSaved(context);
  await openAuditStore(dir, 'write');
  const servers = await readServers(values.servers, context);
  // a wrong address or option ends the command here
  if (servers === null && !context.globals.demo) await context.address();
  const [{ WatchGroup }, { servePages }, { watchPages }, { isLoopback }, { renderers }] =
    await Promise.all([
      import('../../watch/group.ts'),
      import('../../watch/http/server.ts'),
      import('../../watch/pages.ts'),
      import('../../watch/http/hosts.ts'),
      import('./renderers.ts'),
    ]);
  const [{ watch }, { WatchLog }] = await Promise.all([
    import('../../watch/loop.ts'),
    import('./log.ts'),
  ]);
  const { clock, signal } = context.deps;
  setMaxListeners(0, signal); // every server listens to it
  const clean = (text: string) => redactParts(redact(text, context.secrets), context.secrets);
  const watched = await watchedServers(
    servers,
    { ...values, auditStore: dir, knownDays: new KnownDays() },
    context,
  );
  const group = new WatchGroup(watched);
  const pages = watchPages(group, () => clock.now(), renderers(context.secrets, clean, values));
  const server = await servePages(values.listen, pages);
  try {
    await new WatchLog(context).listening(server.url, !isLoopback(values.listen.host));
    const loops = watched.map(({ name, status, runs }) => {
      const log = new WatchLog(context, name);
      return watch(status, {
        clock,
        signal,
        run: () => runs.run(),
        reasonOf: (error) => clean(error instanceof Error ? error.message : String(error)),
        onRun: (ended) => log.ended(ended, status),
      });
    });
    await Promise.all(loops);
    throw new Error('a watch ends by its signal only');
  } finally {
    await server.close();
    for (const { runs } of watched) await runs.close();
  }
}

/** A server and its runs. */
interface RunningServer extends WatchedServer {
  readonly runs: {
    run(): Promise<RunOutcome>;
    close(): Promise<void>;
  };
}

/** The servers of the list, or the only one, each with what the store holds of it. */
async function watchedServers(
  servers: readonly ServerEntry[] | null,
  values: WatchValues & Pick<Values<typeof options>, 'serverConcurrency'>,
  context: Context,
): Promise<RunningServer[]> {
  const { WatchStatus } = await import('../../watch/status.ts');
  const start = () => new WatchStatus(context.deps.clock.now(), values.interval);
  if (servers === null) {
    const { Runs } = await import('./runs.ts');
    const status = start();
    const runs = new Runs(values, status, context);
    await runs.showStored();
    return [{ name: null, status, runs: { run: () => runs.run(), close: async () => {} } }];
  }
  const [{ ServerRuns }, { limiter }] = await Promise.all([
    import('./server-runs.ts'),
    import('../servers/limiter.ts'),
  ]);
  const inTurn = limiter(values.serverConcurrency);
  return Promise.all(
    servers.map(async (entry) => {
      const status = start();
      const runs = new ServerRuns(entry, values, status, context);
      await inTurn(() => runs.showStored());
      const run = () => inTurn(() => runs.run());
      return { name: entry.name, status, runs: { run, close: () => runs.close() } };
    }),
  );
}

/** @throws UsageError where responses are to come from a file or to be kept in files */
function refuseSaved({ globals, cliOptions }: Context): void {
  if (globals.from !== null && !globals.demo && !cliOptions.has('url')) {
    throw new UsageError(
      'watch: a saved response never changes',
      'name a server with --url, or audit it once: kc-etl audit run --from <source>',
    );
  }
  if (globals.record !== null) {
    throw new UsageError(
      'watch: --record would keep every response forever',
      'record one run instead: kc-etl audit run --record <dir>',
    );
  }
}
