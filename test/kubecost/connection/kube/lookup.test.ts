import { afterAll, beforeAll, expect, test } from 'vitest';
import { ran } from '../../../support/deps.ts';
import { describeWith } from '../../../support/installed.ts';
import { disposeAuthority, startKube } from '../../../support/kube.ts';
import { replyData, serve, type TestServer } from '../../../support/server.ts';

const events = ['events', '--counters', '-o', 'json', '--retries', '0', '--kube'];

describeWith(['kubectl', 'openssl'], "the lookup of Kubecost's service", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve({
      '*': replyData({ allocation: [], asset: [], counters: { AssetSetSaved: 1 } }),
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    disposeAuthority();
  });
  const at = (...services: string[]) =>
    Object.fromEntries(services.map((service) => [service, server.url]));

  test.each([
    {
      name: "the context's namespace comes first",
      services: ['kubecost/kubecost-cost-analyzer:9090', 'costs/my-cost-analyzer:9090'],
      setup: { namespace: 'costs' },
      argv: [],
      found: 'costs/my-cost-analyzer:9090',
    },
    {
      name: 'a namespace that may not be looked into is passed over',
      services: ['kubecost/kubecost-cost-analyzer:9090', 'opencost/opencost:9003'],
      setup: { namespace: 'costs', forbidden: ['costs', 'kubecost'] },
      argv: [],
      found: 'opencost/opencost:9003',
    },
    {
      name: 'nothing may be listed, but all is named',
      services: ['kubecost/kubecost-cost-analyzer:9090'],
      setup: { forbidden: ['kubecost', '*'] },
      argv: ['-N', 'kubecost', '--service-name', 'kubecost-cost-analyzer'],
      found: 'kubecost/kubecost-cost-analyzer:9090',
    },
    {
      name: 'many applications have a frontend',
      services: ['shop/frontend:80', 'finops/kubecost-frontend:9090'],
      setup: { namespace: 'shop' },
      argv: [],
      found: 'finops/kubecost-frontend:9090',
    },
    {
      name: 'a name without its namespace',
      services: ['a/kubecost-cost-analyzer:9090', 'b/costs:8080'],
      setup: {},
      argv: ['--service-name', 'costs'],
      found: 'b/costs:8080',
    },
  ])('$name', async ({ services, setup, argv, found }) => {
    await using kube = await startKube(at(...services), setup);
    const { code, stderr, stdout } = await kube.run([...events, ...argv]);
    expect(code).toBe(0);
    expect(stderr).toContain(`note: ${found} through kubectl port-forward\n`);
    expect(JSON.parse(stdout).server).toBe(`kube://ann/${found}/model`);
  });

  test('completion of --context and -N asks kubectl', async () => {
    await using kube = await startKube(at('kubecost/kubecost-cost-analyzer:9090', 'costs/x:1'));
    const offered = async (...words: string[]) =>
      (await kube.run(['__complete', 'events', ...words])).stdout;
    expect(await offered('--context', '')).toBe('ann\nstranger\n:4\n');
    expect(await offered('--context', 'str')).toBe('stranger\n:4\n');
    expect(await offered('-N', '')).toBe('kubecost\ncosts\n:4\n');
    expect(await offered('--context', 'stranger', '-N', '')).toBe(':4\n');
  });

  test.each(['-n', '--namespace'])('%s hints at -N', async (flag) => {
    const { code, stderr } = await ran(['events', '--kube', flag, 'kubecost']);
    expect(code).toBe(2);
    expect(stderr).toContain("Kubecost's namespace is -N <name>");
  });

  test('the other product in the same namespace is named', async () => {
    await using kube = await startKube(
      at('kubecost/kubecost-cost-analyzer:9090', 'kubecost/opencost:9003'),
    );
    const { code, stderr } = await kube.run(events);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'note: also found: kubecost/opencost:9003; to use it: -N kubecost --service-name opencost\n',
    );
  });

  test('several candidates are listed, with how to choose one', async () => {
    await using kube = await startKube(at('a/x-cost-analyzer:9090', 'b/y-cost-analyzer:9091'));
    expect(await kube.run(events)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "error: several services may be Kubecost's: a/x-cost-analyzer:9090, b/y-cost-analyzer:9091\n" +
        'hint: choose one: -N a --service-name x-cost-analyzer\n',
    });
    expect(kube.forwards()).toEqual([]);
  });

  test('where nothing may be listed, the hint names the right and how to check it', async () => {
    await using kube = await startKube(at('kubecost/kubecost-cost-analyzer:9090'), {
      forbidden: ['kubecost', 'opencost', '*'],
    });
    const { code, stderr } = await kube.run([...events, '--context', 'ann']);
    expect(code).toBe(4);
    expect(stderr).toContain(
      'you may not list services in kubecost, opencost, the whole cluster\n',
    );
    expect(stderr).toContain('kubectl --context ann auth can-i list services -n kubecost\n');
    expect(stderr).not.toContain('KC_ETL_TOKEN');
  });
});
