import type { Configuration } from '../../config/files.ts';
import type { CliOptions } from '../../config/resolve.ts';
import type { CredentialSource } from '../../kubecost/connection/credentials.ts';
import type { Tunnel } from '../../kubecost/connection/kube/tunnel.ts';
import type { Transport } from '../../kubecost/connection/transport.ts';
import type { Reporter } from '../../reporter.ts';
import type { Deps } from '../deps.ts';
import type { Globals } from '../globals.ts';

/** What a connection is made from: the options with their sources, and the reporter for warnings. */
export interface ConnectionContext {
  readonly globals: Globals;
  readonly cliOptions: CliOptions;
  readonly configuration: Configuration;
  readonly deps: Deps;
  readonly reporter: Reporter;
  /** Adds texts that no output may contain. */
  readonly hide: (secrets: readonly string[]) => void;
}

/** The connection to a server, open for as long as the command runs. */
export interface Connection {
  /** Scheme, host, port and path, before it is known whether `/model` belongs to it. */
  readonly base: string;
  /** A name of the server that stays the same: without credentials, and without the port of a tunnel. */
  readonly address: string;
  readonly credentials: readonly CredentialSource[];
  readonly transport: Omit<Transport, 'timeout'>;
  /** The tunnel through the cluster; null where the server is reached without kubectl. */
  readonly tunnel: Tunnel | null;
  /** The options that lead to the same server again, in another command. */
  readonly options: string;
  /** The tunnel through the cluster, for people; null for a direct connection. */
  readonly through: string | null;
  /** The option, variable or profile that named the address; null for a tunnel. */
  readonly source: string | null;
  close(): Promise<void>;
}
