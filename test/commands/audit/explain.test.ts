import { expect, test } from 'vitest';
import { codeInfo, codeNames } from '../../../src/diagnosis/codes.ts';
import { MemorySink } from '../../../src/io.ts';
import { gap, lostDisk } from '../../output/screens/fixtures/kubecost.ts';
import { ran, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';

const explain = (...argv: string[]) => ran(['audit', 'explain', ...argv]);

test.each(codeNames)('%s is explained without a server', async (code) => {
  const { code: exit, stdout, stderr } = await explain(code, '-o', 'json');
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    code,
    finding: null,
    meaning: codeInfo(code).meaning,
  });
});

test('a table says what the code means, how to confirm it and what to do', async () => {
  const { stdout } = await explain('disk-without-asset');
  for (const part of ['meaning', 'confirm', 'fix', 'repair', 'kubectl get pv {volume}']) {
    expect(stdout).toContain(part);
  }
});

test('the command that fills in the words in braces can be pasted from a narrow terminal', async () => {
  const stdout = new MemorySink({ columns: 60 });
  const io = { stdin: async function* () {}, stdout, stderr: new MemorySink() };
  await ran(['audit', 'explain', 'cluster-id-mismatch'], testDeps({ io }));
  const shown = stdout.text.split('\n');
  expect(shown).toContain(
    '    kc-etl audit run --window "7d settled" --finding cluster-id-mismatch',
  );
  expect(stdout.text).toContain('the words in braces');
  expect(stdout.text).toContain('(PromQL, at the end');
  const { stdout: filled } = await explain('unexplained');
  expect(filled).not.toContain('PromQL');
});

test('an id is looked up in a report, with its values', async () => {
  using place = folder();
  const path = place.write('audit.json', JSON.stringify(lostDisk));
  const [finding] = lostDisk.findings;
  const json = await explain(finding?.id ?? '', '--from', path, '-o', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ code: 'disk-without-asset', finding });
  const table = await explain('disk-without-asset', '--from', path);
  expect(table.stdout).toContain(finding?.confirm[0]?.command);
});

test('an id without a report explains its code and says where its values are', async () => {
  const { code, stderr } = await explain('missing-day:2026-11-23');
  expect(code).toBe(0);
  expect(stderr).toContain('add --from <report.json>');
});

test.each([
  ['disk-without-aset', [], 'did you mean disk-without-asset?'],
  ['missing-day:2026-11-22', ['report'], "has no finding 'missing-day:2026-11-22'"],
])('%s is a usage error', async (wanted, from, message) => {
  using place = folder();
  const path = place.write('audit.json', JSON.stringify(gap));
  const { code, stdout, stderr } = await explain(wanted, ...from.flatMap(() => ['--from', path]));
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});

test('--finding shows one finding with the audits it concerns, by id, code or pattern', async () => {
  using place = folder();
  const both = {
    ...lostDisk,
    findings: [...lostDisk.findings, ...gap.findings],
  };
  const path = place.write('audit.json', JSON.stringify(both));
  for (const wanted of ['missing-day:2026-11-23', 'missing-day', 'missing-*']) {
    const { stdout } = await ran(['report', path, '--finding', wanted, '-o', 'json']);
    const { findings, audits } = JSON.parse(stdout);
    expect(findings.map(({ id }: { id: string }) => id)).toEqual(['missing-day:2026-11-23']);
    expect(audits).toHaveLength(17);
  }
  const none = await ran(['report', path, '--finding', 'nothing']);
  expect(none.stdout).toBe('');
  expect(none.stderr).toContain("no finding matches 'nothing'; the findings are ");
});
