import { expect, test } from 'vitest';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { reply, replyData, serve } from '../support/server.ts';

const now = '2026-03-12T03:20:30Z';

function runAt(argv: readonly string[], env: Record<string, string> = {}) {
  return ran(argv, testDeps({ clock: new TestClock(now), env }));
}

async function kubecost() {
  return serve({
    '/model/productConfigs': reply('{"chartVersion":"1.105.0"}'),
    '/model/etl/audit': replyData([]),
    '/model/etl/log': replyData({}),
  });
}

test.each([
  ['events', '/model/etl/log'],
  ['audit', '/model/etl/audit'],
  ['audit diff', '/model/etl/audit'],
])('%s --since 3h is the last three hours until now', async (line, path) => {
  await using server = await kubecost();
  await runAt([...line.split(' '), '--url', server.url, '--since', '3h']);
  const asked = server.requests.filter((request) => request.path === path);
  expect(asked.map(({ query }) => query.get('window'))).toEqual([
    '2026-03-12T00:20:30Z,2026-03-12T03:20:30Z',
  ]);
});

test('--since on the command line takes precedence over a configured window, and the reverse', async () => {
  await using server = await kubecost();
  const argv = ['events', '--url', server.url];
  await runAt([...argv, '--since', '1h'], { KC_ETL_WINDOW: '7d' });
  await runAt([...argv, '--window', '7d'], { KC_ETL_SINCE: '1h' });
  const windows = server.requests.flatMap(({ query }) => query.get('window') ?? []);
  expect(windows).toEqual(['2026-03-12T02:20:30Z,2026-03-12T03:20:30Z', '7d']);
});

test.each([
  ['--since 3h --window 7d', '--since and --window exclude each other'],
  ['--since yesterday', "--since: 'yesterday' is not a duration"],
  ['--since 0h', "--since: '0h' is not a duration"],
])('events %s is refused before any request', async (line, message) => {
  await using server = await serve({});
  const { code, stderr } = await runAt(['events', '--url', server.url, ...line.split(' ')]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(server.requests).toEqual([]);
});

test('a format from the environment is for the commands that have it', async () => {
  const html = { KC_ETL_OUTPUT: 'html', KC_ETL_REPORT: 'junit=/nowhere/report.xml' };
  const listed = await runAt(['config', 'list'], html);
  expect(listed.code).toBe(0);
  expect(listed.stderr).toContain('kc-etl config list has no html output; printing a table');
  const typed = await runAt(['config', 'list', '-o', 'html']);
  expect(typed.code).toBe(2);
  expect(typed.stderr).toContain('kc-etl config list has no html output');
  expect(typed.stderr).toContain('use -o table');
});

test('an unknown format suggests no format that only shares letters', async () => {
  const { code, stderr } = await runAt(['audit', '--url', 'http://127.0.0.1:1', '-o', 'xml']);
  expect(code).toBe(2);
  expect(stderr).not.toContain('did you mean');
  const typo = await runAt(['audit', '--url', 'http://127.0.0.1:1', '-o', 'jsno']);
  expect(typo.stderr).toContain('did you mean json?');
});
