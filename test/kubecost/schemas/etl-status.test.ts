import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEtlStatus } from '../../../src/kubecost/schemas/etl-status.ts';
import { day, formatTime, hour, minute } from '../../../src/time.ts';
import { cut, streamOf } from '../../support/json-text.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const today = Date.parse('2026-03-10T00:00:00Z');
const seconds = (ms: number) => ms / 1000;

const file = (
  start: number,
  length: number,
  more: object = {},
  directory = '/db/etl/assets/1d',
) => ({
  name: `${directory}/${seconds(start)}-${seconds(start + length)}`,
  size: '29.4KiB',
  lastModified: formatTime(start + length),
  isRepairing: false,
  ...more,
});
const days = [file(today - 2 * day, day), file(today - day, day)];

async function read(data: unknown, chunkAt: readonly number[] = []) {
  const chunks = cut(JSON.stringify({ code: 200, data }), chunkAt);
  const { report } = await readEtlStatus(streamOf(chunks), now);
  const directories = report.directories.map(({ store, resolution, files, isListing }) => ({
    store,
    resolution,
    directory: files.directory,
    starts: files.starts().map(formatTime),
    isListing,
  }));
  return { ...report, directories };
}

/** All that an answer says about pipelines and files. */
async function contents(data: unknown) {
  const { report } = await readEtlStatus(
    streamOf(cut(JSON.stringify({ code: 200, data }), [])),
    now,
  );
  const files = report.directories.flatMap(({ files }) => files.starts().map((at) => files.at(at)));
  return { pipelines: report.pipelines, files, remarks: report.remarks };
}

function* allTrue(): Generator<boolean> {
  for (;;) yield true;
}

/** The value with some of its field names capitalised, at any level. */
function capitalised(value: unknown, isCapital: Iterator<boolean>): unknown {
  if (Array.isArray(value)) return value.map((one) => capitalised(one, isCapital));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const name = isCapital.next().value === true ? key[0]?.toUpperCase() + key.slice(1) : key;
      return [name, capitalised(one, isCapital)];
    }),
  );
}

describe('/etl/status', () => {
  const expected = {
    store: 'asset',
    resolution: 'day',
    directory: '/db/etl/assets/1d',
    starts: ['2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z'],
    isListing: true,
  };
  const backup = { files: days };

  test.each<[string, object]>([
    ['by store and resolution', { assets: { daily: { backup } } }],
    ['by store, cluster and resolution', { assets: { 'cluster-one': { daily: { backup } } } }],
    ['by store alone, the resolution in a field', { asset: { resolution: '24h0m0s', backup } }],
    ['by store alone, without a resolution', { assets: { backup } }],
    ['as a list of pipelines', { assets: [{ resolution: 86_400_000_000_000, backup }] }],
    ['the files first', { assets: { daily: { backup, coverage: {}, resolution: '24h0m0s' } } }],
    ['without names of stores', { pipelines: [{ backup }] }],
  ])('is read whatever its nesting: %s', async (_, data) => {
    expect((await read(data)).directories).toEqual([expected]);
  });

  test('is read however it is cut into chunks', async () => {
    const data = { assets: { daily: { backup } } };
    for (const at of [20, 60, 100, 150]) {
      expect((await read(data, [at])).directories).toEqual([expected]);
    }
  });

  test('takes the length of a file from its own name, not from its pipeline', async () => {
    const hours = [file(today, hour), file(today + hour, hour)];
    const { directories } = await read({
      assets: { daily: { resolution: '24h0m0s', backup: { files: hours } } },
    });
    expect(directories).toMatchObject([{ resolution: 'hour' }]);
    expect(directories[0]?.starts).toHaveLength(2);
  });

  test('keeps the directories of one store apart', async () => {
    const [one, two] = ['one/assets/1d', 'two/assets/1d'];
    const { directories } = await read({
      assets: {
        daily: {
          backup: { files: [...days, file(today, day, {}, one), file(today, day, {}, two)] },
        },
      },
    });
    expect(directories.map(({ directory }) => directory)).toEqual(['/db/etl/assets/1d', one, two]);
  });

  test('has what a pipeline reports about its last run', async () => {
    const { pipelines } = await read({
      allocation: {
        hourly: {
          lastRun: formatTime(now - 3 * day),
          progress: 0.41,
          refreshRate: '5m0s',
          coverage: { start: formatTime(today - day), end: formatTime(today) },
        },
      },
    });
    expect(pipelines).toEqual([
      {
        store: 'allocation',
        resolution: 'hour',
        coverage: { start: today - day, end: today },
        lastRun: now - 3 * day,
        progress: 0.41,
        refreshRate: 5 * minute,
      },
    ]);
  });

  test('says the same with capitalised field names at any level, as in 1.7x', async () => {
    const repaired = { isRepairing: true, errors: ['query timed out'], size: 12 };
    const empty = { details: { warnings: ['set is empty'], errors: [] }, lastModified: null };
    const files = [file(today - 2 * day, day, repaired), file(today - day, day, empty)];
    const coverage = { start: formatTime(today - 2 * day), end: formatTime(today) };
    const run = { lastRun: formatTime(now), refreshRate: 300_000_000_000, progress: 0.41 };
    const backup = { fileCount: 2, files };
    const data = { assets: { daily: { ...run, coverage, resolution: '24h0m0s', backup } } };
    const plain = await contents(data);
    expect(plain.pipelines).toMatchObject([{ progress: 0.41, lastRun: now }]);
    expect(plain.files).toMatchObject([
      { repairing: true, errors: ['query timed out'], size: 12 },
      { repairing: false, warnings: ['set is empty'] },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (isCapital) => {
        expect(await contents(capitalised(data, isCapital))).toEqual(plain);
      }),
    );
    expect(await contents(capitalised(data, allTrue()))).toEqual(plain);
  });

  test('leaves impossible times out, and says how many', async () => {
    const files = [
      ...days,
      file(Date.parse('2262-04-10T00:00:00Z'), day),
      file(Date.parse('2001-01-01T00:00:00Z'), day),
      file(today - 7 * day, 7 * day),
      { name: '/db/etl/assets/1d/1772928000.tmp.4711000000' },
    ];
    const { directories, remarks } = await read({ assets: { daily: { backup: { files } } } });
    expect(directories[0]?.starts).toHaveLength(2);
    expect(remarks.join()).toContain('impossible window');
    expect(remarks.join()).toContain('another length');
  });

  test('is no whole listing where the window of a file cannot be read', async () => {
    const files = [...days, { name: '/db/etl/assets/1d/1772928000999' }];
    const { directories, remarks } = await read({ assets: { daily: { backup: { files } } } });
    expect(directories[0]?.isListing).toBe(false);
    expect(remarks.join()).toContain('1 file whose window could not be read');
  });
});
