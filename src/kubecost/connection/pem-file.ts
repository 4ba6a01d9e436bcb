import { UsageError } from '../../errors.ts';
import { shellQuote } from '../../shell-quote.ts';
import { unreadableFile } from './unreadable-file.ts';

/** A PEM file that the user named. */
export interface PemFile {
  readonly path: string;
  /** As an error names it: `--ca-file`, `KC_ETL_CA_FILE`, a file and its line. */
  readonly source: string;
}

/**
 * The certificates of authorities. A private key among them is refused: only the authority itself has a
 * use for it, so the file is not the one that was meant.
 *
 * @throws UsageError also for a damaged certificate, behind which OpenSSL would ignore all others
 */
export async function readAuthorities(file: PemFile): Promise<string> {
  const text = await readPem(file);
  const labels = labelsOf(text);
  if (labels.some(isKey)) {
    throw wrong(
      file,
      'holds a private key, but certificate authorities are trusted by their certificates alone',
      'name a file with certificates only; a client certificate and its key go to --cert and --key',
    );
  }
  const hint = 'name a file with the certificate of the authority (-----BEGIN CERTIFICATE-----)';
  if (!labels.some(isCertificate)) throw holdsNone(file, 'certificate', labels, hint);
  const damaged = await firstDamaged(text);
  if (damaged === null) return text;
  throw wrong(file, `holds a damaged certificate (number ${damaged})`, 'copy the file again');
}

/** The client's certificate, perhaps with the authorities between it and the root. */
export async function readCertificate(file: PemFile): Promise<string> {
  const text = await readPem(file);
  const labels = labelsOf(text);
  if (labels.some(isCertificate)) return text;
  const hint = labels.some(isKey)
    ? '--cert names the certificate and --key its private key'
    : 'name a file with the client certificate (-----BEGIN CERTIFICATE-----)';
  throw holdsNone(file, 'certificate', labels, hint);
}

/** The private key of the client's certificate. */
export async function readPrivateKey(file: PemFile): Promise<string> {
  const text = await readPem(file);
  const labels = labelsOf(text);
  if (labels.includes('OPENSSH PRIVATE KEY')) {
    const hint = 'name the key that the client certificate was made with';
    throw wrong(file, 'holds a key of SSH, which TLS cannot use', hint);
  }
  if (labels.some(isKey)) return text;
  const hint = labels.some(isCertificate)
    ? '--cert names the certificate and --key its private key'
    : 'name a file with the private key (-----BEGIN PRIVATE KEY-----)';
  throw holdsNone(file, 'private key', labels, hint);
}

async function readPem(file: PemFile): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  let bytes: Buffer;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    throw unreadableFile(file.path, file.source, error);
  }
  const text = bytes.toString();
  if (labelsOf(text).length > 0) return text;
  if (bytes.length === 0) throw wrong(file, 'is empty', 'PEM begins with -----BEGIN …');
  throw wrong(file, 'is not a PEM file', otherFormatHint(file, bytes));
}

function otherFormatHint({ path }: PemFile, bytes: Buffer): string {
  if (isDer(bytes)) {
    return 'it looks like DER or PKCS#12; openssl x509 -inform der or openssl pkcs12 -nodes makes PEM of it';
  }
  const text = bytes.toString();
  // as a kubeconfig or a Secret holds it
  if (/^\s*LS0tLS1CRUdJTi/.test(text)) {
    return `it is base64 of PEM; base64 -d ${shellQuote(path)} decodes it`;
  }
  return text.includes('-----BEGIN ')
    ? '-----BEGIN … has to be at the start of its line; remove what stands before it'
    : 'PEM begins with -----BEGIN …';
}

function holdsNone(
  file: PemFile,
  wanted: string,
  labels: readonly string[],
  hint: string,
): UsageError {
  const found = labels[0] === undefined ? '' : `, only ${labels[0]}`;
  return wrong(file, `holds no ${wanted}${found}`, hint);
}

function wrong({ path, source }: PemFile, text: string, hint: string): UsageError {
  return new UsageError(`${source}: ${path} ${text}`, hint);
}

function labelsOf(text: string): string[] {
  return [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(([, label = '']) => label);
}

function isKey(label: string): boolean {
  return label.endsWith('PRIVATE KEY');
}

function isCertificate(label: string): boolean {
  return /^((X509|TRUSTED) )?CERTIFICATE$/.test(label);
}

/** The number of the first certificate that OpenSSL cannot read, from 1; null where it reads them all. */
async function firstDamaged(text: string): Promise<number | null> {
  const { X509Certificate } = await import('node:crypto');
  const blocks = text
    .split(/^(?=-----BEGIN )/m)
    .filter((block) => isCertificate(labelsOf(block)[0] ?? ''));
  const at = blocks.findIndex((block) => {
    try {
      return new X509Certificate(block) === undefined;
    } catch {
      return true;
    }
  });
  return at < 0 ? null : at + 1;
}

/** A sequence of ASN.1 with a length of two bytes, as every certificate, key and PKCS#12 file begins. */
function isDer(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes[1] === 0x82;
}
