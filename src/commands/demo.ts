import { flag, integer, type OptionSet, type Values } from '../config/option.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import { demoOptions } from './demo-options.ts';

const options = {
  ...demoOptions,
  port: integer({
    flags: '--port <port>',
    description: 'where to listen; 0 picks one',
    fallback: 9090,
  }),
  listFaults: flag({ flags: '--list-faults', description: 'what can be broken, and who notices' }),
  tour: flag({ flags: '--tour', description: 'show what kc-etl says about it, and end' }),
} satisfies OptionSet;

/** `demo`: an embedded Kubecost, until interrupted. */
export const demoCommand = defineCommand({
  description:
    'A small Kubecost on 127.0.0.1: simulated clusters, their cost stores and the event log of the\n' +
    'pipeline that builds them, over the same HTTP API. Everything in it follows from --seed and the\n' +
    'time. By default it is healthy and every audit passes; --fault breaks it in a named way.',
  examples: [
    'kc-etl demo --tour --fault lost-disk',
    'kc-etl demo --port 9091 --fault lost-disk     then, elsewhere: kc-etl audit --url http://localhost:9091',
    'kc-etl demo --list-faults',
    'kc-etl events --demo --seed 7                 the same inside any other command',
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
  const { startDemo } = await import('../demo/server.ts');
  const { port, listFaults: _listFaults, tour, ...world } = values;
  const server = await startDemo({ ...world, port: tour ? 0 : port }, { clock: deps.clock });
  try {
    const { describeDemo } = await import('./demo-text.ts');
    await deps.io.stdout.write(describeDemo(server));
    if (tour) return await showTour(server.url, context);
    await reporter.note('Ctrl-C ends it');
    return await untilEnded(deps.signal);
  } finally {
    await server.close();
  }
}

/** What a newcomer would type first, against the server just started. */
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

/** Ends only by being ended. */
function untilEnded(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
