import { afterEach, describe, expect, test } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from '../../src/demo/server.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, serve } from '../support/server.ts';

const openCostError = JSON.stringify({
  code: 500,
  message: `Error: error computing allocation: ${'while querying Prometheus, '.repeat(9)}Post "http://prometheus:9090/api/v1/query?query=sum(x)": dial tcp 10.1.2.3:9090: connect: connection refused`,
});

let demo: Demo | undefined;
afterEach(() => demo?.close());

async function doctor(options: Partial<DemoOptions>, now: string | number = Date.now()) {
  const clock = new TestClock(now);
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
    expect(found.step('endpoints')?.command ?? null).toEqual(
      command && expect.stringContaining(command),
    );
  });

  test.each([
    ['kubecost-3', '2026-03-11T12:00:00Z'],
    ['opencost', '2026-03-11T12:00:00Z'],
    ['kubecost-3', '2026-03-11T00:05:00Z'],
    ['opencost', '2026-03-11T00:05:00Z'],
  ] as const)('costs of several clusters: %s at %s', async (as, now) => {
    const { step } = await doctor({ as, clusters: 3, nodes: 6, pods: 20 }, now);
    expect(step('cluster')).toMatchObject({
      status: 'passed',
      detail: 'costs of cluster-one, cluster-three, cluster-two; the server runs in cluster-one',
    });
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
    expect(step('etl')).toMatchObject({
      status: 'failed',
      command: expect.stringContaining('kc-etl events --errors'),
    });
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

/** Servers on which no command of kc-etl has anything to work on. */
const unusable: readonly (readonly [string, string, number, number, string])[] = [
  ['a 500 with its cause at the end', openCostError, 500, 3, 'connect: connection refused'],
  ['an error envelope under 200', `{"code":500,"data":null,"message":"boom"}`, 200, 3, 'boom'],
  ['a refusal', '{"code":200,"status":"error","data":null,"message":"no"}', 200, 3, 'error: no'],
  ['a row limit', '{"code":200,"data":{},"warning":"above the limit"}', 200, 3, 'above the limit'],
  ['rows of another shape', '{"code":200,"data":[{"x":"y"}]}', 200, 3, 'endpoints'],
  ['data of another shape', '{"code":200,"data":{"x":5}}', 200, 3, 'endpoints'],
  ['a cut body', '{"code":200,"data":[{"a":{"na', 200, 3, 'ends after 29 bytes'],
  ['null data', '{"code":200,"data":null}', 200, 3, 'without data (null): audits'],
  ['null sets', '{"code":200,"data":[null]}', 200, 3, 'allocations, assets'],
  ['no data at all', '{"foo":1}', 200, 3, 'none available'],
  ['a web page', '<html>x</html>', 200, 3, 'web page'],
  ['nothing', '', 200, 3, 'nothing'],
  ['a 401', 'no', 401, 4, '401'],
  ['a 403 in an envelope', '{"code":403,"message":"no"}', 200, 4, 'not allowed'],
];

test.each(unusable)(
  '%s everywhere is a cross with the cause',
  async (...[, body, status, code, cause]) => {
    await using server = await serve({ '*': reply(body, 'application/json', status) });
    const { stdout, ...result } = await ran(['doctor', '--url', `${server.url}/model`]);
    expect(result.code).toBe(code);
    expect(stdout).toContain('✗');
    expect(stdout).toContain(cause);
    expect(stdout).not.toContain('can be used');
  },
);
