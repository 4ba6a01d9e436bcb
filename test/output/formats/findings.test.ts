import { describe, expect, test } from 'vitest';
import { codeNames } from '../../../src/diagnosis/codes.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import type { FormatName } from '../../../src/output/formats/names.ts';
import { rendered } from '../../support/results.ts';
import { all, parseXml } from '../../support/xml.ts';
import { gap, lostDisk, reconcileError } from '../screens/fixtures/kubecost.ts';
import { duplicateAsset } from '../screens/fixtures/opencost.ts';
import { finding, findingReport, resultOfReport } from '../support/finding-report.ts';

const text = (report: AuditReport, format: FormatName, asFindings = false) =>
  rendered({ ...resultOfReport(report), asFindings }, format, { unicode: false });

const [disk] = lostDisk.findings;

describe('markdown', () => {
  test('starts with the verdict, then the findings, then the tables', async () => {
    const lines = (await text(lostDisk, 'markdown')).split('\n');
    expect(lines[0]).toMatch(
      /^\*\*FAILED\*\*: 1 finding, assets 0\.66 too low \(2\.1 % of cluster-one\)/,
    );
    const heads = lines.filter((line) => line.startsWith('### '));
    expect(heads).toEqual([
      '### 1. `disk-without-asset` (error, certain)',
      '### Audits',
      '### Findings',
    ]);
  });

  test('holds commands in code blocks, as they are pasted', async () => {
    const markdown = await text(lostDisk, 'markdown');
    for (const { command } of disk?.confirm ?? []) expect(markdown).toContain(`\n  ${command}\n`);
  });

  test('a command with backticks cannot end its block', async () => {
    const hostile = finding({
      code: 'unexplained',
      title: 'x',
      confirm: [{ text: 'y', command: 'echo ```\n# injected' }],
    });
    const report = findingReport({ audits: lostDisk.audits, findings: [hostile] });
    expect(await text(report, 'markdown')).toContain('  ````text\n  echo ``` # injected\n  ````');
  });
});

describe('github', () => {
  test('has one annotation per finding, worst first, and none for what they explain', async () => {
    const commands = (await text(duplicateAsset, 'github'))
      .split('\n')
      .filter((line) => line.startsWith('::'))
      .map((line) => /^::(\w+) title=([^:]*)::/.exec(line)?.slice(1));
    expect(commands).toEqual([
      ['error', 'duplicate-asset (critical)'],
      ['warning', 'over-allocated-node (warning)'],
    ]);
  });

  test('an accepted finding is a notice', async () => {
    const accepted = {
      ...lostDisk,
      findings: lostDisk.findings.map((one) => ({ ...one, accepted: 'known' })),
    };
    expect(await text(accepted, 'github')).toContain(
      '::notice title=disk-without-asset (accepted)::',
    );
  });
});

test('junit names the finding in the message and the text of the failure', async () => {
  const [failure] = all(parseXml(await text(lostDisk, 'junit')), 'failure');
  expect(failure?.attributes['message']).toBe(disk?.title);
  expect(JSON.stringify(failure)).toContain('kubectl get pv pvc-2555d2c6');
});

describe('sarif', () => {
  test('has a rule with help for each code, and a result for each finding', async () => {
    const [run] = JSON.parse(await text(gap, 'sarif')).runs;
    const { rules } = run.tool.driver;
    const ids = rules.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining([...codeNames]));
    const [result, ...others] = run.results;
    expect(others).toEqual([]);
    expect(result.ruleId).toBe('missing-day');
    expect(rules[result.ruleIndex].id).toBe('missing-day');
    expect(rules[result.ruleIndex].help.text).toContain('- ');
  });
});

describe('prometheus', () => {
  test('has a series for each finding', async () => {
    const lines = (await text(lostDisk, 'prometheus')).split('\n');
    expect(lines).toContain(
      'kc_etl_finding{code="disk-without-asset",cluster="cluster-one",object="cluster-one/pvc-2555d2c6-c4e3-4fb5-82be-000000000004",severity="error"} -0.65753',
    );
    expect(lines).toContain('kc_etl_findings{severity="error"} 1');
  });

  test('has at most 50 of them', async () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      finding({ id: `unexplained:${i}`, code: 'unexplained', title: 'x' }),
    );
    const report = findingReport({ audits: lostDisk.audits, findings: many });
    const series = (await text(report, 'prometheus')).match(/^kc_etl_finding\{/gm);
    expect(series).toHaveLength(50);
  });
});

test('csv and ndjson print findings where they are asked for', async () => {
  const [head, row, ...rest] = (await text(reconcileError, 'csv', true)).trimEnd().split('\n');
  expect(head).toMatch(/^id,code,severity,confidence,title,/);
  expect(row).toMatch(/^allocations-not-reconciled:allocations,allocations-not-reconciled,error,/);
  expect(rest).toEqual([]);
  expect(JSON.parse(await text(reconcileError, 'ndjson', true))).toEqual(
    reconcileError.findings[0],
  );
});

test.each<FormatName>(['json', 'yaml'])('%s holds the whole finding', async (format) => {
  const whole = await text(lostDisk, format);
  for (const part of ['explains', 'blocks', 'confirm', 'actions', 'references', 'objectCount']) {
    expect(whole).toContain(part);
  }
});
