import { findOption, resolveOptions } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { stoppingBehindGateway } from '../../kubecost/gateway-stop.ts';
import { reportingWarnings } from '../../kubecost/warnings.ts';
import { shellQuote } from '../../shell-quote.ts';
import type { Context } from '../command.ts';
import type { ResponseSource } from '../saved/source.ts';
import { clientOf } from './client.ts';
import { openConnection } from './connection.ts';
import type { Connection, ConnectionContext } from './context.ts';

/** Connections of a command to its server. */
export interface ServerAccess
  extends Pick<Context, 'address' | 'connect' | 'disconnect' | 'open' | 'urls'> {
  /** Ends them, with their port-forwards. */
  close(): Promise<void>;
}

/** Connects when the command first asks for it; with `--demo`, to a server started here. */
export function serverAccess(context: ConnectionContext, source: ResponseSource): ServerAccess {
  const { globals, cliOptions, deps, configuration } = context;
  const connections = new Map<string | undefined, Promise<Connection>>();
  const clients = new Map<string | undefined, Promise<Client>>();
  const excluded = ['url', 'kube'].find((name) => cliOptions.has(name));
  // a variable that starts an embedded server gives way to an address on the command line
  const isDemo = globals.demo && (cliOptions.has('demo') || excluded === undefined);
  if (isDemo && excluded) {
    throw new UsageError(`--demo and --${excluded} exclude each other`, 'leave one of them out');
  }
  const openDemo = async (): Promise<Connection> => {
    const [{ startDemo }, { demoAddress, demoOptions }, { demoWords }] = await Promise.all([
      import('../../demo/server.ts'),
      import('../demo-options.ts'),
      import('../pasted-command.ts'),
    ]);
    const options = resolveOptions(demoOptions, cliOptions, deps.env, configuration.settings);
    const demo = await startDemo({ ...options, port: 0 }, { clock: deps.clock });
    return {
      base: demo.url,
      address: demoAddress(
        (option) => findOption(option, cliOptions, deps.env, configuration.settings)?.texts ?? [],
      ),
      credentials: [],
      transport: {},
      tunnel: null,
      options: (await demoWords(cliOptions)).map(shellQuote).join(' '),
      through: `an embedded ${options.as.startsWith('opencost') ? 'OpenCost' : 'Kubecost'}`,
      source: null,
      close: () => demo.close(),
    };
  };
  const open = (url?: string) => {
    const connection = connections.get(url) ?? (isDemo ? openDemo() : openConnection(context, url));
    connections.set(url, connection);
    return connection;
  };
  const openClient = async (url?: string) => {
    const client = await clientOf(await open(url), context);
    return stoppingBehindGateway(source.record?.(client) ?? client, deps.clock);
  };
  const close = async () => {
    for (const connection of connections.values()) {
      const opened = await connection.catch(() => undefined);
      await opened?.close();
    }
  };
  return {
    open,
    address: async () =>
      source.client ? (source.client.server ?? globals.from ?? '') : (await open()).address,
    urls: cliOptions.get('url') ?? [],
    connect(url) {
      const saved = url === undefined ? source.client : undefined;
      const client =
        clients.get(url) ??
        (saved ? Promise.resolve(saved) : openClient(url)).then((opened) =>
          reportingWarnings(opened, (path, sentence) => {
            void context.reporter.warn(`the server says about ${path}: ${sentence}`);
          }),
        );
      clients.set(url, client);
      return client;
    },
    async disconnect() {
      if (globals.demo) return;
      await close();
      connections.clear();
      clients.clear();
    },
    close,
  };
}
