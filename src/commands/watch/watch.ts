import type { Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { redact, redactParts } from '../../redaction.ts';
import { openAuditStore } from '../audit/open-store.ts';
import { storeOf } from '../audit/store-options.ts';
import { type Context, defineCommand } from '../command.ts';
import { watchOptions as options } from './options.ts';

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
  if (!context.globals.demo) await context.address(); // a wrong address or option ends the command here
  const [{ WatchStatus }, { servePages }, { watchPages }, { isLoopback }, { renderers }, { Runs }] =
    await Promise.all([
      import('../../watch/status.ts'),
      import('../../watch/http/server.ts'),
      import('../../watch/pages.ts'),
      import('../../watch/http/hosts.ts'),
      import('./renderers.ts'),
      import('./runs.ts'),
    ]);
  const [{ watch }, { WatchLog }] = await Promise.all([
    import('../../watch/loop.ts'),
    import('./log.ts'),
  ]);
  const { clock, signal } = context.deps;
  const clean = (text: string) => redactParts(redact(text, context.secrets), context.secrets);
  const status = new WatchStatus(clock.now(), values.interval);
  const runs = new Runs({ ...values, auditStore: dir }, status, context);
  await runs.showStored();
  const pages = watchPages(status, () => clock.now(), renderers(context.secrets, clean));
  const server = await servePages(values.listen, pages);
  try {
    const log = new WatchLog(context);
    await log.listening(server.url, !isLoopback(values.listen.host));
    return await watch(status, {
      clock,
      signal,
      run: () => runs.run(),
      reasonOf: (error) => clean(error instanceof Error ? error.message : String(error)),
      onRun: (ended) => log.ended(ended, status),
    });
  } finally {
    await server.close();
  }
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
      'watch: --record would keep every response for ever',
      'record one run instead: kc-etl audit run --record <dir>',
    );
  }
}
