import type { Clock } from '../io.ts';
import type { Client } from '../kubecost/client.ts';
import type { CredentialSource } from '../kubecost/connection/credentials.ts';
import type { TlsSetup } from '../kubecost/connection/tls.ts';

/** The server to examine and the connection to it. */
export interface DoctorTarget {
  /** Scheme, host, port and path as the user gave them. */
  readonly base: string;
  /** What results call the server. */
  readonly address: string;
  /** Whether kubectl opens the connection: then there is no name to look up and no port to reach. */
  readonly tunnel: object | null;
  /** The options that lead to the same server again. */
  readonly options: string;
  /** Further options that were typed, quoted, for printed commands; no secrets. */
  readonly typed: {
    readonly connection: readonly string[];
    /** Files with credentials. */
    readonly credentials: readonly string[];
  };
  /** `--kubeconfig` of this command. */
  readonly kubeconfig: string | null;
  /** The options of kubectl that lead to the cluster; empty for its defaults. */
  readonly kubectlOptions: readonly string[];
  /** The tunnel through the cluster, for people; null for a direct connection. */
  readonly through: string | null;
  /** The option, variable or profile that named the address. */
  readonly source: string | null;
  readonly credentials: readonly Pick<CredentialSource, 'kind' | 'source'>[];
  readonly transport: {
    readonly proxy?: URL | null | undefined;
    readonly tls?: TlsSetup | null | undefined;
  };
}

/** What doctor needs in addition to the target. */
export interface DoctorDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
  /** TLS settings for a connection that configures none itself. */
  readonly defaultTls: () => Promise<TlsSetup>;
  /** A client that sends requests below one base path only. */
  readonly openClient: (base: string) => Promise<Client>;
  /** `--timeout` in milliseconds; null where it was not given. */
  readonly timeout: number | null;
  /** Whether certificates are accepted unverified. */
  readonly insecure: boolean;
}
