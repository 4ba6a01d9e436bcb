import { expect, test } from 'vitest';
import { stoppedClock } from '../support/in-process.ts';
import { rows, serve } from '../support/over-http.ts';

const oldDay = 'window=2026-03-10T00:00:00Z,2026-03-11T00:00:00Z';
const yesterday = 'window=2026-03-13T00:00:00Z,2026-03-14T00:00:00Z';

test('row-limit: more rows than the limit are refused with a warning under status 200', async () => {
  await using server = await serve({ faults: ['row-limit=30'] }, stoppedClock());
  const refused = await server.json(`/assets?${oldDay}`);
  expect(refused).toEqual({
    code: 200,
    data: {},
    warning: expect.stringMatching(
      /^Requested \d+ rows of Asset data which exceeds the limit of 30\.$/,
    ),
  });
  const byType = await server.data(`/assets?${oldDay}&aggregate=type`);
  expect(rows(byType).length).toBeGreaterThan(3);
});

test('hourly-sets: a recent day comes in 24 sets that add up to the day, an older one in one', async () => {
  await using server = await serve({ faults: ['hourly-sets'] }, stoppedClock());
  await using daily = await serve({}, stoppedClock());
  const query = `${yesterday}&reconcile=false&idle=false&shareTenancyCosts=false`;
  for (const path of [
    `/allocation?${query}&step=1d`,
    `/assets?${yesterday}&disableAdjustments=true`,
  ]) {
    const sets = (await server.data(path)) as object[]; // an array of sets on Kubecost
    expect(sets).toHaveLength(24);
    const nodesOnly = ([, row]: [string, Record<string, unknown>]) =>
      path.startsWith('/allocation') || row['type'] === 'Node';
    const total = (data: unknown) =>
      rows(data)
        .filter(nodesOnly)
        .reduce((sum, [, row]) => sum + Number(row['totalCost']), 0);
    expect(total(sets)).toBeCloseTo(total(await daily.data(path)), 2);
  }
  expect(await server.data(`/allocation?${oldDay}`)).toHaveLength(1);
});
