import type { Client } from '../../kubecost/client.ts';
import type { Deps } from '../deps.ts';
import type { Connection, ConnectionContext } from './context.ts';

const defaultTimeout = 30_000;
const costTimeout = 300_000;

/** A client of the server that a connection leads to. */
export async function clientOf(
  connection: Pick<Connection, 'base' | 'address' | 'credentials' | 'transport' | 'tunnel'>,
  { globals, deps, reporter, hide }: Omit<ConnectionContext, 'configuration' | 'cliOptions'>,
  special: { readonly candidates?: readonly string[]; readonly retries?: number } = {},
): Promise<Client> {
  const [{ createClient }, { createCredentials }] = await Promise.all([
    import('../../kubecost/client.ts'),
    import('../../kubecost/connection/credentials.ts'),
  ]);
  const timeout = globals.timeout ?? defaultTimeout;
  const credentials = createCredentials(connection.credentials, {
    now: deps.clock.now,
    hide,
    outputOf: async (command, source) => {
      deps.catchSignals(); // the command is ended too
      const { shellOutput } = await import('../../kubecost/connection/shell.ts');
      return shellOutput(command, source, deps);
    },
  });
  await credentials.headers();
  return createClient(
    {
      base: connection.base,
      name: connection.tunnel && connection.address,
      credentials,
      timeout,
      costTimeout: globals.timeout ?? costTimeout,
      maxTime: globals.maxTime,
      retries: globals.retries,
      ...special,
    },
    {
      dispatcher: once((ms) =>
        deps.dispatcher({ timeout: ms, maxTime: globals.maxTime, ...connection.transport }),
      ),
      tunnel: connection.tunnel,
      clock: deps.clock,
      signal: deps.signal,
      random: deps.random,
      log: reporter.log,
    },
  );
}

type Opener = (timeout: number) => ReturnType<Deps['dispatcher']>;

/** One pool of connections for the whole command. */
function once(open: Opener): Opener {
  let opened: ReturnType<Opener> | undefined;
  return (timeout) => {
    opened ??= open(timeout);
    return opened;
  };
}
