import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, type Certificate, makeAuthority } from '../../support/certificates.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { describeWith } from '../../support/installed.ts';

/** Nothing listens there: a usage error comes before any connection. */
const url = 'https://127.0.0.1:1';

async function refusal(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await ran(['events', '--url', url, ...argv], testDeps({ env }));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .*\nhint: .*\n$/);
  return stderr;
}

test.each([
  ['/nowhere.pem', 'cannot be read (ENOENT)\nhint: check the path; a relative one begins at'],
  ['/tmp', 'cannot be read (EISDIR)\nhint: name a file, not a directory'],
  ['/dev/null', 'is empty\nhint: PEM begins with -----BEGIN'],
])('a file that cannot be used: %s', async (path, text) => {
  expect(await refusal(['--ca-file', path])).toContain(`error: --ca-file: ${path} ${text}`);
  expect(await refusal([], { KC_ETL_CA_FILE: path })).toContain(`error: KC_ETL_CA_FILE: ${path} `);
  const pair = ['--cert', path, '--key', path];
  expect(await refusal(pair)).toContain(`error: --cert: ${path} ${text}`);
});

test('a credential file that does not exist comes with a hint, too', async () => {
  expect(await refusal(['--token-file', '/nowhere'])).toContain(
    '--token-file: /nowhere cannot be read (ENOENT)\nhint: check the path',
  );
});

describeWith(['openssl'], 'PEM files that hold something else', () => {
  let authority: Authority;
  let client: Certificate;
  beforeAll(() => {
    authority = makeAuthority();
    client = authority.issue('client', ['DNS:client']);
  });
  afterAll(() => authority?.[Symbol.dispose]());

  const at = (name: string) => join(authority.directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const joined = (name: string, ...paths: string[]) => {
    writeFileSync(at(name), paths.map((path) => readFileSync(path, 'utf8')).join(''));
    return at(name);
  };

  // kubernetes/kubectl#823: HAProxy's file of a certificate and its key, given as the authority
  test('a private key among authorities, alone or with its certificate', async () => {
    const both = joined('both.pem', authority.ca, at('ca.key'));
    for (const path of [at('ca.key'), both]) {
      expect(await refusal(['--ca-file', path])).toContain(
        `error: --ca-file: ${path} holds a private key, but`,
      );
    }
  });

  test('no certificate at all', async () => {
    const request = at('client.csr');
    expect(await refusal(['--ca-file', request])).toContain(
      `${request} holds no certificate, only CERTIFICATE REQUEST\nhint: name a file with`,
    );
  });

  test('a damaged certificate behind a good one, which OpenSSL would not mention', async () => {
    const cut = at('cut.pem');
    writeFileSync(cut, readFileSync(client.cert, 'utf8').slice(0, 300));
    const bundle = joined('bundle.pem', authority.ca, cut);
    expect(await refusal(['--ca-file', bundle])).toContain(
      `${bundle} holds a damaged certificate (number 2)\nhint: copy the file again`,
    );
  });

  test('DER: the command that makes PEM of it', async () => {
    const der = at('ca.der');
    openssl('x509', '-in', authority.ca, '-outform', 'der', '-out', der);
    expect(await refusal(['--ca-file', der])).toMatch(/is not a PEM file\nhint: .*openssl x509/);
  });

  // vallard/drone-kube#7 and kubernetes/client-go#703: certificate-authority-data as it stands there
  test('base64 of PEM, and PEM that is indented as in YAML', async () => {
    const pem = readFileSync(authority.ca, 'utf8');
    writeFileSync(at('data.txt'), Buffer.from(pem).toString('base64'));
    expect(await refusal(['--ca-file', at('data.txt')])).toContain(
      `is not a PEM file\nhint: it is base64 of PEM; base64 -d ${at('data.txt')} decodes it`,
    );
    writeFileSync(at('indented.pem'), pem.replaceAll(/^/gm, '    '));
    expect(await refusal(['--ca-file', at('indented.pem')])).toContain(
      'is not a PEM file\nhint: -----BEGIN … has to be at the start of its line',
    );
  });

  test('a client certificate and its key in the wrong places', async () => {
    const swapped = ['--cert', client.key, '--key', client.cert];
    expect(await refusal(swapped)).toMatch(
      /--cert: .*client\.key holds no certificate, only (EC )?PRIVATE KEY\nhint: --cert names/,
    );
    expect(await refusal(['--cert', client.cert, '--key', client.cert])).toMatch(
      /--key: .*client\.pem holds no private key, only CERTIFICATE\nhint: --cert names/,
    );
  });

  test('one of the two is missing, or does not fit', async () => {
    expect(await refusal(['--cert', client.cert])).toContain('--cert needs --key as well\nhint: ');
    expect(await refusal([], { KC_ETL_KEY: client.key })).toContain('KC_ETL_KEY needs --cert');
    expect(await refusal(['--cert', client.cert, '--key', at('ca.key')])).toContain(
      '--key: the key does not belong to the certificate\nhint: ',
    );
  });

  test('a key that only its password opens', async () => {
    const key = at('encrypted.key');
    openssl('pkey', '-in', client.key, '-aes128', '-passout', 'pass:secret', '-out', key);
    expect(await refusal(['--cert', client.cert, '--key', key])).toContain(
      `hint: openssl pkey -in ${key} -out <key.pem> writes it without its password`,
    );
  });

  test('certificate and key in one file serve for both; text around PEM is no matter', async () => {
    const both = joined('pair.pem', client.cert, client.key);
    const text = at('text.pem');
    writeFileSync(text, openssl('x509', '-in', authority.ca, '-text'));
    const { stderr } = await ran([
      ...['events', '--url', url, '--retries', '0', '--ca-file', text],
      ...['--cert', both, '--key', both],
    ]);
    expect(stderr).toContain('nothing listens at');
  });
});
