import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Ran, ran, testDeps } from '../support/deps.ts';
import { describeWith } from '../support/installed.ts';
import { disposeAuthority, startKube } from '../support/kube.ts';
import { reply, serve } from '../support/server.ts';

const directory = mkdtempSync(join(tmpdir(), 'kc-etl-doctor-'));
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
  return join(directory, name);
};
const token = file('token', 'token-0123456789');
afterAll(() => {
  disposeAuthority();
  rmSync(directory, { recursive: true, force: true });
});

/** The command that the failed step prints. */
function commandIn({ stdout }: Ran): string | null | undefined {
  const { steps } = JSON.parse(stdout) as { steps: { status: string; command: string | null }[] };
  return steps.find(({ status }) => status === 'failed')?.command;
}

const nothing = reply('404', 'text/plain', 404);

test('a path that is none of the API: the command without it keeps the typed options', async () => {
  await using server = await serve({ '*': nothing });
  const typed = ['--token-file', token, '--header', 'X-Own: 1', '--config-trust'];
  const argv = ['doctor', '-o', 'json', ...typed, '--url', `${server.url}/costs`];
  const command = commandIn(await ran(argv));
  expect(command).toBe(`kc-etl doctor --url ${server.url} --config-trust --token-file ${token}`);
  server.requests.length = 0;
  const pasted = command?.split(' ').slice(1) ?? [];
  expect(commandIn(await ran([...pasted, '-o', 'json']))).toBe(
    `kc-etl doctor --kube --config-trust --token-file ${token}`,
  );
  expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer token-0123456789' });
});

test('a refused token file: the command has another one in its place', async () => {
  await using server = await serve({ '*': reply('no', 'text/plain', 401) });
  const argv = ['doctor', '-o', 'json', '--url', server.url];
  const typed = ['--token-file', token, '--allow-insecure-auth'];
  expect(commandIn(await ran([...argv, ...typed]))).toBe(
    `kc-etl doctor --url ${server.url} --allow-insecure-auth --token-file <file with a valid token>`,
  );
  expect(commandIn(await ran([...argv, '--allow-insecure-auth']))).toBe(
    `KC_ETL_TOKEN=<token> kc-etl doctor --url ${server.url} --allow-insecure-auth`,
  );
});

test('nothing listens: through the cluster of the same profile', async () => {
  mkdirSync(join(directory, 'kc-etl'), { mode: 0o700 });
  file('kc-etl/config.yaml', 'profiles:\n  prod:\n    url: http://127.0.0.1:1\n');
  const env = { XDG_CONFIG_HOME: directory, KC_ETL_KUBECONFIG: '/my/config' };
  const deps = testDeps({ env });
  const result = await ran(['doctor', '-o', 'json', '--profile', 'prod'], deps);
  expect(commandIn(result)).toBe('kc-etl doctor --kube --kubeconfig /my/config --profile prod');
});

describeWith(['kubectl', 'openssl'], 'through the cluster', () => {
  test('a service that is none: its context and kubeconfig go into the command', async () => {
    await using server = await serve({ '*': nothing });
    await using kube = await startKube({ 'kubecost/kubecost-cost-analyzer:9090': server.url });
    const { kubeconfig } = kube.cluster;
    const found = await kube.run([
      ...['doctor', '-o', 'json', '--kube', '--context', 'ann', '--kubeconfig', kubeconfig],
    ]);
    expect(commandIn(found)).toBe(
      `kubectl --kubeconfig ${kubeconfig} --context ann get services --all-namespaces`,
    );
  });
});
