import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../../src/errors.ts';
import { serveAudits } from '../../support/audit-server.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { serve } from '../../support/server.ts';

type Options = Omit<Parameters<typeof serveAudits>[0], 'clock'>;

async function audited(argv: readonly string[], options: Options = {}) {
  const clock = new TestClock('2023-01-18T09:30:00Z');
  await using server = await serveAudits({ clock, ...options });
  const deps = testDeps({ clock });
  const result = await ran(['audit', 'run', '--url', `${server.url}/model`, ...argv], deps);
  const sent = server.requests.map(({ method, query }) =>
    `${method} ${[...query].map(([name, value]) => `${name}=${value}`).join('&')}`.trim(),
  );
  return { ...result, sent, sleeps: clock.sleeps };
}

const json = ['--window', '7d', '-o', 'json'];

describe('a run', () => {
  test('sends the request, waits until everything has run, and evaluates what is in range', async () => {
    const { code, stdout, stderr, sent, sleeps } = await audited(json);
    const report = JSON.parse(stdout);
    expect(sent).toEqual(['GET window=7d', 'POST window=7d', 'GET window=7d', 'GET window=7d']);
    expect(sleeps).toEqual([1_000, 2_000]);
    expect(report.summary).toEqual({ passed: 12, warning: 0, failed: 0, skipped: 0, notRun: 0 });
    expect(
      report.audits.map(({ window }: { window: { start: string } }) => window.start),
    ).not.toContain('2023-01-17T00:00:00Z');
    expect(report.message).toMatch(/^Running audit over window: \[2023-01-15/);
    expect(report).toMatchObject({
      engine: 'server',
      gate: { failOn: 'failed', strict: false, passed: true, decision: 'passed' },
    });
    expect(stderr).toBe('gate passed: 12 of 12 audits passed\n');
    expect(code).toBe(0);
  });

  test('fails where an audit failed', async () => {
    const { code, stdout, stderr } = await audited([...json, '--type', 'cluster-equality'], {
      delta: 0.5,
    });
    const report = JSON.parse(stdout);
    expect(report.summary).toMatchObject({ failed: 2, passed: 0 });
    expect(report.audits[0]).toMatchObject({
      type: 'AuditClusterEquality',
      status: 'Failed',
      lastRun: '2023-01-18T09:30:02.500123Z',
      differences: [
        { key: ['cluster-one'], expected: 10, actual: 10.5, delta: 0.5, relative: 0.05 },
      ],
    });
    expect(report.gate.passed).toBe(false);
    expect(stderr).toContain('gate failed: 2 of 2 audits failed');
    expect(code).toBe(1);
  });

  test('--fail-on never is no gate', async () => {
    const { code, stdout } = await audited([...json, '--fail-on', 'never'], { delta: 1 });
    expect(JSON.parse(stdout)).toMatchObject({ gate: null, summary: { failed: 2 } });
    expect(code).toBe(0);
  });

  test('display options do not change the verdict', async () => {
    const { code, stdout } = await audited([...json, '--status', 'passed', '--min-delta', '9'], {
      delta: 1,
    });
    const report = JSON.parse(stdout);
    expect(report.summary.failed).toBe(2);
    expect(report.audits.every(({ status }: { status: string }) => status === 'Passed')).toBe(true);
    expect(code).toBe(1);
  });

  test('several types are one POST each, their sentences one under the other', async () => {
    const types = ['--type', 'cluster-equality,AuditAssetTotalStore', '--type', 'CLUSTER-EQUALITY'];
    const { stdout, sent } = await audited([...json, ...types]);
    expect(sent.filter((request) => request.startsWith('POST'))).toEqual([
      'POST window=7d&type=AuditClusterEquality',
      'POST window=7d&type=AuditAssetTotalStore',
    ]);
    expect(JSON.parse(stdout).message.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout).summary.passed).toBe(4);
  });

  test('over everything has to be confirmed', async () => {
    const { code, stderr, sent } = await audited([]);
    expect(stderr).toBe(
      'error: audit run: no window was given\nhint: add --window <window>, or --commit to run the audits over everything\n',
    );
    expect(sent).toEqual([]);
    expect(code).toBe(2);
  });

  test('confirmed, it says so to the server', async () => {
    const { code, sent } = await audited(['--commit']);
    expect(sent.slice(0, 2)).toEqual(['GET', 'POST commit=true']);
    expect(code).toBe(0);
  });

  test('AuditAssetAggStore is no audit of a server', async () => {
    const { code, stderr, sent } = await audited([
      '--commit',
      '--engine',
      'server',
      '--type',
      'AuditAssetAggStore',
    ]);
    expect(stderr).toContain('--engine local');
    expect(sent).toEqual([]);
    expect(code).toBe(2);
  });
});

describe('waiting', () => {
  test('goes by the clock of the server', async () => {
    for (const ahead of [-3_600_000, 3_600_000]) {
      const { code, sleeps } = await audited(json, { ahead });
      expect(sleeps).toEqual([1_000, 2_000]);
      expect(code).toBe(0);
    }
  });

  test('sees an audit that ran while the server was still answering', async () => {
    const { code, sleeps } = await audited(json, { takes: () => 0 });
    expect(sleeps).toEqual([1_000]);
    expect(code).toBe(0);
  });

  test('asks less and less often', async () => {
    const { sleeps } = await audited(json, { takes: () => 70_000 });
    expect(sleeps).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
  });

  test('ends after --wait-timeout with what is missing', async () => {
    const takes = (type: string) => (type === 'AuditAssetTotalStore' ? null : 100);
    const { code, stdout, stderr, sleeps } = await audited([...json, '--wait-timeout', '10s'], {
      takes,
    });
    expect(stderr).toBe(
      'error: the audits did not finish in time: AuditAssetTotalStore of 2023-01-15T00:00:00Z and 1 more have not run\n' +
        'hint: raise --wait-timeout, or read the results later with: kc-etl audit list\n',
    );
    expect(stdout).toBe('');
    expect(sleeps).toEqual([1_000, 2_000, 4_000, 3_000]);
    expect(code).toBe(5);
  });

  test('is not needed with --no-wait', async () => {
    const { code, stdout, sent, sleeps } = await audited([...json, '--no-wait'], {
      takes: () => null,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      audits: [],
      gate: null,
      message: expect.stringMatching(/^Running audit/),
    });
    expect(sent).toHaveLength(2);
    expect(sleeps).toEqual([]);
    expect(code).toBe(0);
  });

  test('--no-wait tells people what the server said', async () => {
    const { stdout } = await audited(['--commit', '--no-wait']);
    expect(stdout).toMatch(/^Running audit over window: \[.*\) for all audit types\n$/);
  });

  test('a poll that fails is reported, and the next one is sent', async () => {
    let polls = 0;
    const { code, stderr } = await audited([...json, '--retries', '0'], {
      intercept: ({ method }, response) => {
        if (method !== 'GET' || polls++ !== 1) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    expect(stderr).toMatch(/^warning: .* returned 503; retrying\ngate passed/);
    expect(code).toBe(0);
  });

  test('one that is not allowed any more ends it', async () => {
    let polls = 0;
    const { code } = await audited(json, {
      intercept: ({ method }, response) => {
        if (method !== 'GET' || polls++ !== 1) return false;
        response.writeHead(401).end();
        return true;
      },
    });
    expect(code).toBe(4);
  });

  test('an interruption ends it at once', async () => {
    const ending = new AbortController();
    const clock = new TestClock();
    await using server = await serveAudits({
      clock,
      takes: () => null,
      intercept: () => {
        if (clock.sleeps.length === 2) ending.abort(new Interrupted('SIGINT'));
        return false;
      },
    });
    const deps = testDeps({ clock, signal: ending.signal });
    const argv = ['audit', 'run', '--commit', '--url', `${server.url}/model`];
    const { code, stdout } = await ran(argv, deps);
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(clock.sleeps).toHaveLength(2);
  });
});

test('a server without audits points to the local engine', async () => {
  await using server = await serve({});
  const { code, stderr } = await ran([
    'audit',
    'run',
    '--commit',
    '--engine',
    'server',
    '--url',
    server.url,
  ]);
  expect(stderr).toMatch(/has no Audit API.*\nhint: .*kc-etl audit run --window 7d/);
  expect(code).toBe(3);
});
