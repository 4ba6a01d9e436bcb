import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { reply, serve } from '../support/server.ts';
import { parseXml } from '../support/xml.ts';

const answer = readFileSync('test/fixtures/etl-audit.json', 'utf8');

async function kubecost(body = answer) {
  return serve({ '/model/etl/audit': reply(body) });
}

test('several reports at once, beside what stdout gets, and nothing else in the folder', async () => {
  await using server = await kubecost();
  using place = folder();
  const formats = ['json', 'ndjson', 'junit', 'sarif', 'github', 'prometheus', 'html', 'table'];
  const { code, stdout } = await ran([
    ...['audit', '--url', server.url, '--fail-on', 'failed', '-o', 'json'],
    ...formats.flatMap((format) => ['--report', `${format}=${place.at(`audit.${format}`)}`]),
  ]);
  expect(code).toBe(1);
  expect(place.names()).toEqual(formats.map((format) => `audit.${format}`).sort());
  expect(place.read('audit.json')).toBe(stdout);
  expect(parseXml(place.read('audit.junit')).attributes['failures']).toBe('1');
  for (const format of formats) expect(place.read(`audit.${format}`)).not.toBe('');
});

test('a path that cannot be written is known before anything runs', async () => {
  await using server = await kubecost();
  using place = folder();
  mkdirSync(place.at('dir'));
  for (const [path, said] of [
    [place.at('none/audit.xml'), 'no such file or directory'],
    [place.at('dir'), 'is a directory'],
  ] as const) {
    const { code, stderr, stdout } = await ran([
      ...['audit', 'run', '--commit', '--url', server.url],
      ...['--report', `json=${place.at('first.json')}`, '--report', `junit=${path}`],
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`--report: ${path}`);
    expect(stderr).toContain(said);
  }
  expect(server.requests).toEqual([]);
  expect(place.names()).toEqual(['dir']);
});

test('a run that fails leaves the file of an earlier one as it was', async () => {
  await using server = await kubecost('{"code":200,"data":[');
  using place = folder();
  const path = place.write('audit.json', 'earlier');
  const { code } = await ran(['audit', '--url', server.url, '--report', `json=${path}`]);
  expect(code).toBe(3);
  expect(place.read('audit.json')).toBe('earlier');
  expect(place.names()).toEqual(['audit.json']);
});

test('reports are written in full when the reader of stdout is gone', async () => {
  await using server = await kubecost();
  using place = folder();
  const deps = testDeps();
  deps.io.stdout.write = async () => false;
  const argv = ['audit', '--url', server.url, '--report', `json=${place.at('audit.json')}`];
  expect((await ran(argv, deps)).code).toBe(0);
  expect(JSON.parse(place.read('audit.json')).audits).toHaveLength(12);
});

test.each([
  ['junit', 'is not a format and a path'],
  ['=audit.xml', "'' is not known"],
  ['junit=', 'is not a format and a path'],
  ['junitt=a.xml', 'did you mean junit?'],
])('--report %s is a usage error', async (given, said) => {
  const { code, stderr } = await ran(['audit', '--url', 'http://127.0.0.1:1', '--report', given]);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test('a format that cannot hold the result, and a path that is named twice', async () => {
  using place = folder();
  const url = ['--url', 'http://127.0.0.1:1'];
  const path = place.at('x');
  const events = await ran(['events', ...url, '--report', `junit=${path}`]);
  expect(events.code).toBe(2);
  expect(events.stderr).toContain('cannot be written as junit');
  const twice = await ran([
    'audit',
    ...url,
    '--report',
    `junit=${path}`,
    '--report',
    `json=${path}`,
  ]);
  expect(twice.code).toBe(2);
  expect(twice.stderr).toContain('is named twice');
  expect(place.names()).toEqual([]);
});

test.runIf(process.getuid?.() !== 0)('a folder that may not be written', async () => {
  using place = folder();
  chmodSync(place.path, 0o500);
  const path = place.at('audit.json');
  const { code, stderr } = await ran([
    'audit',
    '--url',
    'http://127.0.0.1:1',
    '--report',
    `json=${path}`,
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('permission denied');
  chmodSync(place.path, 0o700);
});

test.each([
  ['-o', 'github'],
  ['--report', 'github=commands.txt'],
])('with %s %s the step summary gets the verdict and the tables, appended', async (...asked) => {
  await using server = await kubecost();
  using place = folder();
  const summary = place.write('summary.md', 'from an earlier step\n');
  const argv = asked.map((word) => word.replace('=', `=${place.path}/`));
  const deps = testDeps({ env: { GITHUB_STEP_SUMMARY: summary } });
  await ran(['audit', '--url', server.url, '--fail-on', 'failed', ...argv], deps);
  expect(place.read('summary.md')).toMatch(
    /^from an earlier step\n❌ kc-etl: gate failed: 1 of 12 .*\n\n\*\*FAILED\*\*: 1 finding, /,
  );
});

test('other formats leave the step summary alone', async () => {
  await using server = await kubecost();
  using place = folder();
  const summary = place.write('summary.md', '');
  const deps = testDeps({ env: { GITHUB_STEP_SUMMARY: summary } });
  await ran(['audit', '--url', server.url, '-o', 'json'], deps);
  expect(place.read('summary.md')).toBe('');
});

test('a step summary never grows beyond what GitHub takes', async () => {
  const [set] = JSON.parse(answer).data.slice(1);
  const data = Array.from({ length: 1500 }, (_, i) => ({
    ...set,
    window: {
      start: new Date(Date.UTC(2000, 0, i)).toISOString(),
      end: new Date(Date.UTC(2000, 0, i + 1)).toISOString(),
    },
  }));
  await using server = await kubecost(JSON.stringify({ code: 200, data }));
  using place = folder();
  const summary = place.write('summary.md', '');
  const deps = testDeps({ env: { GITHUB_STEP_SUMMARY: summary } });
  await ran(['audit', '--url', server.url, '-o', 'github'], deps);
  expect(place.read('summary.md').length).toBeLessThan(1024 * 1024);
  expect(place.read('summary.md')).toMatch(/… and more than a step summary can hold\n$/);
});

test('no report shows a secret', async () => {
  const secret = 'tokentokentoken';
  await using server = await kubecost(answer.replaceAll('cluster-one', secret));
  using place = folder();
  const deps = testDeps({ env: { KC_ETL_TOKEN: secret } });
  const path = place.at('audit.json');
  await ran(['audit', '--url', server.url, '--report', `json=${path}`], deps);
  expect(place.read('audit.json')).toContain('[redacted]');
  expect(place.read('audit.json')).not.toContain(secret);
});

test('- and /dev/stdout print the report in place of the result', async () => {
  await using server = await kubecost();
  const audit = ['audit', '--url', server.url];
  const { stdout } = await ran([...audit, '-o', 'json']);
  for (const argv of [
    ['--report', 'json=-'],
    ['--report', 'json=/dev/stdout'],
    ['--report', 'json=-', '-o', 'table'],
    ['--report', 'json=-', '-o', 'json'],
  ]) {
    expect((await ran([...audit, ...argv])).stdout).toBe(stdout);
  }
});

test('two documents for stdout are a usage error, without a request', async () => {
  await using server = await kubecost();
  using place = folder();
  symlinkSync('/dev/stdout', place.at('out'));
  for (const [argv, said] of [
    [['-o', 'csv', '--report', 'json=-'], 'json and -o csv would both go to stdout'],
    [['--report', 'csv=/dev/stdout', '--report', 'json=-'], '- is named twice'],
    [['--report', 'csv=-', '--report', `json=${place.at('out')}`], 'is named twice'],
  ] as const) {
    const { code, stdout, stderr } = await ran(['audit', '--url', server.url, ...argv]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  }
  expect(server.requests).toEqual([]);
});
