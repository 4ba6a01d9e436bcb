import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import { type Authority, type Certificate, makeAuthority } from '../../support/certificates.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { describeWith } from '../../support/installed.ts';
import { type Nginx, startNginx } from '../../support/nginx.ts';

const small = { port: 0, clusters: 1, nodes: 2, pods: 6, days: 3 };

/** `counters` are enough to see that the events came through. */
async function events(url: string, env: Record<string, string> = {}, more: string[] = []) {
  const { code, stdout, stderr } = await ran(
    ['events', '--url', url, '--retries', '0', '--counters', '-o', 'json', ...more],
    testDeps({ env }),
  );
  const counters: unknown = code === 0 ? JSON.parse(stdout).counters : null;
  return { code, counters, stdout, stderr };
}

describeWith(['nginx'], 'an ingress in front', () => {
  let demo: Demo;
  let nginx: Nginx;
  let url: string;
  beforeAll(async () => {
    demo = await startDemo(small, { clock: new TestClock(Date.now()) });
    nginx = await startNginx((port, directory) => {
      writeFileSync(join(directory, 'users'), 'ann:{PLAIN}pa55-word\n');
      return `server {
        listen 127.0.0.1:${port};
        location /ops/kubecost/ { proxy_pass ${demo.url}/; }
        location /guarded/ {
          auth_basic "ops"; auth_basic_user_file ${directory}/users;
          proxy_pass ${demo.url}/;
        }
        location /sso/ { return 302 http://login.example.com/authorize?client=kubecost; }
        location /page/ { default_type text/html; return 200 '<html><title>Sign in</title><form><input type="password"></form></html>'; }
        location /gone/ { proxy_pass http://127.0.0.1:1/; }
        location /keys/ {
          if ($http_x_api_key != "key-of-the-team") { return 403; }
          proxy_pass ${demo.url}/;
        }
        location / { default_type text/html; return 404 '<html><title>Not here</title></html>'; }
      }`;
    });
    url = `http://127.0.0.1:${nginx.port}`;
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await demo?.close();
  });

  test('with a path of its own', async () => {
    const { code, counters } = await events(`${url}/ops/kubecost`);
    expect(code).toBe(0);
    expect(counters).toHaveProperty('AssetSetSaved');
  });

  test('with basic auth: in the address, in the environment, in a file', async () => {
    const inUrl = `http://ann:pa55-word@127.0.0.1:${nginx.port}/guarded`;
    const file = join(nginx.directory, 'credential');
    writeFileSync(file, 'ann:pa55-word\n');
    expect((await events(inUrl)).code).toBe(0);
    expect((await events(`${url}/guarded`, { KC_ETL_USER: 'ann:pa55-word' })).code).toBe(0);
    expect((await events(`${url}/guarded`, { KC_ETL_USER_FILE: file })).code).toBe(0);
    const refused = await events(`${url}/guarded`);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('returned 401');
    expect((await events(`${url}/guarded`, { KC_ETL_USER: 'ann:wrong' })).code).toBe(4);
  });

  test('with a key', async () => {
    expect((await events(`${url}/keys`, { KUBECOST_API_KEY: 'key-of-the-team' })).code).toBe(0);
    expect((await events(`${url}/keys`)).code).toBe(4);
  });

  test('with a login: the redirect is not followed with a credential, and the page says what it is', async () => {
    const redirected = await events(`${url}/sso`, { KC_ETL_TOKEN: 'token-for-kubecost' });
    expect(redirected.code).toBe(3);
    expect(redirected.stderr).toContain('login.example.com');
    expect(redirected.stderr).not.toContain('token-for-kubecost');
    const page = await events(`${url}/page`);
    expect(page.code).toBe(3);
    expect(page.stderr).toContain('a login page instead of data');
    expect(page.stderr).toContain('KC_ETL_TOKEN');
  });

  test('with nothing behind it', async () => {
    const { code, stderr } = await events(`${url}/gone`);
    expect(code).toBe(3);
    expect(stderr).toMatch(/returned 502[\s\S]*the proxy cannot reach Kubecost/);
  });

  test('and doctor tells them apart', async () => {
    const doctor = async (path: string, env = {}) => {
      const { code, stdout } = await ran(
        ['doctor', '--url', `${url}${path}`, '-o', 'json', '--retries', '0'],
        testDeps({ env, clock: new TestClock(Date.now()) }),
      );
      const { steps } = JSON.parse(stdout) as {
        steps: { step: string; status: string; command: string | null }[];
      };
      const failed = steps.find(({ status }) => status === 'failed');
      return { code, step: failed?.step, command: failed?.command };
    };
    expect(await doctor('/ops/kubecost')).toEqual({ code: 0, step: undefined, command: undefined });
    expect(await doctor('/guarded')).toMatchObject({ code: 4, step: 'login' });
    expect(await doctor('/page')).toMatchObject({ code: 3, step: 'login' });
    expect(await doctor('/sso', { KC_ETL_TOKEN: 'token-for-kubecost' })).toMatchObject({
      code: 3,
      step: 'login',
    });
    expect(await doctor('/gone')).toMatchObject({ code: 3, step: 'prefix' });
    expect(await doctor('/elsewhere')).toMatchObject({
      code: 3,
      step: 'prefix',
      command: `kc-etl doctor --url ${url}`,
    });
  });
});

describeWith(['nginx', 'openssl'], 'TLS', () => {
  let demo: Demo;
  let authority: Authority;
  let client: Certificate;
  let nginx: Nginx;
  let port: number;
  beforeAll(async () => {
    demo = await startDemo(small, { clock: new TestClock(Date.now()) });
    authority = makeAuthority();
    const good = authority.issue('localhost', ['DNS:localhost', 'IP:127.0.0.1']);
    const other = authority.issue('other', ['DNS:other.example.com']);
    const expired = authority.issue('expired', ['DNS:localhost'], 0);
    client = authority.issue('client', ['DNS:client']);
    nginx = await startNginx((first) => {
      const server = (address: string, { cert, key }: Certificate, more = '') => `server {
        listen ${address} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; ${more}
        location / { proxy_pass ${demo.url}; }
      }`;
      return [
        server(`127.0.0.1:${first}`, good),
        server(`127.0.0.2:${first}`, other),
        server(`127.0.0.3:${first}`, expired),
        server(
          `127.0.0.4:${first}`,
          authority.issue('four', ['IP:127.0.0.4']),
          `ssl_client_certificate ${authority.ca}; ssl_verify_client on;`,
        ),
      ].join('\n');
    });
    port = nginx.port;
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await demo?.close();
    authority?.[Symbol.dispose]();
  });

  test('an authority of their own is named with --ca-file', async () => {
    const unknown = await events(`https://localhost:${port}`);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toMatch(/not signed by an authority known here[\s\S]*--ca-file/);
    const known = await events(`https://localhost:${port}`, {}, ['--ca-file', authority.ca]);
    expect(known.code).toBe(0);
    expect(
      (await events(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: authority.ca })).code,
    ).toBe(0);
    expect((await events(`https://localhost:${port}`, { SSL_CERT_FILE: authority.ca })).code).toBe(
      0,
    );
  });

  test('nobody is believed without being asked to, and then a warning says so', async () => {
    const { code, stderr } = await events(`https://localhost:${port}`, {}, [
      '--insecure-skip-tls-verify',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: --insecure-skip-tls-verify');
  });

  test('a certificate for another name, and one that has expired', async () => {
    const ca = ['--ca-file', authority.ca];
    const other = await events(`https://127.0.0.2:${port}`, {}, ca);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('is for another name');
    const expired = await events(`https://127.0.0.3:${port}`, {}, ca);
    expect(expired.code).toBe(3);
    expect(expired.stderr).toContain('has expired');
  });

  test('a client certificate', async () => {
    const url = `https://127.0.0.4:${port}`;
    const ca = ['--ca-file', authority.ca];
    const without = await events(url, {}, ca);
    expect(without.code).toBe(3);
    expect(without.stderr).toMatch(/requires a client certificate[\s\S]*--cert/);
    const own = [...ca, '--cert', client.cert, '--key', client.key];
    expect((await events(url, {}, own)).code).toBe(0);
  });

  test('files that are not what they should be are usage errors, without a request', async () => {
    const url = `https://localhost:${port}`;
    const wrong = [
      [['--ca-file', '/nowhere.pem'], '--ca-file: /nowhere.pem cannot be read (ENOENT)'],
      [['--ca-file', '/etc/hostname'], '--ca-file: /etc/hostname is not a PEM file'],
      [['--cert', client.cert], '--cert needs --key as well'],
      [
        ['--cert', client.cert, '--key', join(authority.directory, 'ca.key')],
        '--key: the key does not belong to the certificate',
      ],
    ] as const;
    for (const [options, message] of wrong) {
      const { code, stderr } = await events(url, {}, [...options]);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    }
  });

  test('doctor names the step and the command', async () => {
    const failed = async (url: string, ...more: string[]) => {
      const { code, stdout } = await ran(['doctor', '--url', url, '-o', 'json', ...more]);
      const { steps } = JSON.parse(stdout) as {
        steps: { step: string; status: string; command: string | null }[];
      };
      return { code, ...steps.find(({ status }) => status === 'failed') };
    };
    expect(await failed(`https://localhost:${port}`)).toMatchObject({
      code: 3,
      step: 'tls',
      command: `kc-etl doctor --url https://localhost:${port} --ca-file <authority.pem>`,
    });
    expect(await failed(`https://127.0.0.3:${port}`, '--ca-file', authority.ca)).toMatchObject({
      code: 3,
      step: 'tls',
      detail: expect.stringContaining('expired'),
    });
    expect(await failed(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 3,
      step: 'tls',
      command: `kc-etl doctor --url https://127.0.0.1:${port}`,
    });
    expect(await failed(demo.url.replace('http:', 'https:'))).toMatchObject({
      code: 3,
      step: 'tls',
      command: `kc-etl doctor --url ${demo.url}`,
    });
  });
});
