import { afterEach, describe, expect, test } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from '../../src/demo/server.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, serve } from '../support/server.ts';

let demo: Demo | undefined;
afterEach(() => demo?.close());

async function doctor(options: Partial<DemoOptions>) {
  const clock = new TestClock(Date.now());
  demo = await startDemo(
    { port: 0, clusters: 1, nodes: 2, pods: 6, days: 3, ...options },
    { clock },
  );
  const { code, stdout } = await ran(
    ['doctor', '--url', demo.url, '-o', 'json'],
    testDeps({ clock }),
  );
  const report = JSON.parse(stdout) as {
    product: string;
    version: string;
    healthy: boolean;
    steps: { step: string; status: string; detail: string; command: string | null }[];
  };
  return {
    code,
    ...report,
    step: (name: string) => report.steps.find(({ step }) => step === name),
  };
}

describe('doctor tells products apart', () => {
  test.each([
    ['kubecost-1.105', 'kubecost', '1.105.2', null],
    ['kubecost-2', 'kubecost', '2.4.3', 'kc-etl audit run --window 7d'],
    ['kubecost-3', 'kubecost', '3.0.0', 'kc-etl events coverage'],
    ['opencost', 'opencost', expect.any(String), 'kc-etl events coverage'],
  ] as const)('%s', async (as, product, version, command) => {
    const found = await doctor({ as });
    expect(found).toMatchObject({ code: 0, healthy: true, product, version });
    expect(found.step('endpoints')?.command).toBe(command);
  });

  test('costs of several clusters, and the event log of one', async () => {
    const { step } = await doctor({ as: 'kubecost-2', clusters: 3, nodes: 6, pods: 20 });
    expect(step('cluster')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('event log of cluster-one only'),
    });
  });

  test('a pipeline that stands still is a cross, and exit 3', async () => {
    const fault = { name: 'stopped', day: null, target: null, amount: 9 * 3_600_000 } as const;
    const { code, step } = await doctor({ faults: [fault] });
    expect(code).toBe(3);
    expect(step('etl')).toMatchObject({ status: 'failed', command: 'kc-etl events --errors' });
  });
});

test('nothing listens: what to type instead', async () => {
  const { code, stdout } = await ran(['doctor', '--url', 'http://127.0.0.1:1']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/✗ address {4}nothing listens[\s\S]*\$ kc-etl doctor/);
});

test('every credential, and a server that says it all again: none is shown', async () => {
  const secrets = [
    'token-0123456789',
    'key-0123456789',
    'cookie-0123456789',
    'pa55-0123456789',
    'header-0123456789',
  ];
  const echo = `{"code":500,"message":"no: ${secrets.join(' ')}"}`;
  await using server = await serve({ '*': reply(echo) });
  const env = {
    KC_ETL_TOKEN: 'token-0123456789',
    KC_ETL_API_KEY: 'key-0123456789',
    KC_ETL_COOKIE: 'token=cookie-0123456789',
    KC_ETL_USER: 'ann:pa55-0123456789',
    KC_ETL_HEADER: 'X-Own: header-0123456789',
  };
  const commands = [
    ['events'],
    ['audit'],
    ['doctor'],
    ['doctor', '-o', 'json'],
    ['api', '/etl/log'],
    ['config', 'show', '--sources'],
  ];
  for (const argv of commands) {
    const { stdout, stderr } = await ran(
      [...argv, '-v', '--retries', '0', '--url', server.url],
      testDeps({ env }),
    );
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  }
});
