import { beforeAll, describe, expect, test } from 'vitest';
import {
  audited,
  day,
  type Recording,
  recorded,
  replay,
  replayChanged,
  requestKindOf,
  sendWhole,
} from '../../support/recorded-audit.ts';
import { settled } from '../../support/waiting.ts';

const oneDay = ['--window', `${day},2026-03-08`];
const metrics = ['amortizedNetCost', 'amortizedCost', 'netCost', 'listCost', 'invoicedCost'];

let recording: Recording = new Map();
let labelled: Recording = new Map();
beforeAll(async () => {
  recording = await recorded('kubecost-2');
  labelled = await recorded('kubecost-2', { argv: [...oneDay, '--aggregate', 'label:app'] });
});

type Row = Record<string, number & Record<string, unknown>>;

/** Changes the first row of an answer that is asked for. */
function withRow(
  body: string,
  wanted: (name: string) => boolean,
  edit: (row: Row) => void,
): string {
  const answer = JSON.parse(body);
  const set = Array.isArray(answer.data) ? answer.data[0] : answer.data.sets[0].cloudCosts;
  const name = Object.keys(set).find(wanted);
  if (name === undefined) throw new Error('no such row');
  edit(set[name]);
  return JSON.stringify(answer);
}

const overpriced = (amount: number) => (row: Row) => {
  Object.assign(row, { totalCost: (row['totalCost'] ?? 0) + amount });
};

describe('--concurrency', () => {
  async function most(...argv: string[]): Promise<number> {
    let open = 0;
    let largest = 0;
    const faulty = await recorded('kubecost-2', { faults: [`price-drift=${day}`] });
    await using server = await replay(faulty, async (answer, request, response) => {
      open++;
      largest = Math.max(largest, open);
      await settled(); // until every request that is sent together has arrived
      open--;
      sendWhole(answer, request, response);
    });
    const { report } = await audited(server.url, ...argv);
    // the finding made the engine ask its sides again
    expect(report?.summary.failed).toBe(1);
    return largest;
  }

  test.each([1, 3, 8])('%i: so many requests at a time, and never more', async (n) => {
    expect(await most('--concurrency', String(n))).toBe(n);
  });

  test('two by default', async () => {
    expect(await most()).toBe(2);
  });
});

describe('--tolerance', () => {
  const kind = 'assets by type';
  const raised = () =>
    replayChanged(recording, kind, (body) =>
      withRow(body, (name) => name === 'Node', overpriced(0.5)),
    );

  test.each([
    ['0.4', 1],
    ['0.6', 0],
    ['1%', 1],
    ['20%', 0],
  ])('%s against a difference of 0.5 of some 21.80: exit %i', async (tolerance, expected) => {
    await using server = await raised();
    const { report, code } = await audited(server.url, ...oneDay, '--tolerance', tolerance);
    expect(code).toBe(expected);
    const audit = report?.audits.find(({ type }) => type === 'AuditAssetAggStore');
    expect(audit?.differences).toHaveLength(expected);
    const least = tolerance.endsWith('%') ? 0.01 : Number(tolerance);
    expect(audit?.resolution).toBeGreaterThanOrEqual(least);
  });

  test('none at all finds it too', async () => {
    await using server = await raised();
    expect((await audited(server.url, ...oneDay)).code).toBe(1);
  });
});

describe('--cost-metric', () => {
  test.each(metrics)('%s is what the assets are compared with', async (metric) => {
    await using server = await replay(recording, (answer, request, response) => {
      if (requestKindOf(request) !== 'bills') sendWhole(answer, request, response);
      else {
        const bills = JSON.parse(answer.body);
        for (const { cloudCosts } of bills.data.sets) {
          for (const bill of Object.values<Row>(cloudCosts)) {
            // healthy under this metric alone
            const paid = bill['amortizedNetCost'];
            for (const one of metrics) {
              const cost = Number(paid?.['cost']) * (one === metric ? 1 : 2);
              Object.assign(bill, { [one]: { cost, kubernetesPercent: 1 } });
            }
          }
        }
        sendWhole({ ...answer, body: JSON.stringify(bills) }, request, response);
      }
    });
    const argv = [...oneDay, '--type', 'AuditAssetReconciliation'];
    expect((await audited(server.url, ...argv, '--cost-metric', metric)).code).toBe(0);
    const other = metrics.find((one) => one !== metric) ?? '';
    expect((await audited(server.url, ...argv, '--cost-metric', other)).code).toBe(1);
    const byDefault = await audited(server.url, ...argv);
    expect(byDefault.code).toBe(metric === 'amortizedNetCost' ? 0 : 1);
  });
});

test.each([
  ['cluster-one', 1],
  ['cluster-two', 0],
])('--cluster %s audits that cluster, and no other', async (cluster, expected) => {
  const argv = [...oneDay, '--cluster', cluster];
  const own = await recorded('kubecost-2', { argv });
  await using server = await replayChanged(own, 'allocations', (body) =>
    withRow(body, (name) => name.startsWith('cluster-one/'), overpriced(1)),
  );
  const { report, code } = await audited(server.url, ...argv);
  expect(code).toBe(expected);
  expect(report?.summary.skipped).toBe(0);
  const other = cluster === 'cluster-one' ? 'cluster-two' : 'cluster-one';
  expect(JSON.stringify(report?.audits)).not.toContain(other);
  if (expected === 0) expect(report?.summary).toMatchObject({ passed: 17 });
});

test('--aggregate audits one more aggregate', async () => {
  const aggregate = 'allocations by label:app';
  await using server = await replayChanged(labelled, aggregate, (body) =>
    withRow(body, () => true, overpriced(1)),
  );
  expect((await audited(server.url, ...oneDay)).code).toBe(0);
  const { report, code } = await audited(server.url, ...oneDay, '--aggregate', 'label:app');
  expect(code).toBe(1);
  const found = report?.audits.flatMap(({ differences }) => differences.map(({ key }) => key[0]));
  expect(found).toEqual(['label:app']);
});

test('--step divides the window into hours or days', async () => {
  const window = ['--window', '2026-03-07T03:00:00Z,2026-03-07T06:00:00Z'];
  const hours = await recorded('opencost', { argv: [...window, '--step', '1h'] });
  await using server = await replay(hours);
  const { report, code } = await audited(server.url, ...window, '--step', '1h');
  const windows = new Set(report?.audits.map((audit) => audit.window.start));
  expect([...windows]).toEqual([3, 4, 5].map((hour) => `2026-03-07T0${hour}:00:00Z`));
  const asked = server.requests.map(({ query }) => query.get('window'));
  expect(asked).toContain('2026-03-07T04:00:00Z,2026-03-07T05:00:00Z');
  expect(asked.filter((one) => one?.startsWith('2026-03-07T00'))).toEqual([]);
  expect(code).toBe(0);
  await using days = await replay(recording);
  const daily = await audited(days.url, ...window);
  expect(new Set(daily.report?.audits.map((audit) => audit.window.end))).toEqual(
    new Set(['2026-03-08T00:00:00Z']),
  );
});

test('--include-unsettled audits what would be skipped', async () => {
  const window = ['--window', '2026-03-09,2026-03-10'];
  const young = await recorded('kubecost-2', { argv: [...window, '--include-unsettled'] });
  await using server = await replay(young);
  const careful = await audited(server.url, ...window);
  expect(careful.report?.summary.skipped).toBe(3);
  const bold = await audited(server.url, ...window, '--include-unsettled');
  const notSettled = bold.report?.audits.filter((a) => a.description.startsWith('not settled'));
  expect(notSettled).toEqual([]);
  expect(server.requests.some((request) => requestKindOf(request) === 'bills')).toBe(true);
});
