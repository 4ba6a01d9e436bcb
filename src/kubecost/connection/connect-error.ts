/** What the certificate of a server says of itself. */
export interface CertificateFacts {
  /** The names it was made for: `a.example.com, *.b.example.com, 10.1.2.3`. */
  readonly names: string;
  /** The end of its validity as the certificate spells it; empty where it has none. */
  readonly validTo: string;
}

interface ConnectFacts {
  readonly certificate?: CertificateFacts | undefined;
  /** The status with which a proxy refused to open a tunnel. */
  readonly status?: number;
}

/** A connection that was not made. */
export class ConnectError extends Error {
  /** Of Node, of OpenSSL, or `KC_ETL_…`: a key of the tables of network and TLS causes. */
  readonly code: string;
  /** Scheme, host and port of the proxy that failed; null where the server did. */
  proxy: string | null = null;
  readonly certificate: CertificateFacts | null;
  readonly status: number | null;

  constructor(code: string, { certificate, status }: ConnectFacts = {}) {
    super(code);
    this.code = code;
    this.certificate = certificate ?? null;
    this.status = status ?? null;
  }

  /** The error behind which there was no connection. */
  static of(error: unknown): ConnectError {
    if (error instanceof ConnectError) return error;
    return new ConnectError(
      error instanceof Error && 'code' in error ? String(error.code) : 'KC_ETL_UNKNOWN',
    );
  }
}
