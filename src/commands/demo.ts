import { flag, integer, type OptionSet, type Values } from '../config/option.ts';
import type { DemoOptions } from '../demo/options.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import { type BillRequest, writeBillOption } from './demo-bill-option.ts';
import { demoOptions } from './demo-options.ts';

const options = {
  ...demoOptions,
  port: integer({
    flags: '--port <port>',
    description: 'port to listen on; 0 picks a free one',
    fallback: 9090,
  }),
  listFaults: flag({
    flags: '--list-faults',
    description: 'list the faults and what detects them, then exit',
  }),
  writeBill: writeBillOption,
  tour: flag({ flags: '--tour', description: 'run a few kc-etl commands against it, then exit' }),
} satisfies OptionSet;

/** `demo`: an embedded Kubecost, until interrupted. */
export const demoCommand = defineCommand({
  description:
    'An embedded Kubecost on 127.0.0.1: simulated clusters, their cost stores and the event log of the\n' +
    'ETL pipeline, served over the same HTTP API. All data is derived from --seed and the current time.\n' +
    'By default every audit passes; --fault injects a named fault.',
  examples: [
    'kc-etl demo --tour --fault lost-disk',
    'kc-etl demo --port 9091 --fault lost-disk     then, in another terminal: kc-etl audit --url http://localhost:9091',
    'kc-etl demo --list-faults',
    'kc-etl demo --write-bill cur2=bill.csv.gz     a cloud bill, for kc-etl audit run --demo --bill bill.csv.gz',
    'kc-etl events --demo --seed 7                 the same inside another command',
  ],
  options,
  prints: 'text',
  run: demo,
});

async function demo(values: Values<typeof options>, context: Context): Promise<Outcome | null> {
  if (values.listFaults) {
    const { faultList } = await import('./demo-text.ts');
    return { result: { kind: 'text', text: faultList() }, exitCode: 0 };
  }
  const { deps, reporter } = context;
  const { port, listFaults: _listFaults, tour, writeBill: bills, ...world } = values;
  if (bills.length > 0) return await writeBills(bills, world, context);
  const { startDemo } = await import('../demo/server.ts');
  const server = await startDemo({ ...world, port: tour ? 0 : port }, { clock: deps.clock });
  try {
    const { describeDemo } = await import('./demo-text.ts');
    await deps.io.stdout.write(describeDemo(server));
    if (tour) return await showTour(server.url, context);
    await reporter.note('Press Ctrl-C to stop');
    return await untilInterrupted(deps.signal);
  } finally {
    await server.close();
  }
}

/** Writes bills of the simulated resources instead of serving them. */
async function writeBills(
  requests: readonly BillRequest[],
  world: Partial<DemoOptions>,
  { deps }: Context,
): Promise<Outcome> {
  const [{ makeDemo }, { sampleBill }, { billText, writeBill }] = await Promise.all([
    import('../demo/server.ts'),
    import('../demo/bill-files/sample-bill.ts'),
    import('./demo-bill.ts'),
  ]);
  const demo = makeDemo(world, { clock: deps.clock });
  const texts: string[] = [];
  for (const { format, path } of requests) {
    const bill = sampleBill(format, demo, demo.now());
    texts.push(billText(bill, path, await writeBill(bill, path, deps)));
  }
  return { result: { kind: 'text', text: texts.join('\n') }, exitCode: 0 };
}

/** Runs the commands a new user would try first against the server. */
async function showTour(url: string, { deps, run }: Context): Promise<null> {
  const steps = [
    ['events', '--kind', 'AssetSet', '--limit', '12'],
    ['audit', 'run', '--type', 'AuditClusterEquality', '--commit', '--fail-on', 'never'],
    ['audit', 'diff', '--type', 'AuditClusterEquality'],
  ];
  const env = { ...deps.env, KC_ETL_URL: url };
  for (const argv of steps) {
    await deps.io.stdout.write(`\n$ kc-etl ${argv.join(' ')}\n`);
    await run(argv, { ...deps, env });
  }
  await deps.io.stdout.write(
    '\nNext: kc-etl --help, or your own Kubecost: kc-etl audit --url <url>\n',
  );
  return null;
}

/** Rejects when the command is interrupted. */
function untilInterrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
