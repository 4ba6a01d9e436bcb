import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { demoDefaults } from '../../src/demo/options.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const now = '2026-11-26T12:00:00Z';
const week = '2026-11-14,2026-11-21';

/** One address behind which the server is replaced, as an upgrade or a new volume does it. */
async function address() {
  let demo: Demo | null = null;
  const server = await serve({
    '*': async (request, response) => {
      const answer = await fetch(`${demo?.url}${request.path}?${request.query}`);
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      });
      response.end(await answer.text());
    },
  });
  return {
    url: server.url,
    async serves(changes: Partial<typeof demoDefaults>, time = now) {
      await demo?.close();
      const world = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 20 };
      demo = await startDemo({ ...world, ...changes }, { clock: new TestClock(time) });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await demo?.close();
    },
  };
}

async function audit(argv: readonly string[], time = now) {
  const deps = testDeps({ clock: new TestClock(time) });
  const result = await ran(['audit', ...argv, '-o', 'json'], deps);
  return { ...result, report: JSON.parse(result.stdout) as AuditReport }; // what audit printed
}

const datesOf = ({ audits }: AuditReport) => [
  ...new Set(audits.map(({ window }) => window.start.slice(0, 10))),
];

const idsOf = ({ findings }: AuditReport) => findings.map(({ id }) => id);

const textsOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

describe('history that a server no longer has', { timeout: 120_000 }, () => {
  // kubecost#1956, kubecost#2923
  test('an upgrade that keeps 3 days: the audits of the days before stay', async () => {
    using temporary = folder();
    await using server = await address();
    await server.serves({});
    const run = ['run', '--url', server.url, '--audit-store', temporary.path, '--window', week];
    const before = await audit(run);
    const files = textsOf(temporary.path);
    await server.serves({ days: 3 });
    const after = await audit(run);
    expect(after.stderr).toContain('7 of 7 days read from');
    expect(after.report.audits).toEqual(before.report.audits);
    expect(textsOf(temporary.path)).toEqual(files);
  });

  // opencost#2356
  test('a server that has the last day only: one run a day makes a history without gaps', async () => {
    using temporary = folder();
    await using server = await address();
    for (const date of ['2026-11-21', '2026-11-22', '2026-11-23']) {
      const time = `${date}T12:00:00Z`;
      await server.serves({ as: 'opencost', days: 2 }, time);
      const run = ['run', '--url', server.url, '--audit-store', temporary.path];
      await audit([...run, '--window', 'yesterday', '--fail-on', 'never'], time);
    }
    const { report } = await audit(['list', '--audit-store', temporary.path]);
    expect(datesOf(report)).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
    expect(idsOf(report).filter((id) => id.startsWith('missing-day'))).toEqual([]);
  });

  // kubecost#3935, opencost#3018, kubecost#1825
  test('days without data fail, also from the store, until --recheck finds them rebuilt', async () => {
    using temporary = folder();
    await using server = await address();
    const faults = ['2026-11-17', '2026-11-18'].map((date) => parseFault(`gap=${date}`));
    await server.serves({ faults });
    const run = ['run', '--url', server.url, '--audit-store', temporary.path, '--window', week];
    const first = await audit(run);
    expect(first.code).toBe(1);
    const missing = ['missing-day:allocations']; // both days
    expect(idsOf(first.report)).toEqual(expect.arrayContaining(missing));
    const listed = await audit(['list', '--audit-store', temporary.path, '--fail-on', 'failed']);
    expect([listed.code, idsOf(listed.report)]).toEqual([1, expect.arrayContaining(missing)]);
    await server.serves({});
    const rechecked = await audit([...run, '--recheck']);
    expect(rechecked.stderr).toMatch(/2026-11-17 changed since it was stored/);
    expect(idsOf(rechecked.report).filter((id) => id.startsWith('missing-day'))).toEqual([]);
    expect(rechecked.code).toBe(0);
  });
});
