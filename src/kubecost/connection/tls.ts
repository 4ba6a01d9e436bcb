import type { SecureContext, SecureContextOptions } from 'node:tls';
import { UsageError } from '../../errors.ts';
import { shellQuote } from '../../shell-quote.ts';
import { type PemFile, readAuthorities, readCertificate, readPrivateKey } from './pem-file.ts';

/** How the server proves who it is, and how kc-etl does. */
export interface TlsOptions {
  /** Further authorities. */
  readonly caFile: PemFile | null;
  /** The certificate that kc-etl shows. */
  readonly certFile: PemFile | null;
  readonly keyFile: PemFile | null;
  readonly insecure: boolean;
}

/** What `tls.connect` is given. */
export interface TlsParameters {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/**
 * With whom to connect. To read every authority takes a tenth of a second and most servers need but
 * one, so a connection is tried with few first.
 */
export interface TlsSetup {
  /** Trusts what the user named; else what Node brings. */
  readonly first: TlsParameters;
  /** Trusts all there is; to be asked for where `first` does not trust a server. */
  readonly all: () => Promise<TlsParameters>;
}

const distrust =
  /^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY)|SELF_SIGNED|DEPTH_ZERO|CERT_(UNTRUSTED|HAS_EXPIRED|REJECTED|SIGNATURE)|INVALID_CA)/;

/** Whether another authority could vouch for the server that `error` is about. */
export function isTrustFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && distrust.test(String(error.code));
}

/** Where Linux distributions and BSDs keep the authorities they trust. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Trusts what Node brings, what the system trusts, and what the user names.
 *
 * @throws UsageError naming the option, where a file cannot be read or is not what it should be
 */
export async function setUpTls(
  options: TlsOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TlsSetup> {
  const tls = await import('node:tls');
  const { caFile } = options;
  const named = caFile === null ? [] : [await readAuthorities(caFile)];
  const own = await clientPair(options, tls.createSecureContext);
  const rejectUnauthorized = !options.insecure;
  const few = named.length > 0 ? { ca: named } : {};
  const first = { secureContext: tls.createSecureContext({ ...own, ...few }), rejectUnauthorized };
  let all: Promise<TlsParameters> | null = null;
  const trustAll = async () => {
    const ca = [...tls.rootCertificates, ...(await systemAuthorities(tls, env)), ...named];
    return { secureContext: tls.createSecureContext({ ...own, ca }), rejectUnauthorized };
  };
  return { first, all: () => (all ??= rejectUnauthorized ? trustAll() : Promise.resolve(first)) };
}

/** The client certificate and its key, after OpenSSL has accepted both. */
async function clientPair(
  { certFile, keyFile }: TlsOptions,
  create: (options: SecureContextOptions) => unknown,
): Promise<SecureContextOptions> {
  if (certFile === null || keyFile === null) {
    const only = certFile ?? keyFile;
    if (only === null) return {};
    throw new UsageError(
      `${only.source} needs ${certFile === null ? '--cert' : '--key'} as well`,
      'where one file holds the certificate and its key, name it for both',
    );
  }
  const own = { cert: await readCertificate(certFile), key: await readPrivateKey(keyFile) };
  accept(certFile, () => create({ cert: own.cert }));
  accept(keyFile, () => create(own));
  return own;
}

function accept({ path, source }: PemFile, create: () => unknown): void {
  try {
    create();
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : '';
    const openssl = reason ? `OpenSSL says: ${reason}` : undefined;
    if (reason === 'key values mismatch') {
      const hint = 'name the key that the certificate of --cert was made with';
      throw new UsageError(`${source}: the key does not belong to the certificate`, hint);
    }
    if (/password|decrypt|interrupted/i.test(`${reason} ${String(error)}`)) {
      const hint = `openssl pkey -in ${shellQuote(path)} -out <key.pem> writes it without its password`;
      throw new UsageError(
        `${source}: the key is encrypted; kc-etl takes one without a password`,
        hint,
      );
    }
    throw new UsageError(`${source}: OpenSSL cannot read ${path}`, openssl);
  }
}

/** The system's own, and those of the variables that Node and OpenSSL read. */
async function systemAuthorities(
  tls: typeof import('node:tls'),
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const read = (path: string) => readFile(path, 'utf8').catch(() => null);
  const found: string[] = [];
  for (const path of env['SSL_CERT_FILE'] ? [env['SSL_CERT_FILE']] : systemBundles) {
    const text = await read(path);
    if (text === null) continue;
    found.push(text);
    break;
  }
  const extra = env['NODE_EXTRA_CA_CERTS'] ? await read(env['NODE_EXTRA_CA_CERTS']) : null;
  if (extra !== null) found.push(extra);
  // on macOS and Windows only a newer Node can ask the system
  if (found.length === 0 && 'getCACertificates' in tls) {
    const ask = tls.getCACertificates as (type: 'system') => string[]; // not in the types of Node 20
    found.push(...ask('system'));
  }
  return found;
}
