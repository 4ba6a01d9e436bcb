import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Audited,
  audited,
  day,
  type RecordedAnswer,
  type Recording,
  recorded,
  replay,
  replayChanged,
  requestKindOf,
} from '../../support/recorded-audit.ts';
import type { TestServer } from '../../support/server.ts';

const oneDay = ['--window', `${day},2026-03-08`];
const variants = ['kubecost-3', 'opencost'] as const;
type Variant = (typeof variants)[number];

const recordings = new Map<Variant, Recording>();
beforeAll(async () => {
  for (const variant of variants)
    recordings.set(variant, await recorded(variant, { argv: oneDay }));
});
const recordingOf = (variant: Variant): Recording => recordings.get(variant) ?? new Map();

/** A run that ended in order, whatever it was given. */
async function orderly(server: TestServer): Promise<Audited> {
  const result = await audited(server.url, ...oneDay);
  expect(result.stderr).not.toMatch(/internal error:|Error:|\n {4}at /);
  expect([0, 1, 3]).toContain(result.code);
  return result;
}

function found({ report }: Audited): string[] {
  const audits = report?.audits.filter(({ status }) => status !== 'Passed') ?? [];
  return audits
    .filter(({ differences, missing }) => differences.length + missing.length > 0)
    .map(({ type, status }) => `${type} ${status}`);
}

/** Every answer with another name in place of one; both as they stand between quotes in JSON. */
function renamed(recording: Recording, from: string, to: string): Recording {
  const answers = [...recording].map(([key, answer]): [string, RecordedAnswer] => [
    key,
    { ...answer, body: answer.body.replaceAll(from, to) },
  ]);
  return new Map(answers);
}

/** Names as they stand in JSON. */
const names = {
  __proto__of: '__proto__',
  constructor: 'constructor',
  toString: 'toString',
  quotes: String.raw`a\"b'c\\d`,
  slashes: 'a/b//c/',
  escapes: String.raw`\u0000\u001b[31m\n\t`,
  'lone surrogate': String.raw`x\ud800y`,
  idle: '__idle__',
  unmounted: '__unmounted__',
  unallocated: '__unallocated__',
  undefined: '__undefined__',
  'beyond ASCII': 'ñ監🔭',
} as const;

/** A namespace, a node, a provider's id and a cluster of the recorded world. */
const places = {
  namespace: 'monitoring',
  node: 'ip-10-0-0-11.eu-west-1.compute.internal',
  providerID: 'i-00830422ce0236a6f',
  cluster: 'cluster-one',
} as const;

describe.each(variants)('%s', (variant) => {
  describe.each(Object.entries(places))('a %s called', (_place, from) => {
    test.each(Object.entries(names))('%s is a name like any other', async (_what, name) => {
      await using server = await replay(renamed(recordingOf(variant), from, name));
      const result = await orderly(server);
      expect(found(result)).toEqual([]);
      expect(result.code).toBe(0);
    });
  });

  test.each(Object.entries(names))('a finding names %s as it is', async (_what, name) => {
    const recording = renamed(recordingOf(variant), places.namespace, name);
    await using server = await replayChanged(recording, 'allocations by namespace', (body) => {
      const answer = JSON.parse(body);
      for (const row of Object.values<{ totalCost: number }>(answer.data[0])) row.totalCost += 1;
      return JSON.stringify(answer);
    });
    const { report, code } = await orderly(server);
    expect(code).toBe(1);
    const audit = report?.audits.find(({ type }) => type === 'AuditAllocationAggStore');
    const keys = audit?.differences.map(({ key }) => key.join('\n'));
    expect(keys).toContain(`namespace\n${JSON.parse(`"${name}"`)}`);
  });

  test('no name at all', async () => {
    await using server = await replay(renamed(recordingOf(variant), places.namespace, ''));
    const result = await orderly(server);
    expect(found(result)).toEqual([]);
    expect(result.code).toBe(0);
  });

  test('a name of a megabyte', async () => {
    const pod = /monitoring\/(node-exporter-\w+)\//.exec(
      [...recordingOf(variant).values()].map(({ body }) => body).join(),
    )?.[1];
    const recording = renamed(recordingOf(variant), pod ?? '', 'x'.repeat(2 ** 20));
    await using server = await replay(recording);
    const result = await orderly(server);
    expect(found(result)).toEqual([]);
    expect(result.code).toBe(0);
  });

  test('a name that is not UTF-8', async () => {
    await using server = await replay(
      recordingOf(variant),
      ({ status, type, body }, _request, response) => {
        const bytes = Buffer.from(body)
          .toString('latin1')
          .replaceAll(places.namespace, 'm\xff\xfe\x80');
        response.writeHead(status, { 'content-type': type }).end(Buffer.from(bytes, 'latin1'));
      },
    );
    const result = await orderly(server);
    expect(found(result)).toEqual([]);
    expect(result.code).toBe(0);
  });

  test('a quote or control character that the server did not escape is an error with its place', async () => {
    for (const bad of ['a"b', 'a\u0001b', 'a\\xb']) {
      await using server = await replayChanged(recordingOf(variant), 'allocations', (body) =>
        body.replace(places.namespace, bad),
      );
      const { code, stderr, report } = await orderly(server);
      expect(code).toBe(3);
      expect(stderr).toMatch(/invalid JSON at byte \d+/);
      const needing = report?.audits.find(({ type }) => type === 'AuditAllocationAggStore');
      expect(needing?.status).toBe('Skipped');
    }
  });
});

describe('the JSON of another endpoint', () => {
  const others = {
    'a list of other objects': '{"code":200,"data":[{"a":"b"}]}',
    'an object without sets': '{"code":200,"data":{"clusterId":"c1"}}',
    'sets of something else': '{"code":200,"data":{"sets":[{"window":{"start":"x"},"a":{}}]}}',
  };
  const requests = ['bills', 'summary'].flatMap((kind) =>
    Object.entries(others).map(([what, body]) => ({ kind, what, body })),
  );

  test.each(requests)('$kind, $what: no gate passes', async ({ kind, body }) => {
    await using server = await replayChanged(recordingOf('kubecost-3'), kind, () => body);
    const { code, report } = await orderly(server);
    expect(code).toBe(3);
    const needing = report?.audits.find(({ type }) => type === duplicated[kind]);
    expect(needing).toMatchObject({
      status: 'Skipped',
      description: expect.stringMatching(/expected (a field|sets|a set)/),
    });
  });
});

/** Answers whose first row comes twice, as text: JSON.stringify would not write it. */
function twice(body: string): string {
  const rows = /"(?:allocations|cloudCosts)":\{|"data":\[?\{/g;
  let start = -1;
  for (const match of body.matchAll(rows)) start = match.index + match[0].length;
  const first = /^"(?:[^"\\]|\\.)*":/.exec(body.slice(start));
  if (!first) throw new Error('no first row');
  let depth = 0;
  let end = start + first[0].length;
  do {
    if (body[end] === '{') depth++;
    if (body[end] === '}') depth--;
    end++;
  } while (depth > 0);
  return `${body.slice(0, end)},${body.slice(start)}`;
}

const duplicated: Readonly<Record<string, string>> = {
  allocations: 'CheckDuplicate',
  assets: 'CheckDuplicate',
  'allocations by namespace': 'AuditAllocationAggStore',
  'assets by type': 'AuditAssetAggStore',
  'assets by cluster': 'AuditAssetTotalStore',
  clusters: 'AuditClusterEquality',
  bills: 'AuditAssetReconciliation',
  summary: 'CheckSummary',
};

describe('rows that come twice', () => {
  test.each(Object.entries(duplicated))('in %s: %s does not pass', async (kind, type) => {
    await using server = await replayChanged(recordingOf('kubecost-3'), kind, twice);
    const { report } = await orderly(server);
    const audit = report?.audits.find((one) => one.type === type);
    expect(audit?.status).toMatch(/Failed|Skipped/);
    if (type === 'CheckDuplicate') {
      expect(audit?.differences.map(({ causes }) => causes?.[0]?.code)).toEqual(['malformed-row']);
    }
  });

  const paged =
    (edit: (row: Record<string, unknown>) => Record<string, unknown>) => (body: string) => {
      const answer = JSON.parse(body);
      const [name] = Object.keys(answer.data[0]);
      answer.data.push({ [name ?? '']: edit(answer.data[0][name ?? '']) });
      return JSON.stringify(answer);
    };

  test('in a further set for the same time: not used, and exit 3', async () => {
    await using server = await replayChanged(
      recordingOf('kubecost-3'),
      'allocations',
      paged((row) => row),
    );
    const { report, code } = await orderly(server);
    const audit = report?.audits.find(({ type }) => type === 'CheckDuplicate');
    expect(audit).toMatchObject({ status: 'Skipped', differences: [] });
    expect(audit?.description).toContain('overlaps another set');
    expect(code).toBe(3);
  });

  test('in the next of two sets, for another time: no duplicate', async () => {
    const [start, noon, end] = [
      '2026-03-07T00:00:00Z',
      '2026-03-07T12:00:00Z',
      '2026-03-08T00:00:00Z',
    ];
    const half = { minutes: 720 };
    await using server = await replayChanged(recordingOf('kubecost-3'), 'allocations', (body) => {
      const answer = JSON.parse(body);
      const at = (window: object) =>
        Object.fromEntries(
          Object.entries<object>(answer.data[0]).map(([name, row]) => [
            name,
            { ...row, ...window, ...half, window },
          ]),
        );
      const data = [at({ start, end: noon }), at({ start: noon, end })];
      return JSON.stringify({ ...answer, data });
    });
    const { report } = await orderly(server);
    expect(report?.audits.find(({ type }) => type === 'CheckDuplicate')?.status).toBe('Passed');
  });
});

describe.each(['allocations', 'assets', 'bills', 'summary'])('numbers in %s', (kind) => {
  const field = kind === 'bills' ? /("cost":)[^,}]+/g : /("totalCost":)[^,}]+/g;
  const served = (text: string) =>
    replayChanged(recordingOf('kubecost-3'), kind, (body) => body.replaceAll(field, `$1${text}`));

  test.each(['"NaN"', '"1.5"', 'true', '{}', '1e999', '-1e999'])(
    '%s is an error with its path',
    async (text) => {
      await using server = await served(text);
      const { code, stderr } = await orderly(server);
      expect(code).toBe(3);
      expect(stderr).toMatch(/data.*(totalCost|cost): expected a number, got/);
    },
  );

  test.each(['NaN', 'Infinity', '.5', '01', '+1', '0x10', '1.', '1e', '--1', ''])(
    '%s is broken JSON',
    async (text) => {
      await using server = await served(text);
      const { code, stderr } = await orderly(server);
      expect(code).toBe(3);
      expect(stderr).toMatch(/invalid JSON at byte/);
    },
  );

  test.each(['1e300', '-1e300', '1e-320', '123456789012345678901234567890'])(
    '%s is found, not fatal',
    async (text) => {
      await using server = await served(text);
      const { report, code } = await orderly(server);
      expect(code).toBe(1);
      expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
    },
  );

  test('a minus before every 0 changes nothing', async () => {
    await using server = await replayChanged(recordingOf('kubecost-3'), kind, (body) =>
      body.replaceAll(/:0(?=[,}])/g, ':-0.000000'),
    );
    expect((await orderly(server)).report?.summary).toMatchObject({ failed: 0, skipped: 0 });
  });
});

test('a field that nobody reads may be as deep as it likes', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  await using server = await replayChanged(recordingOf('kubecost-3'), 'allocations', (body) =>
    body.replace('"minutes":', `"more":${deep},"minutes":`),
  );
  const result = await orderly(server);
  expect(result.code).toBe(0);
});

test.each([
  'null',
  '[]',
  '{}',
  '[null]',
  '[{}]',
  '"none"',
  '7',
  '[[]]',
  '{"a":null}',
  '[{"a":[]}]',
])('data %s in place of rows is no pass', async (data) => {
  const statuses = new Set<string>();
  for (const kind of ['allocations', 'assets', 'idle', 'clusters', 'summary', 'bills']) {
    await using server = await replay(recordingOf('kubecost-3'), (answer, request, response) => {
      const hit = requestKindOf(request) === kind && answer.status === 200;
      const body = hit ? `{"code":200,"data":${data}}` : answer.body;
      response.writeHead(answer.status, { 'content-type': answer.type }).end(body);
    });
    const { report } = await orderly(server);
    const type = { summary: 'CheckSummary', bills: 'AuditAssetReconciliation' }[kind];
    const needing =
      type ?? (kind === 'idle' ? 'AuditAllocationTotalStore' : 'AuditClusterEquality');
    if (kind === 'allocations') continue;
    statuses.add(report?.audits.find((one) => one.type === needing)?.status ?? 'none');
  }
  expect([...statuses]).not.toContain('Passed');
});
