import { describe, expect, test } from 'vitest';
import { allCommands } from '../../src/commands/index.ts';
import { ran, testDeps } from '../support/deps.ts';
import { replyData, serve } from '../support/server.ts';

const log = {
  counters: { AssetSetSaved: 2 },
  allocation: [
    {
      kind: 'AllocationSetSaved',
      time: '2026-07-01T22:30:00.3346484Z',
      metadata: {
        size: 9,
        window: { start: '2026-07-01T00:00:00Z', end: '2026-07-02T00:00:00Z' },
      },
    },
  ],
  asset: [{ kind: 'AssetSetSaved', time: '2026-01-15T22:30:00Z', metadata: {} }],
};

async function events(...words: string[]) {
  await using server = await serve({ '/model/etl/log': replyData(log) });
  const done = await ran(['events', '--url', server.url, '--quiet', ...words]);
  return { ...done, lines: done.stdout.split('\n').slice(0, -1), requests: server.requests };
}

describe('--columns', () => {
  test('only these, in this order; an empty cell is a dash, so that columns can be counted', async () => {
    const { lines } = await events('--columns', 'kind,size,time');
    expect(lines).toEqual([
      'KIND                SIZE  TIME (UTC)',
      'AssetSetSaved          -  2026-01-15 22:30:00',
      'AllocationSetSaved     9  2026-07-01 22:30:00',
    ]);
  });

  test.each([
    ['as in the head', 'TIME (UTC),KIND'],
    ['as in csv', 'time,kind'],
    ['repeated', 'time', '--columns', 'KIND'],
  ])('names %s', async (_, ...names) => {
    const { lines } = await events('--columns', ...names, '-n', '1');
    expect(lines).toEqual(['TIME (UTC)           KIND', '2026-07-01 22:30:00  AllocationSetSaved']);
  });

  test('a window is one column, or its start and end', async () => {
    const { lines } = await events('--columns', 'window,window-end', '-n', '1', '--no-headers');
    expect(lines).toEqual(['2026-07-01  2026-07-02 00:00:00']);
  });

  test('an unknown name is a usage error before any request', async () => {
    const { code, stderr, stdout, requests } = await events('--columns', 'kind,tiem');
    expect(stderr).toBe(
      "error: --columns: there is no column 'tiem'; did you mean time?\nhint: the columns are time, store, kind, window, windowStart, windowEnd, size, metadata\n",
    );
    expect({ code, stdout, requests: requests.length }).toEqual({
      code: 2,
      stdout: '',
      requests: 0,
    });
  });

  test('a column of another table of the same command is a usage error', async () => {
    const { code, stderr } = await events('--counters', '--columns', 'kind,time');
    expect(stderr).toContain("there is no column 'time'\nhint: the columns are kind, count");
    expect(code).toBe(2);
  });

  test('counters and groups have columns of their own', async () => {
    const counters = await events('--counters', '--columns', 'count,kind');
    expect(counters.lines).toEqual(['COUNT  KIND', '    2  AssetSetSaved']);
    const groups = await events('--group-by', 'hour', '--columns', 'count,hour', '-n', '1');
    expect(groups.lines).toEqual(['COUNT  HOUR (UTC)', '    1  2026-07-01 22:00:00']);
  });

  test('from the environment it applies to the tables that have such columns', async () => {
    const env = { KC_ETL_COLUMNS: 'kind,time' };
    const kinds = await ran(['events', 'kinds'], testDeps({ env }));
    expect(kinds.stdout.split('\n')[0]).toBe('KIND');
    const version = await ran(['version'], testDeps({ env }));
    expect(version).toMatchObject({ code: 0, stderr: '' });
    const json = await ran(['events', 'kinds', '--json'], testDeps({ env }));
    expect(JSON.parse(json.stdout)[0] ?? JSON.parse(json.stdout)).toBeTruthy();
  });
});

describe('--no-headers', () => {
  test('leaves out the heads of every table of the output', async () => {
    const { lines } = await events('--no-headers');
    expect(lines.join('\n')).not.toMatch(/TIME|KIND|COUNTER/);
    expect(lines).toContain('2026-07-01 22:30:00  AllocationSetSaved  2026-07-01  9');
  });

  test('together with --columns', async () => {
    const { lines } = await events('--columns', 'kind', '--no-headers');
    expect(lines).toEqual(['AssetSetSaved', 'AllocationSetSaved']);
  });
});

describe('--timezone', () => {
  test('timestamps are shown in the zone of the head, by its rules of the day; windows stay UTC', async () => {
    const { lines } = await events('--timezone', 'Europe/Berlin', '--no-counters');
    expect(lines).toEqual([
      'TIME (Europe/Berlin)  KIND                WINDOW (UTC)  SIZE',
      '2026-01-15 23:30:00   AssetSetSaved       -                -',
      '2026-07-02 00:30:00   AllocationSetSaved  2026-07-01       9',
    ]);
  });

  test('wide keeps every digit and adds the offset', async () => {
    const { stdout } = await events('--timezone', 'America/New_York', '-o', 'wide');
    expect(stdout).toContain('2026-07-01T18:30:00.3346484-04:00');
  });

  test('local is the zone of this machine', async () => {
    const { stdout } = await events('--timezone', 'local');
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(stdout).toContain(`TIME (${timeZone})`);
  });

  test('a zone that does not exist is a usage error before any request', async () => {
    const { code, stderr, requests } = await events('--timezone', 'Europe/Atlantis');
    expect(stderr).toBe(
      "error: --timezone: there is no time zone 'Europe/Atlantis'\nhint: use local, UTC, or a name of the IANA database such as Europe/Berlin\n",
    );
    expect({ code, requests: requests.length }).toEqual({ code: 2, requests: 0 });
  });
});

describe('formats that are data', () => {
  test.each(['json', 'csv', 'markdown', 'ndjson'])('%s refuses them', async (format) => {
    for (const words of [['--columns', 'kind'], ['--no-headers'], ['--timezone', 'local']]) {
      const { code, stdout, stderr } = await events('-o', format, ...words);
      expect(stderr).toContain(
        `${words[0]} is for tables and cannot be combined with -o ${format}`,
      );
      expect(stderr).toContain('\nhint: ');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
  });

  test('they do not change because of the environment', async () => {
    await using server = await serve({ '/model/etl/log': replyData(log) });
    const argv = ['events', '--url', server.url, '-o', 'csv'];
    const env = { KC_ETL_COLUMNS: 'kind', KC_ETL_HEADERS: 'false', KC_ETL_TIMEZONE: 'Asia/Tokyo' };
    expect(await ran(argv, testDeps({ env }))).toEqual(await ran(argv));
  });
});

test.each(['jsonpath={.events}', 'go-template={{.}}', 'custom-columns=KIND:.kind'])(
  '-o %s: what to use instead',
  async (format) => {
    const { code, stderr } = await ran(['events', 'kinds', '-o', format]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `error: --output: kc-etl has no ${format.split('=')[0]} output\nhint: use `,
    );
    expect(stderr.split('\n')).toHaveLength(3);
  },
);

test('a command without a table of rows refuses --columns', async () => {
  const { code, stderr } = await ran(['version', '--columns', 'kind']);
  expect(stderr).toBe(
    'error: --columns: this command prints no table of rows\nhint: leave the option out\n',
  );
  expect(code).toBe(2);
});

test.each(['events kinds', 'audit types', 'config list', 'config show'])(
  '%s: every column can be chosen',
  async (name) => {
    const refused = await ran([...name.split(' '), '--columns', 'none-such']);
    const names = /the columns are (.*)/.exec(refused.stderr)?.[1]?.split(', ') ?? [];
    expect(names.length).toBeGreaterThan(1);
    for (const column of names) {
      const { code, stderr } = await ran([...name.split(' '), '--quiet', '--columns', column]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  },
);

test('every command takes them', async () => {
  for (const name of (await allCommands()).keys()) {
    const { stdout } = await ran([...name.split(' '), '--help']);
    expect(stdout).toContain('kc-etl help options');
  }
  expect((await ran(['help', 'options'])).stdout).toContain('--columns <names>');
});
