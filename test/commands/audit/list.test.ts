import { describe, expect, test } from 'vitest';
import { ran } from '../../support/deps.ts';
import { fixture } from '../../support/fixtures.ts';
import { reply, serve } from '../../support/server.ts';

async function audit(...argv: string[]) {
  await using server = await serve({ '/model/etl/audit': reply(fixture('etl-audit.json')) });
  const result = await ran(['audit', ...argv, '--url', `${server.url}/model`]);
  return { ...result, query: server.requests[0]?.query.toString() };
}

describe('audit list', () => {
  test('is what audit alone means', async () => {
    const withoutPorts = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, '');
    expect(withoutPorts((await audit('-o', 'json')).stdout)).toBe(
      withoutPorts((await audit('list', '-o', 'json')).stdout),
    );
  });

  test('does not gate', async () => {
    const { code, stdout } = await audit('-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      engine: 'server',
      gate: null,
      summary: { passed: 5, warning: 0, failed: 1, skipped: 0, notRun: 6 },
    });
    expect(code).toBe(0);
  });

  test('unless it is asked to', async () => {
    expect((await audit('--fail-on', 'failed')).code).toBe(1);
    expect((await audit('--fail-on', 'failed', '--type', 'asset-total-store')).code).toBe(0);
    const strict = ['--fail-on', 'failed', '--type', 'asset-total-store', '--strict'];
    expect((await audit(...strict)).code).toBe(1);
  });

  test('sends the window as it is', async () => {
    expect((await audit('--window', '7d')).query).toBe('window=7d');
  });

  test('shows only audits with a status, in any case', async () => {
    const { stdout } = await audit('-o', 'ndjson', '--status', 'FAILED');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'AuditClusterEquality', status: 'Failed' });
  });

  test('is an audit a line in ndjson', async () => {
    const lines = (await audit('-o', 'ndjson')).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('lastRun');
  });
});

describe('audit diff', () => {
  test('is a difference a line in ndjson, with its window and type', async () => {
    const { stdout } = await audit('diff', '-o', 'ndjson');
    expect(JSON.parse(stdout)).toEqual({
      window: { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' },
      type: 'AuditClusterEquality',
      key: ['cluster-one'],
      expected: 9.423476639423004,
      actual: 9.63847636882186,
      delta: 0.2149997293988566,
      relative: 0.022815330013066275,
    });
  });

  test('says so where there is none', async () => {
    const { code, stdout, stderr } = await audit('diff', '--type', 'asset-total-store');
    expect(stdout).toMatch(/^PASSED: no findings in 1 evaluated day of 2\n/);
    expect(stderr).toBe('note: no difference in 2 audits\n');
    expect(code).toBe(0);
  });

  test('says so where none is left to show', async () => {
    const { stderr } = await audit('diff', '--min-delta', '5');
    expect(stderr).toBe(
      'note: nothing to show: --status or --min-delta hides what 12 audits found (1)\n',
    );
  });

  test('-q says nothing', async () => {
    expect((await audit('diff', '--type', 'asset-total-store', '-q')).stderr).toBe('');
  });
});

test('a finding without a repair needs no request for what Prometheus keeps', async () => {
  await using server = await serve({ '/model/etl/audit': reply(fixture('etl-audit.json')) });
  const { stdout } = await ran(['audit', 'list', '-o', 'json', '--url', `${server.url}/model`]);
  expect(JSON.parse(stdout).findings).toMatchObject([{ code: 'unexplained' }]);
  const paths = server.requests.map(({ path }) => path);
  expect(paths).toContain('/model/allocation');
  expect(paths.filter((path) => path.endsWith('/productConfigs'))).toEqual([]);
});
