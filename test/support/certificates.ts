import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the tests' own, made anew for each run; every path is a PEM file. */
export interface Authority extends Disposable {
  readonly directory: string;
  readonly ca: string;
  /** @param names subject alternative names: `DNS:localhost`, `IP:127.0.0.1` */
  issue(name: string, names: readonly string[], days?: number): Certificate;
}

export function makeAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'kc-etl-ca-'));
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...['req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem')],
    ...['-days', '2', '-subj', '/CN=An authority of the tests'],
  );
  return {
    directory,
    ca: at('ca.pem'),
    issue(name, names, days = 1) {
      const [cert, own, request] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`)];
      writeFileSync(at(`${name}.ext`), `subjectAltName=${names.join(',')}\n`);
      openssl('req', '-new', ...key, '-keyout', own, '-out', request, '-subj', `/CN=${name}`);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
        ...['-CAcreateserial', '-out', cert, '-extfile', at(`${name}.ext`)],
        ...(days > 0 ? ['-days', String(days)] : ['-days', '-1']),
      );
      return { cert, key: own };
    },
    [Symbol.dispose]() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
