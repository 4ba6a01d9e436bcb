import { afterAll, beforeAll, expect, test } from 'vitest';
import { Interrupted } from '../../../../src/errors.ts';
import type { Forwarding } from '../../../support/cluster.ts';
import { ran, testDeps } from '../../../support/deps.ts';
import { describeWith } from '../../../support/installed.ts';
import { disposeAuthority, isAlive, startKube } from '../../../support/kube.ts';
import { reply, serve, type TestServer } from '../../../support/server.ts';
import { ended, start } from '../../../support/spawn.ts';
import { until } from '../../../support/waiting.ts';

const service = 'kubecost/kubecost-cost-analyzer:9090';
const log = JSON.stringify({
  code: 200,
  data: { allocation: [], asset: [], counters: { AssetSetSaved: 1 } },
});
const events = ['events', '-o', 'json', '--kube'];

describeWith(['kubectl', 'openssl', 'bash'], 'a port-forward', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve({
      '*': reply(log),
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    disposeAuthority();
  });
  const startWith = (forwarding: Forwarding) =>
    startKube({ [service]: server.url }, { forwarding });

  test('that ends is opened again by the next try', async () => {
    await using kube = await startWith({ connections: 0, recovers: true });
    const { code, stderr } = await kube.run([...events, '--retries', '1']);
    expect(code).toBe(0);
    expect(stderr).toContain(`note: ${service} through kubectl port-forward\n`);
    expect(kube.forwards()).toHaveLength(2);
  });

  test('that always ends makes the command end', async () => {
    await using kube = await startWith({ connections: 0 });
    const { code, stdout } = await kube.run([...events, '--retries', '2']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(kube.forwards()).toHaveLength(3);
  });

  test('that ends is opened again for a follow', async () => {
    const interrupt = new AbortController();
    const polls: number[] = [];
    await using followed = await serve({
      '*': (_, response) => {
        polls.push(kube.forwards().length);
        response.end(log);
        if (polls.length === 1) process.kill(kube.forwards()[0] ?? 0, 'SIGKILL');
        else interrupt.abort(new Interrupted('SIGINT'));
      },
    });
    await using kube = await startKube({ [service]: followed.url });
    const deps = testDeps({ env: kube.env, signal: interrupt.signal });
    const { code } = await ran(['events', '--follow', '--kube'], deps);
    expect({ code, polls: polls.slice(0, 2) }).toEqual({ code: 130, polls: [1, 2] });
  });

  test('that cannot be opened again ends the command with the reason', async () => {
    await using kube = await startWith({ connections: 0, isLast: true });
    const { code, stderr } = await kube.run([...events, '--retries', '3']);
    expect(code).toBe(3);
    expect(stderr).toContain(
      `error: the connection to ${service} through kubectl ended and cannot be opened again: `,
    );
    expect(stderr).toContain('pods "kubecost-cost-analyzer-0" not found');
  });

  test('whose pod refuses the port: named, and not tried again', async () => {
    await using kube = await startWith({
      refusal:
        'E1126 10:00:00.000000   12345 portforward.go:409] an error occurred forwarding 38403 -> 9090: error forwarding port 9090 to pod 0a1b, uid : exit status 1: 2026/11/26 10:00:00 socat[1] E connect(5, AF=2 127.0.0.1:9090, 16): Connection refused',
    });
    const { code, stdout, stderr } = await kube.run(events);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /error: nothing listens on the port of the pod behind kubecost\/kubecost-cost-analyzer:9090: .*refused\nhint: look at its pods: kubectl get pods -n kubecost.*--service-port\n$/i,
    );
    expect(kube.forwards()).toHaveLength(1);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'of a wrapper without exec ends with %s, too',
    async (signal) => {
      await using silent = await serve({ '*': () => {} });
      await using kube = await startKube(
        { [service]: silent.url },
        { forwarding: { isWrapped: true } },
      );
      const child = start(events, kube.env);
      const done = ended(child);
      await until('a request arrives', () => silent.requests.length > 0);
      child.kill(signal);
      const { code } = await done;
      if (signal !== 'SIGKILL') expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
      await until('kubectl ends', () => !isAlive(kube.forwards()[0]));
    },
  );

  test('of a wrapper without exec ends with a command that is done', async () => {
    await using kube = await startWith({ isWrapped: true });
    expect((await kube.run(events)).code).toBe(0);
    expect(kube.forwards()).toHaveLength(1);
    await until('kubectl ends', () => !isAlive(kube.forwards()[0]));
  });
});
