import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import {
  audited,
  day,
  type RecordedAnswer,
  type Recording,
  recorded,
  replay,
  requestKindOf,
} from '../../support/recorded-audit.ts';
import type { TestServer } from '../../support/server.ts';

/** `npm run fuzz` raises it. */
const runs = Math.ceil(Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) / 40);

/** How an answer comes: none of it may change what is made of it. */
interface Arrival {
  readonly seed: number;
  readonly shuffled: boolean;
  readonly spaced: boolean;
  readonly escaped: boolean;
  readonly zipped: boolean;
  /** The largest piece that is sent at a time; null: all at once. */
  readonly chunkSize: number | null;
  readonly concurrency: number;
}

const arrivals = fc.record<Arrival>({
  seed: fc.integer(),
  shuffled: fc.boolean(),
  spaced: fc.boolean(),
  escaped: fc.boolean(),
  zipped: fc.boolean(),
  chunkSize: fc.constantFrom(null, 2_000, 20_000),
  concurrency: fc.integer({ min: 1, max: 8 }),
});

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

function shuffledRows(value: unknown, random: () => number, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffledRows(item, random, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, shuffledRows(item, random, depth + 1)] as const,
  );
  for (let i = entries.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [one, other] = [entries[i], entries[j]];
    if (one && other) [entries[i], entries[j]] = [other, one];
  }
  return Object.fromEntries(entries);
}

/** The same JSON with every letter of some texts as an escape, and names beyond ASCII as bytes. */
function escapedText(json: string, random: () => number): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    random() < 0.8
      ? text
      : text.replace(/[a-z]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

function rewritten(body: string, arrival: Arrival): Buffer {
  const random = randomFrom(arrival.seed);
  if (!body.startsWith('{')) return Buffer.from(body);
  let value: unknown = JSON.parse(body);
  if (arrival.shuffled) value = shuffledRows(value, random);
  let text = JSON.stringify(value, null, arrival.spaced ? '\t \n'.slice(0, 2) : undefined);
  if (arrival.spaced) text = `\r\n${text}\n \t\n`;
  return Buffer.from(arrival.escaped ? escapedText(text, random) : text);
}

async function send(
  { status, type, body }: RecordedAnswer,
  response: ServerResponse,
  arrival: Arrival,
): Promise<void> {
  const random = randomFrom(~arrival.seed);
  const whole = rewritten(body, arrival);
  const bytes = arrival.zipped ? gzipSync(whole) : whole;
  const encoding = arrival.zipped ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(status, { 'content-type': type, ...encoding });
  for (let at = 0; at < bytes.length; ) {
    const size =
      arrival.chunkSize === null ? bytes.length : 1 + Math.floor(random() * arrival.chunkSize);
    response.write(bytes.subarray(at, at + size));
    at += size;
    // pieces that are written at once arrive as one
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** The report without what tells when and where it was made. */
function reportText(report: AuditReport | null): string {
  const audits = report?.audits.map((audit) => ({ ...audit, lastRun: '' }));
  return JSON.stringify({ ...report, server: '', audits }, null, 1);
}

/** Answers in which names of namespaces have letters of two, three and four bytes. */
function withLetters(recording: Recording): Recording {
  const renamed = new Map<string, RecordedAnswer>();
  for (const [key, answer] of recording) {
    renamed.set(key, { ...answer, body: answer.body.replaceAll('monitoring', 'mønitor-監視-🔭') });
  }
  return renamed;
}

const faults = ['price-drift', 'lost-disk', 'stale-allocation-agg'].map(
  (fault) => `${fault}=${day}`,
);
const argv = ['--window', `${day},2026-03-08`];
const size = { clusters: 2, nodes: 8, pods: 50 };
const servers: { arrival: Arrival | null; whole: string; server: TestServer; variant: string }[] =
  [];

beforeAll(async () => {
  for (const variant of ['kubecost-2', 'kubecost-3', 'opencost'] as const) {
    const recording = withLetters(await recorded(variant, { faults, size, argv }));
    const slot = { arrival: null as Arrival | null, whole: '', variant };
    const server = await replay(recording, (answer, _request, response) => {
      if (slot.arrival) void send(answer, response, slot.arrival);
      else response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    slot.whole = reportText((await audited(server.url, ...argv)).report);
    servers.push(Object.assign(slot, { server }));
  }
});
afterAll(async () => {
  for (const { server } of servers) await server[Symbol.asyncDispose]();
});

test('the recorded runs find what was put into them', () => {
  expect(servers).toHaveLength(3);
  for (const { whole } of servers) {
    expect(whole).toContain('"status": "Failed"');
    expect(whole).toContain('"status": "Passed"');
  }
});

test('order of rows, white space, escapes, chunks, gzip and concurrency change no letter of the report', {
  timeout: 300_000 + runs * 2_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.constantFrom(0, 1, 2), async (arrival, which) => {
      const slot = servers[which];
      if (!slot) throw new Error('no server');
      slot.arrival = arrival;
      const { report } = await audited(
        slot.server.url,
        ...argv,
        '--concurrency',
        String(arrival.concurrency),
      );
      expect(reportText(report)).toBe(slot.whole);
    }),
    { numRuns: runs, seed: 20260308 },
  );
});

test('one set in place of a list of one, and no envelope around it but data', async () => {
  for (const { whole, variant } of servers.filter((one) => one.variant !== 'opencost')) {
    const recording = withLetters(
      await recorded(variant === 'kubecost-2' ? 'kubecost-2' : 'kubecost-3', {
        faults,
        size,
        argv,
      }),
    );
    await using server = await replay(recording, ({ status, type, body }, request, response) => {
      const kind = requestKindOf(request);
      const sets = /^(assets|allocations|idle|clusters)/.test(kind) && body.startsWith('{');
      const text = sets ? JSON.stringify({ data: JSON.parse(body).data[0] }) : body;
      response.writeHead(status, { 'content-type': type }).end(text);
    });
    expect(reportText((await audited(server.url, ...argv)).report)).toBe(whole);
  }
});
