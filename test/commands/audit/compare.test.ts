import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { lostDisk } from '../../output/screens/fixtures/kubecost.ts';
import { failed, reportOf } from '../../support/audits.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { reply, serve } from '../../support/server.ts';

const answer = readFileSync('test/fixtures/etl-audit.json', 'utf8');
const before = JSON.stringify(
  reportOf([
    failed([
      [['grows'], 1, 2],
      [['goes'], 1, 2],
      [['stays'], 1, 2],
    ]),
  ]),
);
const after = JSON.stringify(
  reportOf([
    failed([
      [['grows'], 1, 3],
      [['comes'], 1, 1.5],
      [['stays'], 1, 2],
    ]),
  ]),
);

test('two files', async () => {
  using place = folder();
  const files = [place.write('before.json', before), place.write('after.json', after)];
  const { code, stdout, stderr } = await ran(['audit', 'compare', ...files, '-o', 'json']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    new: [{ window: { start: '2023-01-14T00:00:00Z' }, key: ['comes'], delta: 0.5 }],
    worse: [{ key: ['grows'], delta: 2, before: 1 }],
    better: [],
    fixed: [{ key: ['goes'] }],
    unchanged: 1,
  });
  const table = await ran(['audit', 'compare', ...files]);
  expect(table.stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'CHANGE | WINDOW (UTC) | AUDIT | KEY | DELTA BEFORE | DELTA AFTER',
    'NEW | 2023-01-14 | AuditClusterEquality | comes | - | +0.50',
    'WORSE | 2023-01-14 | AuditClusterEquality | grows | +1.00 | +2.00',
    'fixed | 2023-01-14 | AuditClusterEquality | goes | +1.00 | -',
    '',
    `${files[0]} to ${files[1]}: 1 new, 1 worse, 0 better, 1 fixed, 1 unchanged`,
    '',
  ]);
});

test('what it prints is what its schema says', async () => {
  using place = folder();
  const files = [place.write('before.json', before), place.write('after.json', after)];
  const schema = JSON.parse((await ran(['schema', 'compare'])).stdout);
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    schema,
  );
  const empty = place.write('empty.json', JSON.stringify(reportOf([])));
  for (const other of [files[1] ?? '', empty]) {
    const { stdout } = await ran(['audit', 'compare', files[0] ?? '', other, '-o', 'json']);
    validate(JSON.parse(stdout));
    expect(validate.errors ?? []).toEqual([]);
  }
});

test.each(['wide', 'ndjson', 'yaml', 'csv', 'markdown'])('as %s', async (format) => {
  using place = folder();
  const files = [place.write('before.json', before), place.write('after.json', after)];
  const { code, stdout } = await ran(['audit', 'compare', ...files, '-o', format]);
  expect(code).toBe(0);
  for (const key of ['comes', 'goes', 'grows']) expect(stdout).toContain(key);
});

test('the gate', async () => {
  using place = folder();
  const files = [place.write('before.json', before), place.write('after.json', after)];
  const failing = await ran(['audit', 'compare', ...files, '--fail-on', 'new']);
  expect(failing.code).toBe(1);
  expect(failing.stderr).toBe('gate failed: 1 new, 1 worse, 0 better, 1 fixed, 1 unchanged\n');
  const [a = ''] = files;
  expect((await ran(['audit', 'compare', a, a, '--fail-on', 'worse'])).code).toBe(0);
  const empty = place.write('empty.json', JSON.stringify(reportOf([])));
  expect((await ran(['audit', 'compare', a, empty, '--fail-on', 'worse'])).code).toBe(3);
  const typed = await ran([
    'audit',
    'compare',
    ...files,
    '--type',
    'asset-total-store',
    '-o',
    'json',
  ]);
  expect(JSON.parse(typed.stdout)).toMatchObject({ new: [], worse: [], fixed: [], unchanged: 0 });
});

test('stdin as either side', async () => {
  using place = folder();
  const path = place.write('before.json', before);
  const stdin = async function* () {
    yield Buffer.from(after);
  };
  const deps = () => testDeps({ io: { ...testDeps().io, stdin } });
  const count = async (argv: string[]) => JSON.parse((await ran(argv, deps())).stdout).new[0].key;
  expect(await count(['audit', 'compare', path, '-', '-o', 'json'])).toEqual(['comes']);
  expect(await count(['audit', 'compare', '-', path, '-o', 'json'])).toEqual(['goes']);
  expect((await ran(['audit', 'compare', '-', '-'])).code).toBe(2);
});

test('a file against a server, and two servers', async () => {
  const fixed = answer
    .replaceAll('"Failed"', '"Passed"')
    .replaceAll(/"Clusters": \{[^}]*\}[^}]*\}/g, '"Clusters": {}');
  await using old = await serve({ '/model/etl/audit': reply(answer) });
  await using repaired = await serve({ '/model/etl/audit': reply(fixed) });
  using place = folder();
  const saved = place.write(
    's.json',
    (await ran(['audit', '--url', old.url, '-o', 'json'])).stdout,
  );
  for (const sides of [
    [saved, '--url', repaired.url],
    ['--url', old.url, '--url', repaired.url],
  ]) {
    const { code, stdout } = await ran([
      'audit',
      'compare',
      ...sides,
      '-o',
      'json',
      '--fail-on',
      'new',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ new: [], fixed: [{ key: ['cluster-one'] }] });
  }
  const back = ['audit', 'compare', '--url', repaired.url, '--url', old.url, '--fail-on', 'new'];
  expect((await ran(back)).code).toBe(1);
  const named = testDeps({ env: { KC_ETL_URL: repaired.url } });
  expect((await ran(['audit', 'compare', saved, '--fail-on', 'worse'], named)).code).toBe(0);
});

test.each([
  [[], 'not 0'],
  [['a.json', 'b.json', '--url', 'http://localhost:1'], 'not 3'],
  [['--url', 'http://localhost:1'], 'not 1'],
  [['a.json'], 'a.json cannot be read'],
  [['none.json', 'none.json'], 'none.json cannot be read'],
])('compare %j is a usage error', async (argv, said) => {
  const { code, stderr } = await ran(['audit', 'compare', ...argv]);
  expect(stderr).toContain(said);
  expect(code).toBe(2);
});

test('a file that is something else is no data', async () => {
  using place = folder();
  const other = place.write('events.json', '{"schemaVersion":1,"events":[]}');
  const { code, stderr } = await ran(['audit', 'compare', other, other]);
  expect(code).toBe(3);
  expect(stderr).toContain('events.json is not an audit report of kc-etl: server');
});

test('findings: new, worse from and to, fixed, and what the gate counts', async () => {
  using place = folder();
  const [disk] = lostDisk.findings;
  if (!disk) throw new Error('the fixture has a finding');
  const worse = { ...disk, amount: { ...disk.amount, perDay: -1.47 } };
  const other = { ...disk, id: 'disk-without-asset:cluster-one/pvc-9', title: 'Another volume.' };
  const report = (findings: readonly unknown[]) => JSON.stringify({ ...lostDisk, findings });
  const files = [
    place.write('before.json', report([disk])),
    place.write('after.json', report([worse, other])),
  ];
  const { code, stdout, stderr } = await ran(['audit', 'compare', ...files, '--fail-on', 'new']);
  expect(stdout).toContain(`NEW  ${other.id}\n  Another volume.\n`);
  expect(stdout).toContain(`WORSE  ${disk.id}\n`);
  expect(stdout).toContain('\n  from -0.66 to -1.47, severity error\n');
  expect(stdout).toContain('\nfindings: 1 new, 1 worse, 0 better, 0 fixed, 0 unchanged\n');
  expect(code).toBe(1);
  expect(stderr).toMatch(/gate failed: findings: 1 new, 1 worse, .*; differences: 0 new, /);
  const back = await ran(['audit', 'compare', ...files.toReversed(), '--fail-on', 'worse']);
  expect(back.code).toBe(0);
  expect(back.stdout).toContain('better  ');
});

test('reports of two servers get a warning, other names of one do not', async () => {
  using place = folder();
  const of = (name: string, server: string) =>
    place.write(name, JSON.stringify({ ...reportOf([failed([[['a'], 1, 2]])]), server }));
  const [one, same, other] = [
    of('one.json', 'kube://prod/kubecost/kubecost-cost-analyzer:9090/model'),
    of('same.json', 'kube://prod/kubecost/kubecost-cost-analyzer:9090'),
    of('other.json', 'kube://test/kubecost/kubecost-cost-analyzer:9090/model'),
  ];
  expect((await ran(['audit', 'compare', one, same])).stderr).toBe('');
  const { code, stderr } = await ran(['audit', 'compare', one, other]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: the reports are from two servers, kube:\/\/prod.* and kube:\/\/test.*\n$/,
  );
});
