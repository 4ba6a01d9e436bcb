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

  const pod = '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9';
  test.each([
    [
      'a pod that refuses the port, over SPDY',
      `E1126 10:00:00.000000   12345 portforward.go:409] an error occurred forwarding 38403 -> 9090: error forwarding port 9090 to pod ${pod}, uid : exit status 1: 2026/11/26 10:00:00 socat[1] E connect(5, AF=2 127.0.0.1:9090, 16): Connection refused`,
      'nothing listens on the port of the pod behind kubecost/kubecost-cost-analyzer:9090: connect(5, AF=2 127.0.0.1:9090, 16): Connection refused',
    ],
    [
      'a pod that refuses the port, over WebSocket',
      `E1126 10:00:00.000000   12345 portforward.go:413] "Unhandled Error" err="an error occurred forwarding 38403 -> 9003: error forwarding port 9003 to pod ${pod}, uid : failed to execute portforward in network namespace \\"/var/run/netns/cni-1\\": failed to dial 9003: dial tcp4 127.0.0.1:9003: connect: connection refused"`,
      'nothing listens on the port of the pod behind kubecost/kubecost-cost-analyzer:9090: failed to dial 9003: dial tcp4 127.0.0.1:9003: connect: connection refused',
    ],
    [
      'a pod that was replaced',
      `E1126 10:00:00.000000   12345 portforward.go:406] an error occurred forwarding 38403 -> 9090: error forwarding port 9090 to pod ${pod}, uid : failed to find sandbox "${pod}" in store: not found`,
      "kubectl cannot forward to the pod behind kubecost/kubecost-cost-analyzer:9090: failed to find sandbox '…' in store: not found",
    ],
    [
      'a container that is gone',
      `E1126 10:00:00.000000   12345 portforward.go:331] an error occurred forwarding 38403 -> 9090: error forwarding port 9090 to pod ${pod}, uid : Error: No such container: ${pod}`,
      'kubectl cannot forward to the pod behind kubecost/kubecost-cost-analyzer:9090: No such container: …',
    ],
  ])('%s: named, and not tried again', async (_, refusal, message) => {
    await using kube = await startWith({ refusal });
    const { code, stdout, stderr } = await kube.run(events);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.split('\n').slice(-3, -1)).toEqual([
      `error: ${message}`,
      'hint: look at its pods: kubectl get pods -n kubecost; or choose another port with --service-port',
    ]);
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

describeWith(['kubectl', 'openssl'], 'a port-forward of the real kubectl', () => {
  afterAll(disposeAuthority);

  test('to a service without pods is named with what kubectl says', async () => {
    await using kube = await startKube({ [service]: 'http://127.0.0.1:1' });
    const env = { ...kube.env, PATH: process.env['PATH'] ?? '' };
    const { code, stderr } = await ran(events, testDeps({ env }));
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error: the service kubecost\/kubecost-cost-analyzer has no running pod: .*timed out.*\nhint: look at its pods: kubectl get pods -n kubecost\n$/,
    );
  });

  test.each([
    {
      name: 'a port that the service does not have',
      argv: [
        '-N',
        'kubecost',
        '--service-name',
        'kubecost-cost-analyzer',
        '--service-port',
        '1234',
      ],
      exit: 3,
      said: /^error: the service does not have that port: .*1234\nhint: .*; the ports: kubectl get service kubecost-cost-analyzer -n kubecost\n$/,
    },
    {
      name: 'a right that is missing',
      argv: [],
      exit: 4,
      said: /^error: the cluster does not allow it: .*pods\/portforward.*\nhint: ask for the right to create pods\/portforward .*: kubectl auth can-i create pods --subresource=portforward -n kubecost\n$/,
    },
  ])('$name is named', async ({ argv, exit, said }) => {
    await using kube = await startKube({ [service]: 'http://127.0.0.1:1' }, { hasPods: true });
    const env = { ...kube.env, PATH: process.env['PATH'] ?? '' };
    const { code, stderr } = await ran([...events, ...argv], testDeps({ env }));
    expect(stderr).toMatch(said);
    expect(code).toBe(exit);
  });
});
