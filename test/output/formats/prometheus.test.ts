import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { audit, failed, january, rendered, reportOf } from '../../support/audits.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function promtool(text: string) {
  const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

const report = reportOf([
  failed([[['cluster-one'], 9, 10]], { missing: [{ key: ['a'], description: '' }] }),
  audit({ window: january(15) }),
  audit({ type: 'AuditAssetTotalStore', status: 'NotRun', lastRun: null }),
]);

test('gauges by audit type', async () => {
  const text = await rendered(report, 'prometheus');
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(samples).toEqual([
    'kc_etl_audit_info{server="http://localhost:9090/model",engine="server"} 1',
    'kc_etl_audit_sets{type="AuditAssetTotalStore",status="Passed"} 0',
    'kc_etl_audit_sets{type="AuditAssetTotalStore",status="Warning"} 0',
    'kc_etl_audit_sets{type="AuditAssetTotalStore",status="Failed"} 0',
    'kc_etl_audit_sets{type="AuditAssetTotalStore",status="Skipped"} 0',
    'kc_etl_audit_sets{type="AuditAssetTotalStore",status="NotRun"} 1',
    'kc_etl_audit_sets{type="AuditClusterEquality",status="Passed"} 1',
    'kc_etl_audit_sets{type="AuditClusterEquality",status="Warning"} 0',
    'kc_etl_audit_sets{type="AuditClusterEquality",status="Failed"} 1',
    'kc_etl_audit_sets{type="AuditClusterEquality",status="Skipped"} 0',
    'kc_etl_audit_sets{type="AuditClusterEquality",status="NotRun"} 0',
    'kc_etl_audit_differences{type="AuditAssetTotalStore"} 0',
    'kc_etl_audit_differences{type="AuditClusterEquality"} 1',
    'kc_etl_audit_differences_accepted{type="AuditAssetTotalStore"} 0',
    'kc_etl_audit_differences_accepted{type="AuditClusterEquality"} 0',
    'kc_etl_audit_missing_values{type="AuditAssetTotalStore"} 0',
    'kc_etl_audit_missing_values{type="AuditClusterEquality"} 1',
    'kc_etl_audit_largest_difference_cost{type="AuditAssetTotalStore"} 0',
    'kc_etl_audit_largest_difference_cost{type="AuditClusterEquality"} 1',
    'kc_etl_audit_last_run_timestamp_seconds{type="AuditClusterEquality"} 1673990024.012',
    'kc_etl_findings{severity="critical"} 0',
    'kc_etl_findings{severity="error"} 0',
    'kc_etl_findings{severity="warning"} 0',
    'kc_etl_findings{severity="info"} 0',
    'kc_etl_audit_gate_passed 0',
  ]);
});

test('every metric is declared once, and nothing has a timestamp', async () => {
  const text = await rendered(report, 'prometheus');
  const declared = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
  expect(new Set(declared).size).toBe(declared.length);
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').filter((l) => l !== '' && !l.startsWith('#'))) {
    expect(line).toMatch(/^[a-z_]+(\{.*\})? \S+$/);
  }
});

test('a difference that is no number does not hide behind one', async () => {
  const text = await rendered(
    reportOf([
      failed([
        [['a'], null, 1],
        [['b'], 1, 2],
      ]),
    ]),
    'prometheus',
  );
  expect(text).toContain('kc_etl_audit_largest_difference_cost{type="AuditClusterEquality"} NaN');
});

test.runIf(hasPromtool)('promtool accepts it, hostile address and all', async () => {
  expect(promtool(await rendered(report, 'prometheus'))).toEqual({ status: 0, said: '' });
  const hostile = { ...report, server: 'http://x/"\\\n{}=,# é🦊' };
  expect(promtool(await rendered(hostile, 'prometheus'))).toEqual({ status: 0, said: '' });
  expect(promtool(await rendered(reportOf([]), 'prometheus')).status).toBe(0);
  expect(promtool('kc_etl_x{a="unclosed} 1\n').status).not.toBe(0);
});
