import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditType } from '../../../src/audits/types.ts';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import {
  audited,
  day,
  isOf,
  type RecordedAnswer,
  type Recording,
  recorded,
  replay,
  requestKindOf,
  sendWhole,
} from '../../support/recorded-audit.ts';
import type { Request } from '../../support/server.ts';

type Break = (answer: RecordedAnswer, response: ServerResponse, request: Request) => void;

const loginPage = '<html><title>Sign in</title><input type="password"></html>';

/** Up to the middle of a row. */
const half = (body: string | Uint8Array) => body.slice(0, Math.floor(body.length * 0.6));

const breaks: Readonly<Record<string, { readonly send: Break; readonly says: RegExp }>> = {
  'a 500': {
    send: (_answer, response) =>
      response.writeHead(500).end('{"code":500,"message":"out of memory"}'),
    says: /returned 500: out of memory/,
  },
  'an envelope with code 500 under status 200': {
    send: (_answer, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"code":500,"data":null,"message":"boom"}'),
    says: /error 500: boom/,
  },
  'an error after its rows': {
    send: ({ body }, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        `${body
          .trim()
          .replace(/^\{"code":200,/, '{')
          .slice(0, -1)},"code":500,"message":"late"}`,
      ),
    says: /error 500: late/,
  },
  'a body cut in the middle of a row': {
    send: ({ body }, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(half(body)),
    says: /ends after \d+ bytes/,
  },
  'a connection reset in the middle of a row': {
    send: ({ body }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(half(body), () => response.socket?.resetAndDestroy());
    },
    says: /ended before the response was complete/,
  },
  'less than the content-length that was promised': {
    send: ({ body }, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.write(half(body), () => response.socket?.end());
    },
    says: /ended before the response was complete/,
  },
  'gzip cut short': {
    send: ({ body }, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(half(gzipSync(body))),
    says: /ended before the response was complete/,
  },
  'gzip with a wrong byte': {
    send: ({ body }, response) => {
      const bytes = gzipSync(body);
      const at = bytes.length - 6;
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(bytes);
    },
    says: /is damaged: its checksum is wrong/,
  },
  'a redirect to a login page': {
    send: (_answer, response, { path }) => {
      if (path === '/login')
        response.writeHead(200, { 'content-type': 'text/html' }).end(loginPage);
      else response.writeHead(302, { location: '/login' }).end();
    },
    says: /login page/,
  },
};

/** The audits that cannot be made without an answer. */
const needing: Readonly<Record<string, readonly AuditType[]>> = {
  allocations: [
    'AuditAllocationReconciliation',
    'AuditAllocationTotalStore',
    'AuditAllocationAggStore',
    'CheckAllocationSum',
    'CheckNullCost',
    'CheckRowWindow',
    'CheckDuplicate',
    'CheckOverAllocation',
    'CheckNodeRecord',
    'CheckNegativeCost',
    'CheckMissingWindow',
    'CheckSummary',
  ],
  idle: ['AuditAllocationTotalStore', 'AuditClusterEquality'],
  clusters: ['AuditClusterEquality'],
  summary: ['CheckSummary'],
  bills: ['AuditAssetReconciliation'],
  'allocations by node': ['AuditAllocationAggStore'],
  'allocations by cluster': ['AuditAllocationAggStore'],
  'assets by cluster': ['AuditAssetTotalStore'],
  'assets by type': ['AuditAssetAggStore'],
};

let recording: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-3');
});

function statuses({ audits }: AuditReport): string[] {
  return audits.map(
    ({ window: { start }, type, status }) => `${start.slice(0, 10)} ${type} ${status}`,
  );
}

async function broken(kind: string, send: Break) {
  await using server = await replay(recording, (answer, request, response) => {
    const hit = requestKindOf(request) === kind && isOf(day, request);
    if (hit || request.path === '/login') send(answer, response, request);
    else sendWhole(answer, request, response);
  });
  return await audited(server.url, '--retries', '1');
}

describe.each(Object.entries(breaks))('%s', (_name, { send, says }) => {
  test.each(['allocations', 'clusters', 'allocations by node', 'bills'])(
    'in place of %s of one day: what needed it is skipped with the reason, the rest stands',
    async (kind) => {
      const { report, code, stderr } = await broken(kind, send);
      expect(code).toBe(3);
      expect(stderr).toMatch(says);
      if (!report) throw new Error(stderr);
      const expected = needing[kind] ?? [];
      for (const audit of report.audits) {
        const hit = audit.window.start.startsWith(day) && expected.includes(audit.type);
        expect(`${audit.type} ${audit.status}`).toBe(`${audit.type} ${hit ? 'Skipped' : 'Passed'}`);
        if (hit) expect(audit.description).toMatch(says);
        expect([audit.differences, audit.missing]).toEqual([[], []]);
      }
    },
  );
});

test.each(Object.keys(needing))('without %s nothing that needs it passes', async (kind) => {
  const { report, code } = await broken(kind, (_answer, response) =>
    response.writeHead(500).end('out of memory'),
  );
  expect(code).toBe(3);
  if (!report) throw new Error('no report');
  const skipped = statuses(report).filter((one) => one.endsWith('Skipped'));
  expect(skipped).toEqual((needing[kind] ?? []).map((type) => `${day} ${type} Skipped`));
});

test.each([502, 504])('after a %i in the middle of a run nothing more is asked', async (status) => {
  let hits = 0;
  await using server = await replay(recording, (answer, request, response) => {
    if (requestKindOf(request) === 'clusters' && isOf(day, request)) {
      hits++;
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
    } else sendWhole(answer, request, response);
  });
  const { report, code, stderr } = await audited(
    server.url,
    '--concurrency',
    '1',
    '--retries',
    '2',
  );
  expect(code).toBe(3);
  expect(stderr).toContain(`returned ${status}`);
  // tried as often as --retries says, then never again
  expect(hits).toBe(3);
  const last = server.requests.at(-1);
  if (!last || !report) throw new Error(stderr);
  expect(requestKindOf(last)).toBe('clusters');
  const byDay = (on: string) =>
    new Set(report.audits.filter((a) => a.window.start.startsWith(on)).map((a) => a.status));
  expect(byDay('2026-03-06')).toEqual(new Set(['Passed']));
  expect(byDay('2026-03-08')).toEqual(new Set(['Skipped']));
  const after = report.audits.filter(({ window }) => window.start.startsWith('2026-03-08'));
  for (const { description } of after) expect(description).toContain(`returned ${status}`);
});

test('a finding on another day still fails the gate', async () => {
  const faulty = await recorded('kubecost-3', { faults: ['price-drift=2026-03-06'] });
  await using server = await replay(faulty, (answer, request, response) => {
    if (requestKindOf(request) === 'allocations' && isOf(day, request))
      response.writeHead(500).end();
    else sendWhole(answer, request, response);
  });
  const { report, code } = await audited(server.url, '--retries', '0');
  expect(code).toBe(1);
  expect(report?.summary.failed).toBe(1);
});
