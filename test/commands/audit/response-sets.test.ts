import { beforeAll, describe, expect, test } from 'vitest';
import { hour } from '../../../src/time.ts';
import {
  type Audited,
  audited,
  day,
  type RecordedAnswer,
  type Recording,
  recorded,
  replay,
  requestKindOf,
  sendWhole,
} from '../../support/recorded-audit.ts';

/** Responses of a healthy server, rewritten so that they hold other sets than were requested. */
const oneDay = ['--window', `${day},2026-03-08`];

let recording: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-3', { argv: oneDay });
});

interface Row {
  readonly [field: string]: unknown;
  readonly start?: unknown;
  readonly end?: unknown;
  readonly window?: unknown;
  readonly totalCost?: unknown;
  readonly allocations?: unknown;
}

function isMap(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
type Sets = Record<string, Row>[];

/** Runs an audit of one day on responses whose sets were changed. */
async function auditedWith(change: (sets: Sets) => Sets, extra: object = {}): Promise<Audited> {
  await using server = await replay(recording, (answer, request, response) => {
    const isCost = /\/(allocation|assets)(\/summary)?$/.test(request.path);
    const body = isCost && answer.status === 200 ? changed(answer, change, extra) : answer.body;
    sendWhole({ ...answer, body }, request, response);
  });
  return await audited(server.url, ...oneDay);
}

function changed({ body }: RecordedAnswer, change: (sets: Sets) => Sets, extra: object): string {
  const response: { data: unknown } = JSON.parse(body);
  const { data } = response;
  if (!Array.isArray(data)) return body;
  // the summary has its rows a level deeper
  const rows = data.map((set) => (isMap(set) && isMap(set.allocations) ? set.allocations : set));
  const sets = change(rows as Sets); // as the embedded server sends them
  const isSummary = rows[0] !== data[0];
  const whole = isSummary ? sets.map((allocations) => ({ allocations })) : sets;
  return JSON.stringify({ ...response, data: whole, ...extra });
}

/** The same set some hours later; `costs` multiplies what its rows cost. */
function moved(set: Record<string, Row>, hours: number, costs = 1): Record<string, Row> {
  const later = (time: unknown) =>
    new Date(Date.parse(String(time)) + hours * hour).toISOString().replace('.000Z', 'Z');
  const entries = Object.entries(set).map(([name, row]): [string, Row] => {
    const { window, start, end } = row;
    const times = { start: later(start), end: later(end) };
    const own = isMap(window)
      ? { window: { start: later(window.start), end: later(window.end) } }
      : {};
    const total = typeof row.totalCost === 'number' ? { totalCost: row.totalCost * costs } : {};
    return [name, { ...row, ...times, ...own, ...total }];
  });
  return Object.fromEntries(entries);
}

function statuses({ report }: Audited): Set<string> {
  return new Set(report?.audits.map(({ status }) => status));
}

function found({ report }: Audited): unknown[] {
  return report?.audits.flatMap(({ differences, missing }) => [...differences, ...missing]) ?? [];
}

describe('sets outside the requested day', () => {
  test.each([
    ['before it', (sets: Sets) => [...sets.map((set) => moved(set, -24, 3)), ...sets]],
    ['after it', (sets: Sets) => [...sets, ...sets.map((set) => moved(set, 24, 3))]],
    [
      'on both sides',
      (sets: Sets) => sets.flatMap((set) => [moved(set, -24), set, moved(set, 24)]),
    ],
  ])('%s do not count', async (_where, change) => {
    const result = await auditedWith(change);
    expect(found(result)).toEqual([]);
    expect(statuses(result)).toEqual(new Set(['Passed']));
    expect(result.code).toBe(0);
  });

  test('are not the data of a day that has no set of its own', async () => {
    const result = await auditedWith((sets) => sets.map((set) => moved(set, 24)));
    expect(statuses(result)).toEqual(new Set(['Skipped']));
    expect(result.stdout).toContain('outside it');
    expect(found(result)).toEqual([]);
    expect(result.code).toBe(3);
  });
});

describe('sets that begin at midnight of another time zone', () => {
  test.each([
    ['UTC+01:00', [-1, 23]],
    ['UTC-05:00', [5, -19]],
    ['UTC+05:30', [-5.5, 18.5]],
  ])('%s is named, and no row is a finding', async (zone, hours) => {
    const result = await auditedWith((sets) =>
      sets.flatMap((set) => hours.map((by) => moved(set, by))),
    );
    expect(statuses(result)).toEqual(new Set(['Skipped']));
    expect(found(result)).toEqual([]);
    expect(result.stdout).toContain(`its days begin at midnight of ${zone}`);
    expect(result.code).toBe(3);
  });
});

test('a day that is answered twice is not counted twice', async () => {
  const result = await auditedWith((sets) => [...sets, ...sets]);
  expect(found(result)).toEqual([]);
  expect(statuses(result)).toEqual(new Set(['Skipped']));
  expect(result.stdout).toContain('overlaps another set');
});

describe('a warning beside data', () => {
  test('that says something is missing is no reason to pass', async () => {
    const warning = 'failed to query 2 of 5 clusters';
    const result = await auditedWith((sets) => sets, { warning });
    expect(statuses(result)).toEqual(new Set(['Skipped']));
    expect(result.stdout).toContain(warning);
    expect(result.code).toBe(3);
  });

  test('that says nothing about the data is shown, and the data is audited', async () => {
    const warning = 'this API is deprecated';
    const result = await auditedWith((sets) => sets, { warning });
    expect(statuses(result)).toEqual(new Set(['Passed']));
    expect(result.stderr).toContain(warning);
    expect(result.code).toBe(0);
  });
});

test('the recording holds both unaggregated requests', () => {
  const requests = [...recording.keys()].map((key) => {
    const { pathname, searchParams } = new URL(key, 'http://localhost');
    return requestKindOf({ path: pathname, query: searchParams });
  });
  expect(requests).toEqual(expect.arrayContaining(['allocations', 'assets', 'summary']));
});
