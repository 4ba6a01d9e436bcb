import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../../../src/demo/server.ts';
import { type Authority, makeAuthority } from '../../../support/certificates.ts';
import {
  type Cluster,
  clusterToken,
  kubectlThatForwards,
  startCluster,
} from '../../../support/cluster.ts';
import { type Ran, ran, TestClock, testDeps } from '../../../support/deps.ts';
import { describeWith } from '../../../support/installed.ts';
import { serve } from '../../../support/server.ts';
import { ended, start } from '../../../support/spawn.ts';
import { until } from '../../../support/waiting.ts';

const events = ['events', '--counters', '-o', 'json', '--retries', '0'];

describeWith(['kubectl', 'openssl'], 'through the cluster', () => {
  let demo: Demo;
  let authority: Authority;
  let cluster: Cluster;
  let directory: string;
  let forward: { path: string; pid: string };
  let env: Record<string, string>;
  beforeAll(async () => {
    demo = await startDemo(
      { port: 0, clusters: 1, nodes: 2, pods: 6, days: 3 },
      { clock: new TestClock(Date.now()) },
    );
    authority = makeAuthority();
    cluster = await startCluster(
      authority,
      new Map([
        ['kubecost/prometheus:80', 'http://127.0.0.1:1'],
        ['kubecost/kubecost-cost-analyzer:9090', demo.url],
        ['costs/my-release-cost-analyzer:9090', demo.url],
      ]),
    );
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kc-etl-kube-'));
    forward = kubectlThatForwards(directory, demo.url);
    env = { PATH: forward.path, HOME: directory, KUBECONFIG: cluster.kubeconfig };
    cluster.requests.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await demo?.close();
    authority?.[Symbol.dispose]();
  });

  const run = async (argv: string[], more: Parameters<typeof testDeps>[0] = {}) => {
    const result = await ran(argv, testDeps({ env, ...more }));
    return { ...result, counters: result.code === 0 ? JSON.parse(result.stdout).counters : null };
  };

  test('a port-forward to the service that is known, which ends with the command', async () => {
    const { code, counters, stderr } = await run([...events, '--kube']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: kubecost/kubecost-cost-analyzer:9090 through kubectl port-forward\n',
    });
    expect(counters).toHaveProperty('AssetSetSaved');
    expect(existsSync(forward.pid)).toBe(true);
    await until('kubectl ends', () => !isAlive(forward.pid));
  });

  test("the API server's proxy, with the real kubectl", async () => {
    const { code, counters } = await run([...events, '--kube', '--use-proxy']);
    expect(code).toBe(0);
    expect(counters).toHaveProperty('AssetSetSaved');
    expect(cluster.requests.map(({ line }) => line)).toContainEqual(
      expect.stringContaining('/services/kubecost-cost-analyzer:9090/proxy/model/etl/log'),
    );
  });

  test("the API server's proxy gets no token of Kubecost's", async () => {
    const token = 'token-for-kubecost-only';
    const { code, stderr } = await run([...events, '--kube', '--use-proxy'], {
      env: { ...env, KC_ETL_TOKEN: token, KC_ETL_API_KEY: 'key-for-kubecost' },
    });
    expect(code).toBe(0);
    expect(stderr).toContain('KC_ETL_TOKEN is not sent');
    expect(JSON.stringify(cluster.requests)).not.toContain(token);
    expect(cluster.requests.at(-1)?.headers['x-api-key']).toBe('key-for-kubecost');
  });

  test('kubectl kc-etl needs no address, and takes one', async () => {
    const plugin = await run(events, { isKubectlPlugin: true });
    expect(plugin.code).toBe(0);
    expect(plugin.stderr).toContain('through kubectl port-forward');
    const direct = await run(events, {
      isKubectlPlugin: true,
      env: { ...env, KC_ETL_URL: demo.url },
    });
    expect(direct).toMatchObject({ code: 0, stderr: '' });
  });

  test('contexts of a --servers file, each with a port-forward that ends with its server', async () => {
    const servers = join(directory, 'servers.txt');
    writeFileSync(servers, 'ann\nnobody\n');
    const deps = testDeps({ env, clock: new TestClock(Date.now()) });
    const argv = ['fleet', '--servers', servers, '-o', 'json', '--window', '3d', '-N', 'costs'];
    const { code, stdout, stderr } = await ran(argv, deps);
    const { servers: found, clusters } = JSON.parse(stdout);
    expect(found).toMatchObject([
      { server: 'ann', product: 'kubecost', error: null },
      { server: 'nobody', product: null, error: expect.stringContaining('nobody') },
    ]);
    expect(clusters[0]).toMatchObject({ cluster: 'cluster-one', server: 'ann', state: 'complete' });
    expect(code).toBe(3);
    expect(stderr).toContain('note: ann: costs/my-release-cost-analyzer:9090 through');
    await until('kubectl ends', () => !isAlive(forward.pid));
  });

  test('another namespace, where the service has the name of its release', async () => {
    const { code, stderr } = await run([...events, '--kube', '-N', 'costs']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: costs/my-release-cost-analyzer:9090 through kubectl port-forward\n',
    });
  });

  test('a service that is not there, a login that is not taken, a context nobody knows', async () => {
    const none = await run([...events, '--kube', '-N', 'default']);
    expect(none).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('the namespace default has no service'),
    });
    const stranger = await run([...events, '--kube', '--context', 'stranger']);
    expect(stranger).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('not logged in to the cluster'),
    });
    const nobody = await run([...events, '--kube', '--context', 'nobody']);
    expect(nobody).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('kubectl has no such configuration'),
    });
    const missing = await run([...events, '--kube'], { env: { ...env, PATH: '/nowhere' } });
    expect(missing).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('kubectl cannot be started'),
    });
    const stray = await run([...events, '--context', 'ann', '--url', demo.url]);
    expect(stray).toMatchObject({ code: 2, stderr: expect.stringContaining('add --kube') });
    const both = await run([...events, '--kube', '--url', demo.url]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
  });

  test('doctor says which service it found', async () => {
    const { code, stdout } = await ran(
      ['doctor', '--kube'],
      testDeps({ env, clock: new TestClock(Date.now()) }),
    );
    expect(stdout).toContain('kubecost/kubecost-cost-analyzer:9090 through kubectl port-forward');
    expect(code).toBe(0);
    const refused = await ran(['doctor', '--kube', '--context', 'stranger'], testDeps({ env }));
    expect(refused.code).toBe(4);
    expect(refused.stdout).toContain('✗ target');
    // as pasted, it leads to the cluster that refused
    expect(refused.stdout).toContain('$ kubectl --context stranger get services --all-namespaces');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP'] as const)(
    '%s ends the forward, too',
    async (signal) => {
      await using silent = await serve({ '*': () => {} });
      forward = kubectlThatForwards(directory, silent.url);
      const child = start(['events', '--kube', '-o', 'ndjson', '--timeout', '10m'], env);
      const done = ended(child);
      let early: Ran | null = null;
      void done.then((outcome) => (early = outcome));
      await until('kubectl forwards the port', () => {
        if (early) throw new Error(`it ended before: ${JSON.stringify(early)}`);
        return isAlive(forward.pid);
      });
      child.kill(signal);
      const { code } = await done;
      if (signal === 'SIGINT') expect(code).toBe(130);
      if (signal === 'SIGTERM') expect(code).toBe(143);
      await until('kubectl ends', () => !isAlive(forward.pid));
    },
  );

  test('a reader that goes away ends the forward, too', async () => {
    const child = start(['events', '--kube', '-o', 'ndjson', '--timeout', '10m'], env);
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(forward.pid)).toBe(true);
    await until('kubectl ends', () => !isAlive(forward.pid));
  });

  test('the token of the cluster is seen by the API server only', async () => {
    const { stdout, stderr } = await run([...events, '--kube', '-v']);
    expect(stdout + stderr).not.toContain(clusterToken);
  });
});

function isAlive(pidFile: string): boolean {
  if (!existsSync(pidFile)) return false;
  try {
    // empty until its only line is written; 0 would be this process's own group
    const pid = Number(readFileSync(pidFile, 'utf8').trim().split('\n').at(-1));
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
