import { describe, expect, test } from 'vitest';
import { endedEarly, readDataExtent } from '../../../src/kubecost/schemas/presence.ts';
import { formatTime } from '../../../src/time.ts';
import { streamOf } from '../../support/json-text.ts';

const [start, end] = ['2026-03-09T00:00:00Z', '2026-03-10T00:00:00Z'];

async function extentOf(data: unknown) {
  const body = streamOf([Buffer.from(JSON.stringify({ code: 200, data }))]);
  const window = { start: Date.parse(start), end: Date.parse(end) };
  const { extent } = await readDataExtent(body, window);
  const early = [...endedEarly(extent, Date.parse(end))];
  return { ...extent, early: early.map(([cluster, at]) => [cluster, formatTime(at)]) };
}

const allocation = (more: object = {}) => ({
  properties: { cluster: 'one' },
  start,
  end,
  minutes: 1440,
  cpuCoreHours: 24,
  ramByteHours: 1e9,
  totalCost: 1,
  ...more,
});
const node = (more: object = {}) => ({ ...allocation(), type: 'Node', ...more });
const leftover = {
  end: '2026-03-09T00:02:30Z',
  minutes: 2.5,
  totalCost: 0,
  cpuCoreHours: 0,
  ramByteHours: 0,
};

describe('the extent of a cost answer', () => {
  test.each([[null], [[]], [[null]], [[{}]]])('of nothing, %j, has no rows', async (data) => {
    const { rows, dataRows } = await extentOf(data);
    expect([rows ?? 0, dataRows]).toEqual([0, 0]);
  });

  test.each<[string, object]>([
    ['a few minutes without cost', allocation(leftover)],
    [
      'a whole day without any amount',
      allocation({ totalCost: 0, cpuCoreHours: 0, ramByteHours: 0 }),
    ],
  ])('leaves out rows of %s', async (_, row) => {
    expect(await extentOf([{ one: row }])).toMatchObject({ rows: 1, dataRows: 0 });
  });

  test('leaves out unmounted volumes alone', async () => {
    const row = allocation({ cpuCoreHours: 0, ramByteHours: 0, pvByteHours: 5 });
    expect(await extentOf([{ 'one//ns/pod/__unmounted__': row }])).toMatchObject({ dataRows: 0 });
  });

  test('keeps rows that are free, but use something', async () => {
    expect(await extentOf([{ one: allocation({ totalCost: 0 }) }])).toMatchObject({ dataRows: 1 });
    expect(await extentOf([{ one: allocation({ minutes: 3 }) }])).toMatchObject({ dataRows: 1 });
  });

  test('is that of the nodes, where assets have any: disks outlast the data', async () => {
    const disk = { ...allocation(), type: 'Disk', totalCost: 0.0005, byteHours: 1 };
    expect(await extentOf({ n: node(leftover), d: disk })).toMatchObject({ rows: 2, dataRows: 0 });
    expect(await extentOf({ d: disk })).toMatchObject({ rows: 1, dataRows: 1 });
  });

  test('ignores rows that end before they start, years from the window', async () => {
    const broken = {
      start: '2027-01-17T10:31:11Z',
      end: '2018-08-12T13:18:48Z',
      minutes: -4435032,
    };
    const { from, until, early } = await extentOf([{ one: allocation(broken), two: allocation() }]);
    expect([from, until]).toEqual([Date.parse(start), Date.parse(end)]);
    expect(early).toEqual([]);
  });

  test('names the clusters whose rows end early', async () => {
    const two = { properties: { cluster: 'two' }, end: '2026-03-09T22:00:00Z' };
    const { early } = await extentOf([{ one: allocation(), two: allocation(two) }]);
    expect(early).toEqual([['two', '2026-03-09T22:00:00Z']]);
    const nearly = { ...two, end: '2026-03-09T23:05:00Z' };
    expect((await extentOf([{ two: allocation(nearly) }])).early).toEqual([]);
  });
});
