import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditType } from '../../../src/audits/types.ts';
import {
  type Audited,
  audited,
  day,
  type Recording,
  recorded,
  replay,
  replayChanged,
  requestKindOf,
  sendWhole,
} from '../../support/recorded-audit.ts';

/** Responses in which a server reports a problem, or that have no rows where others have them. */
const oneDay = ['--window', `${day},2026-03-08`];

let recording: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-3', { argv: oneDay });
});

async function auditedWith(request: string, change: (body: string) => string): Promise<Audited> {
  await using server = await replayChanged(recording, request, change);
  return await audited(server.url, ...oneDay);
}

function auditOf({ report }: Audited, type: AuditType) {
  return report?.audits.find((audit) => audit.type === type);
}

/** An audit that requires each request. */
const requiredBy = {
  allocations: 'AuditClusterEquality',
  assets: 'AuditClusterEquality',
  idle: 'AuditAllocationTotalStore',
  clusters: 'AuditClusterEquality',
  summary: 'CheckSummary',
  topline: 'AuditAssetTotalStore',
  bills: 'AuditAssetReconciliation',
  'assets by cluster,providerid': 'AuditAssetTotalStore',
  'assets by type': 'AuditAssetAggStore',
  'allocations by namespace': 'AuditAllocationAggStore',
} as const satisfies Readonly<Record<string, AuditType>>;
const requests = Object.entries(requiredBy).filter(([request]) => request !== 'allocations');

const reported: readonly (readonly [string, object])[] = [
  ['errors', { errors: ['the store is read by shard 2 of 3'] }],
  ['an error', { error: 'the store is read by shard 2 of 3' }],
  ['an error with a message', { errors: [{ message: 'the store is read by shard 2 of 3' }] }],
  ['warnings', { warnings: ['could not read: the store is read by shard 2 of 3'] }],
  ['a list in warning', { warning: ['could not read: the store is read by shard 2 of 3'] }],
];

describe.each(requests)('%s', (request, type) => {
  const kinds = request === 'assets' || request === 'summary' ? reported : reported.slice(0, 1);
  test.each(kinds)('with %s next to its data is not used, and exit 3', async (_what, fields) => {
    const result = await auditedWith(request, (body) =>
      JSON.stringify({ ...JSON.parse(body), ...fields }),
    );
    expect(auditOf(result, type)).toMatchObject({
      status: 'Skipped',
      description: expect.stringContaining('the store is read by shard 2 of 3'),
    });
    expect(result.code).toBe(3);
  });
});

describe.each(['assets', 'summary'])('%s', (request) => {
  test('fields for errors that have none change nothing', async () => {
    const none = { errors: [], error: null, warnings: [''], warning: '', message: '' };
    const result = await auditedWith(request, (body) =>
      JSON.stringify({ ...JSON.parse(body), ...none }),
    );
    expect(result).toMatchObject({ code: 0, report: { summary: { skipped: 0 } } });
    expect(result.stderr).not.toContain('the server says');
  });
});

describe.each([
  ['summary', 'sets', 'allocations'],
  ['bills', 'sets', 'cloudCosts'],
] as const)('the sets of %s', (request, sets, rows) => {
  const type = requiredBy[request];
  const errors = ['context deadline exceeded'];
  test.each([
    ['none, next to errors', { [sets]: [], errors }],
    ['null, next to errors', { [sets]: null, errors }],
    ['left out, next to errors', { errors }],
    ['one without rows that has errors', { [sets]: [{ [rows]: {}, errors }] }],
    ['one with null and an error', { [sets]: [{ [rows]: null, error: errors[0] }] }],
  ])('%s: Skipped with the sentence, and exit 3', async (_what, data) => {
    const result = await auditedWith(request, () => JSON.stringify({ code: 200, data }));
    expect(auditOf(result, type)).toMatchObject({
      status: 'Skipped',
      description: expect.stringContaining('context deadline exceeded'),
    });
    expect(result.code).toBe(3);
  });

  test('with rows and errors in one of them: not used', async () => {
    const result = await auditedWith(request, (body) => {
      const { data } = JSON.parse(body);
      const listed = Array.isArray(data) ? data : data[sets];
      const changed = listed.map((set: object) => ({ ...set, errors }));
      return JSON.stringify({ code: 200, data: { [sets]: changed } });
    });
    expect(auditOf(result, type)).toMatchObject({ status: 'Skipped' });
    expect(result.code).toBe(3);
  });
});

test('a topline whose data has errors is not used', async () => {
  const result = await auditedWith('topline', (body) => {
    const { data } = JSON.parse(body);
    return JSON.stringify({ code: 200, data: { ...data, errors: ['node store unreadable'] } });
  });
  expect(auditOf(result, 'AuditAssetTotalStore')).toMatchObject({
    status: 'Skipped',
    description: expect.stringContaining('node store unreadable'),
  });
  expect(result.code).toBe(3);
});

describe('no set, though the rows that it is made of are there', () => {
  test.each(requests.filter(([request]) => !['assets', 'bills', 'topline'].includes(request)))(
    '%s: Skipped, and exit 3',
    async (request, type) => {
      const result = await auditedWith(request, () => '{"code":200,"data":[]}');
      expect(auditOf(result, type)).toMatchObject({
        status: 'Skipped',
        description: expect.stringContaining('the server has no set for this window'),
      });
      expect(result.code).toBe(3);
      expect(result.stderr).toMatch(
        /no set for this window \(.*\), though it has (allocations|assets)/,
      );
    },
  );

  test('an empty set of assets by node has none of them', async () => {
    const result = await auditedWith(
      'assets by cluster,providerid',
      () => '{"code":200,"data":[{}]}',
    );
    const audit = auditOf(result, 'AuditAssetTotalStore');
    expect(audit?.status).toBe('Warning');
    expect(audit?.missing.length).toBeGreaterThan(0);
  });
});

describe('one store without data on any day', () => {
  test.each([
    ['assets', 'no assets for this window, though it has allocations'],
    ['allocation', 'no allocations for this window, though it has assets of nodes'],
  ])('%s: undecided', async (store, reason) => {
    await using server = await replay(recording, (answer, request, response) => {
      const isOther = !request.path.includes(`/${store}`);
      // only the audited day was recorded; the days around it have no data at all
      const isEmpty = !isOther || answer.status === 404;
      if (!isEmpty || !/\/(assets|allocation)$/.test(request.path)) {
        sendWhole(answer, request, response);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"code":200,"data":[]}');
    });
    const result = await audited(server.url, ...oneDay);
    expect(result.stderr).toContain(reason);
    expect(result.code).toBe(3);
    const only = await audited(server.url, ...oneDay, '--type', 'AuditAllocationReconciliation');
    expect(only.code).toBe(3);
  });
});

test('the recording has every request of the table', () => {
  const recordedRequests = [...recording.keys()].map((key) => {
    const { pathname, searchParams } = new URL(key, 'http://localhost');
    return requestKindOf({ path: pathname, query: searchParams });
  });
  expect(recordedRequests).toEqual(expect.arrayContaining(requests.map(([request]) => request)));
});
