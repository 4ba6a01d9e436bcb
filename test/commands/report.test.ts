import { expect, test } from 'vitest';
import { audit, failed, january, reportOf } from '../support/audits.ts';
import { ran, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { all, parseXml } from '../support/xml.ts';

const saved = reportOf([
  failed([[['cluster-one'], 1, 2]]),
  audit({ window: january(15), status: 'Skipped', description: 'no answer' }),
]);

test('a saved report in every format, without a server', async () => {
  using place = folder();
  const path = place.write('audit.json', JSON.stringify(saved));
  const json = await ran(['report', path, '-o', 'json']);
  expect(JSON.parse(json.stdout)).toEqual(saved);
  expect(json).toMatchObject({ code: 0, stderr: '' });
  const table = await ran(['report', path]);
  expect(table.stdout).toContain('FAILED: 1 of 2 audits failed; largest +1.00');
  const junit = parseXml((await ran(['report', path, '-o', 'junit'])).stdout);
  expect(all(junit, 'failure')).toHaveLength(1);
  for (const format of ['wide', 'ndjson', 'sarif', 'github', 'prometheus', 'html']) {
    expect((await ran(['report', path, '-o', format])).stdout).not.toBe('');
  }
});

test('from stdin', async () => {
  const stdin = async function* () {
    const bytes = Buffer.from(JSON.stringify(saved));
    yield bytes.subarray(0, 100);
    yield bytes.subarray(100);
  };
  const deps = testDeps({ io: { ...testDeps().io, stdin } });
  expect(JSON.parse((await ran(['report', '-', '-o', 'json'], deps)).stdout)).toEqual(saved);
});

test('a report that shows only a part says so', async () => {
  using place = folder();
  const part = { ...saved, audits: saved.audits.slice(1) };
  const path = place.write('audit.json', JSON.stringify(part));
  expect((await ran(['report', path])).stderr).toContain('counts more audits than it shows');
});

test.each([
  ['{', 3, 'is not JSON'],
  ['[]', 3, 'is not an audit report'],
  ['{"schemaVersion":7}', 3, 'schemaVersion 7'],
  [JSON.stringify({ ...saved, audits: [{}] }), 3, 'audits[0].window'],
])('%s is no report', async (text, code, said) => {
  using place = folder();
  const result = await ran(['report', place.write('audit.json', text)]);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(said);
});

test('no file, or one that is not there', async () => {
  expect((await ran(['report'])).code).toBe(2);
  expect((await ran(['report', 'none.json'])).code).toBe(2);
});
