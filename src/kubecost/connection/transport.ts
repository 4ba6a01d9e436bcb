import type { TlsSetup } from './tls.ts';

/** How connections are made. */
export interface Transport {
  /** Milliseconds for each of: resolving a name, connecting, opening a proxy's tunnel, TLS. */
  readonly timeout: number;
  /** Milliseconds for a whole request, where that may end it before `timeout` does. */
  readonly maxTime?: number;
  /** Null: what Node trusts. */
  readonly tls?: TlsSetup | null | undefined;
  /** The forward proxy, with its credentials. */
  readonly proxy?: URL | null;
}
