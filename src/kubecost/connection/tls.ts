import type { SecureContext, SecureContextOptions } from 'node:tls';
import { UsageError } from '../../errors.ts';

/** How the server proves who it is, and how kc-etl does. Paths of PEM files. */
export interface TlsOptions {
  /** Further authorities. */
  readonly caFile: string | null;
  /** The certificate that kc-etl shows. */
  readonly certFile: string | null;
  readonly keyFile: string | null;
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
  if ((options.certFile === null) !== (options.keyFile === null)) {
    const [given, missing] = options.certFile === null ? ['--key', '--cert'] : ['--cert', '--key'];
    throw new UsageError(`${given} needs ${missing} as well`);
  }
  const tls = await import('node:tls');
  const named = options.caFile === null ? [] : [await readPem(options.caFile, '--ca-file')];
  const own: SecureContextOptions =
    options.certFile === null || options.keyFile === null
      ? {}
      : {
          cert: await readPem(options.certFile, '--cert'),
          key: await readPem(options.keyFile, '--key'),
        };
  for (const [option, part] of [
    ['--ca-file', named.length > 0 ? { ca: named } : null],
    ['--cert', own.cert === undefined ? null : { cert: own.cert }],
    ['--key', Object.keys(own).length > 0 ? own : null],
  ] as const) {
    if (part) checkContext(tls.createSecureContext, part, option);
  }
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

function checkContext(
  create: (options: SecureContextOptions) => unknown,
  part: SecureContextOptions,
  option: string,
): void {
  try {
    create(part);
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : '';
    const text =
      reason === 'key values mismatch'
        ? 'the key does not belong to the certificate'
        : /password|decrypt|interrupted/i.test(`${reason} ${String(error)}`)
          ? 'the key is encrypted; kc-etl takes one without a password'
          : 'there is no usable PEM in that file';
    throw new UsageError(`${option}: ${text}`, reason ? `OpenSSL says: ${reason}` : undefined);
  }
}

async function readPem(path: string, option: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new UsageError(`${option}: ${path} cannot be read${code}`);
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new UsageError(`${option}: ${path} is not a PEM file`, 'PEM begins with -----BEGIN …');
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
