import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterToken } from '../../../support/cluster.ts';
import { folder } from '../../../support/folder.ts';
import { describeWith, pathOf } from '../../../support/installed.ts';
import { disposeAuthority, isAlive, startKube } from '../../../support/kube.ts';
import { replyData, serve, type TestServer } from '../../../support/server.ts';
import { ended, start } from '../../../support/spawn.ts';
import { hasTerminal, onTerminal, program } from '../../../support/terminal.ts';
import { until } from '../../../support/waiting.ts';

/** Before 1.22, kubectl passes stdin to a plugin only where its own stdout is a terminal. */
function passesStdin(): boolean {
  const { stdout } = spawnSync(pathOf('kubectl') ?? '', ['version', '--client', '-o', 'json'], {
    encoding: 'utf8',
  });
  const minor = /"minor": "(\d+)/.exec(stdout ?? '')?.[1];
  return minor !== undefined && Number(minor) >= 22;
}

describeWith(['kubectl', 'openssl', 'bash'], 'logins by exec plugins', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve({ '*': replyData({ allocation: [], asset: [], counters: {} }) });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    disposeAuthority();
  });

  /** A cluster whose user "plugin" logs in with a script. */
  async function startWithPlugin(script: string) {
    const files = folder();
    const command = files.at('login-plugin');
    writeFileSync(command, `#!/bin/sh\necho $$ >'${files.path}/pid'\n${script}\n`);
    chmodSync(command, 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command,
      interactiveMode: 'IfAvailable',
    };
    const kube = await startKube(
      { 'kubecost/kubecost-cost-analyzer:9090': server.url },
      { users: [{ name: 'plugin', user: { exec } }] },
    );
    const pid = () => Number(readFileSync(files.at('pid'), 'utf8'));
    return Object.assign(kube, {
      async [Symbol.asyncDispose]() {
        files[Symbol.dispose]();
        await kube.cluster[Symbol.asyncDispose]();
      },
      isWaiting: () => existsSync(files.at('pid')) && isAlive(pid()),
      pluginIsAlive: () => isAlive(pid()),
    });
  }

  const credential = JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    kind: 'ExecCredential',
    status: { token: clusterToken },
  });
  const argv = ['events', '--counters', '--kube', '--context', 'plugin'];

  describe.runIf(hasTerminal && passesStdin())('on a terminal', () => {
    test('a question is seen before it is answered, and the answer reaches the plugin', async () => {
      await using kube = await startWithPlugin(
        `printf 'Enter the code from your phone: ' >&2; read -r code; [ "$code" = 4711 ] && echo '${credential}'`,
      );
      let answers = 0;
      const { code, stdout } = await onTerminal(`${program} ${argv.join(' ')}; echo "exit=$?"`, {
        env: kube.env,
        onOutput: (text, type) => {
          const questions = text.split('Enter the code from your phone: ').length - 1;
          for (; answers < questions; answers++) type('4711\n');
        },
      });
      expect({ code, answered: answers > 0 }).toEqual({ code: 0, answered: true });
      expect(stdout).toContain('exit=0');
      expect(stdout).toContain('kubecost/kubecost-cost-analyzer:9090 through kubectl port-forward');
    });
  });

  test("the plugin's own error is part of the message", async () => {
    await using kube = await startWithPlugin(
      "echo 'SSO session of profile ops has ended, run: corp login' >&2; exit 3",
    );
    const { code, stdout, stderr } = await kube.run(argv);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(
      /^SSO session .*\n(?:.*\n)*error: kubectl is not logged in to the cluster: SSO session of profile ops has ended, run: corp login \(.*exit code 3\)\nhint: log in as you do for kubectl, then: kubectl --context plugin get namespaces\n$/,
    );
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the wait for a login', async (signal) => {
    await using kube = await startWithPlugin(
      "echo 'open https://login.example.com and enter ABCD-EFGH' >&2; trap '' TERM INT; tail -f /dev/null",
    );
    const child = start(argv, kube.env);
    let seen = '';
    child.stderr.on('data', (text: Buffer) => {
      seen += text.toString();
    });
    const done = ended(child);
    await until('the device code is shown', () => seen.includes('ABCD-EFGH') && kube.isWaiting());
    child.kill(signal);
    expect((await done).code).toBe(signal === 'SIGINT' ? 130 : 143);
    await until('the plugin ends', () => !kube.pluginIsAlive());
  });

  test('a plugin that is not installed', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'corp-auth-plugin',
      installHint: 'install it from https://login.example.com',
      interactiveMode: 'Never',
    };
    await using kube = await startKube(
      { 'kubecost/kubecost-cost-analyzer:9090': server.url },
      { users: [{ name: 'plugin', user: { exec } }] },
    );
    const { code, stderr } = await kube.run(argv);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error: kubectl cannot run its login plugin: .*corp-auth-plugin not found\nhint: install or update the plugin.*\n$/,
    );
  });
});
