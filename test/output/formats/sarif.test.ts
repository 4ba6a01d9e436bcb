import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import {
  audit,
  failed,
  hostileNames,
  hostileReport,
  rendered,
  reportOf,
} from '../../support/audits.ts';

const schema: object = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve(
      '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
    ),
    'utf8',
  ),
);

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

async function sarifOf(report: Parameters<typeof rendered>[0]) {
  const log = JSON.parse(await rendered(report, 'sarif'));
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log.runs[0];
}

test('a result per difference and missing value, valid by the standard', async () => {
  const run = await sarifOf(
    reportOf([
      failed([[['cluster-one'], 9.42, 9.64]], { missing: [{ key: ['node-3'], description: '' }] }),
      audit({ type: 'AuditAssetTotalStore', status: 'Skipped', description: 'no answer' }),
      audit({ type: 'AuditAllocationTotalStore', status: 'Failed' }),
      audit({ type: 'AuditAllocationAggStore' }),
    ]),
  );
  expect(run.results).toMatchObject([
    {
      ruleId: 'AuditClusterEquality',
      level: 'error',
      message: {
        text: '2023-01-14: cluster-one: expected 9.42, actual 9.64, delta +0.22 (+2.34 %)',
      },
      properties: { key: ['cluster-one'], expected: 9.42, actual: 9.64 },
    },
    { ruleId: 'AuditClusterEquality', level: 'warning', properties: { key: ['node-3'] } },
    {
      ruleId: 'AuditAllocationTotalStore',
      level: 'error',
      message: { text: '2023-01-14: the server reported no differences' },
    },
  ]);
  for (const { ruleId, ruleIndex } of run.results) {
    expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  }
  expect(run.invocations[0].toolExecutionNotifications).toMatchObject([
    {
      level: 'warning',
      message: { text: 'AuditAssetTotalStore of 2023-01-14 skipped: no answer' },
    },
  ]);
});

test('an empty report is a valid one', async () => {
  expect((await sarifOf(reportOf([]))).results).toEqual([]);
});

test('what is accepted is suppressed, not left out', async () => {
  const report = reportOf([failed([[['cluster-one'], 1, 2]])]);
  for (const found of report.audits[0]?.differences ?? []) found.accepted = 'known';
  expect((await sarifOf(report)).results).toMatchObject([
    { suppressions: [{ kind: 'external', status: 'accepted', justification: 'known' }] },
  ]);
});

test('hostile names come back as they were', async () => {
  const run = await sarifOf(hostileReport());
  const keys = run.results.map(
    (result: { properties: { key: string[] } }) => result.properties.key,
  );
  expect(keys).toEqual([
    ...hostileNames.map((name) => ['cluster', name]),
    ...hostileNames.map((name) => [name]),
  ]);
});
