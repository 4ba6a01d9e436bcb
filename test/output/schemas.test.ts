import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaNames } from '../../src/commands/schema.ts';
import { codeNames } from '../../src/diagnosis/codes.ts';
import { schemas } from '../../src/output/schemas.ts';
import { serveAudits } from '../support/audit-server.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { fixture } from '../support/fixtures.ts';
import { reply, serve } from '../support/server.ts';

/** The schema as a program would get it, and a validator that is not ours. */
async function validator(name: string): Promise<ValidateFunction> {
  const { code, stdout } = await ran(['schema', name]);
  expect(code).toBe(0);
  return new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(stdout),
  );
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

async function answered(argv: readonly string[]) {
  await using server = await serve({
    '/model/etl/log': reply(fixture('etl-log.json')),
    '/model/etl/audit': reply(fixture('etl-audit.json')),
  });
  return (await ran([...argv, '--url', `${server.url}/model`])).stdout;
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('kc-etl schema lists every schema', () => {
  const stored = ['stored-day', 'stored-reconciliation'];
  expect([...schemaNames].sort()).toEqual([...Object.keys(schemas), ...stored].sort());
});

describe('what kc-etl prints is what its schemas say', () => {
  test.each([
    ['events', ['events']],
    ['events', ['events', '--limit', '0', '--no-counters']],
    ['events', ['events', '--counters', '--kind', 'A', '--store', 'asset', '--window', '7d']],
    ['audit', ['audit']],
    ['audit', ['audit', 'diff', '--fail-on', 'warning']],
    ['kinds', ['events', 'kinds']],
    ['types', ['audit', 'types']],
  ])('%s: kc-etl %j', async (name, argv) => {
    expectValid(await validator(name), JSON.parse(await answered([...argv, '-o', 'json'])));
  });

  test('explanation: every code', async () => {
    const validate = await validator('explanation');
    for (const code of codeNames) {
      const { stdout } = await ran(['audit', 'explain', code, '-o', 'json']);
      expectValid(validate, JSON.parse(stdout));
    }
  });

  test('audit: a run, with and without waiting', async () => {
    const clock = new TestClock();
    await using server = await serveAudits({ clock, delta: 1 });
    const validate = await validator('audit');
    for (const wait of [[], ['--no-wait']]) {
      const argv = ['audit', 'run', '--commit', '--json', ...wait, '--url', `${server.url}/model`];
      expectValid(validate, JSON.parse((await ran(argv, testDeps({ clock }))).stdout));
    }
  });

  test.each([
    ['event', ['events']],
    ['audit-entry', ['audit', 'list']],
  ])('%s: every line of kc-etl %j', async (name, argv) => {
    const validate = await validator(name);
    const printed = lines(await answered([...argv, '-o', 'ndjson']));
    expect(printed.length).toBeGreaterThan(5);
    for (const line of printed) expectValid(validate, line);
  });

  test('a document that is wrong is told apart', async () => {
    const validate = await validator('audit');
    const report = JSON.parse(await answered(['audit', '-o', 'json']));
    expect(validate({ ...report, audits: [{ ...report.audits[0], status: 'Fine' }] })).toBe(false);
    expect(validate({ ...report, summary: undefined })).toBe(false);
    expect(validate({ ...report, more: 1 })).toBe(false);
  });
});

/** Every field of a JSON document with its place: programs rely on these names. */
function fields(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) {
    const entries = value.length > 0 ? value : [null];
    return [...new Set(entries.flatMap((entry) => fields(entry, `${at}[]`)))];
  }
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [at]
    : entries.flatMap(([key, entry]) => fields(entry, at ? `${at}.${key}` : key));
}

describe('the names of the fields', () => {
  test('events', async () => {
    const printed = JSON.parse(await answered(['events', '--kind', 'AssetSetSaved', '--json']));
    expect(fields(printed)).toEqual([
      'schemaVersion',
      'server',
      'query.window',
      'query.kinds[]',
      'query.store',
      'counters.AssetSetSaved',
      'events[].store',
      'events[].kind',
      'events[].time',
      'events[].window.start',
      'events[].window.end',
      'events[].size',
      'events[].metadata',
      'total',
    ]);
  });

  test('audit run', async () => {
    const clock = new TestClock();
    await using server = await serveAudits({ clock, delta: 1 });
    const argv = ['audit', 'run', '--commit', '--type', 'cluster-equality', '--json'];
    const { stdout } = await ran([...argv, '--url', `${server.url}/model`], testDeps({ clock }));
    // the fields of findings are tested with their schema
    expect(fields({ ...JSON.parse(stdout), findings: [] })).toEqual([
      'schemaVersion',
      'server',
      'engine',
      'message',
      'audits[].window.start',
      'audits[].window.end',
      'audits[].type',
      'audits[].status',
      'audits[].description',
      'audits[].lastRun',
      'audits[].resolution',
      'audits[].differences[].key[]',
      'audits[].differences[].expected',
      'audits[].differences[].actual',
      'audits[].differences[].delta',
      'audits[].differences[].relative',
      'audits[].missing[]',
      'findings[]',
      'summary.passed',
      'summary.warning',
      'summary.failed',
      'summary.skipped',
      'summary.notRun',
      'gate.failOn',
      'gate.strict',
      'gate.passed',
      'gate.decision',
    ]);
  });

  test('kinds and types', async () => {
    expect(fields(JSON.parse(await answered(['events', 'kinds', '--json'])))).toEqual([
      'schemaVersion',
      'kinds[].kind',
      'kinds[].store',
      'kinds[].step',
      'kinds[].description',
    ]);
    expect(fields(JSON.parse(await answered(['audit', 'types', '--json'])))).toEqual(
      expect.arrayContaining(['schemaVersion', 'types[].type', 'types[].short', 'types[].field']),
    );
  });
});

test('schema alone lists the names, and every one of them is a schema', async () => {
  const { stdout } = await ran(['schema']);
  const names = stdout.trimEnd().split('\n');
  expect(names).toEqual(expect.arrayContaining(['events', 'event', 'audit', 'kinds', 'types']));
  for (const name of names) await validator(name);
});
