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
import type { TestServer } from '../../support/server.ts';

const oneDay = ['--window', `${day},2026-03-08`, '--aggregate', 'all'];

type Variant = 'kubecost-2' | 'kubecost-3' | 'opencost';
type Row = Record<string, unknown>;

/** The audits that cannot pass where a field of one row is damaged. */
type Needs = Readonly<Record<string, readonly string[]>>;

const reconciled = ['AuditAllocationReconciliation', 'AuditAllocationTotalStore'];
const nodeCosts = [...reconciled, 'CheckAssetSum', 'CheckOverAllocation'];
const parts = ['CheckAllocationSum', 'CheckNullCost', 'CheckNegativeCost'];
const rowCosts = [...reconciled, ...parts, 'CheckOverAllocation'];
const agg = ['AuditAllocationAggStore'];

/** Of Kubecost 3, which is asked for everything and clamps idle resource by resource. */
const kubecost: Readonly<Record<string, Needs>> = {
  allocations: {
    'properties.cluster': [...reconciled, ...agg],
    'properties.node': [...reconciled, ...agg, 'CheckOverAllocation'],
    'properties.namespace': agg,
    'properties.pod': agg,
    'properties.controller': agg,
    'properties.controllerKind': agg,
    properties: [...reconciled, ...agg, 'CheckOverAllocation'],
    start: ['CheckRowWindow'],
    end: ['CheckRowWindow'],
    minutes: ['CheckRowWindow'],
    cpuCost: rowCosts,
    ramCost: rowCosts,
    gpuCost: rowCosts,
    pvCost: parts,
    networkCost: parts,
    loadBalancerCost: parts,
    sharedCost: parts,
    externalCost: parts,
    cpuCostAdjustment: [...reconciled, 'CheckAllocationSum', 'CheckNullCost'],
    pvCostAdjustment: ['CheckAllocationSum', 'CheckNullCost'],
    cpuCoreHours: ['AuditAllocationReconciliation'],
    ramByteHours: ['AuditAllocationReconciliation'],
    totalCost: [...agg, 'CheckAllocationSum', 'CheckNullCost', 'CheckSummary'],
  },
  assets: {
    type: [...nodeCosts, 'AuditAssetAggStore', 'AuditClusterEquality', 'CheckNegativeCost'],
    properties: [...reconciled, 'AuditAssetTotalStore', 'AuditAssetAggStore'],
    'properties.cluster': [...reconciled, 'AuditAssetTotalStore', 'AuditClusterEquality'],
    'properties.name': [...reconciled, 'CheckOverAllocation'],
    'properties.providerID': ['AuditAssetAggStore'],
    'properties.category': ['AuditAssetReconciliation'],
    'properties.provider': ['AuditAssetAggStore'],
    'properties.account': ['AuditAssetAggStore'],
    start: ['CheckRowWindow'],
    end: ['CheckRowWindow'],
    minutes: ['CheckRowWindow'],
    totalCost: [...nodeCosts, 'AuditAssetReconciliation', 'AuditAssetTotalStore', 'CheckNullCost'],
    adjustment: [...nodeCosts, 'CheckNullCost'],
    discount: nodeCosts,
    cpuCost: [...nodeCosts, 'CheckNullCost', 'CheckNegativeCost'],
    ramCost: [...nodeCosts, 'CheckNullCost', 'CheckNegativeCost'],
    gpuCost: ['CheckAssetSum', 'CheckNullCost', 'CheckNegativeCost'],
    cpuCoreHours: ['AuditAllocationReconciliation'],
    ramByteHours: ['AuditAllocationReconciliation'],
  },
  bills: {
    properties: ['AuditAssetReconciliation'],
    'properties.providerID': ['AuditAssetReconciliation'],
    'properties.category': ['AuditAssetReconciliation'],
    amortizedNetCost: ['AuditAssetReconciliation'],
    'amortizedNetCost.cost': ['AuditAssetReconciliation'],
  },
  idle: { totalCost: ['AuditAllocationTotalStore'] },
  clusters: { totalCost: ['AuditClusterEquality'] },
  'allocations by namespace': { totalCost: agg },
  'assets by type': { totalCost: ['AuditAssetAggStore'] },
  'assets by cluster': { totalCost: ['AuditAssetTotalStore'] },
};

const opencost: Readonly<Record<string, Needs>> = {
  allocations: {
    'properties.node': ['AuditAllocationReconciliation', ...agg, 'AuditClusterEquality'],
    'properties.namespace': agg,
    cpuCost: ['AuditAllocationReconciliation', 'AuditClusterEquality', ...parts],
    pvCost: ['AuditClusterEquality', ...parts],
    loadBalancerCost: ['AuditClusterEquality', ...parts],
    totalCost: [...agg, 'CheckAllocationSum', 'CheckNullCost', 'CheckSummary'],
  },
  assets: {
    type: ['AuditAllocationReconciliation', 'AuditClusterEquality', 'CheckAssetSum'],
    totalCost: ['AuditAllocationReconciliation', 'CheckAssetSum', 'CheckNullCost'],
    discount: ['AuditAllocationReconciliation', 'CheckAssetSum'],
    cpuCoreHours: ['AuditAllocationReconciliation'],
  },
};

const cases = [
  ...Object.entries(kubecost).map(([kind, needs]) => ['kubecost-3', kind, needs] as const),
  ...Object.entries(opencost).map(([kind, needs]) => ['opencost', kind, needs] as const),
];

const recordings = new Map<Variant, Recording>();
beforeAll(async () => {
  for (const variant of ['kubecost-2', 'kubecost-3', 'opencost'] as const) {
    recordings.set(variant, await recorded(variant, { argv: oneDay }));
  }
});

/** The map of rows in the data of an answer. */
function rowsOf(data: unknown): Record<string, Row> {
  const set = Array.isArray(data) ? data[0] : data;
  const [inner] = (set as { sets?: Row[] }).sets ?? [set]; // recorded: it has this form
  return (inner?.['allocations'] ?? inner?.['cloudCosts'] ?? inner) as Record<string, Row>;
}

/** The row to damage: one that everything is said of. */
function damageable(kind: string, rows: Record<string, Row>): Row {
  const entries = Object.entries(rows);
  const found = entries.find(([name, row]) => {
    if (kind === 'idle') return name.endsWith('__idle__') && row['totalCost'] !== 0;
    if (kind === 'assets') return row['type'] === 'Node';
    return !name.includes('__') && row['cpuCost'] !== 0;
  });
  if (!found) throw new Error(`no row to damage in ${kind}`);
  return found[1];
}

function damaged(
  variant: Variant,
  kind: string,
  field: string,
  edit: (row: Row, name: string) => void,
) {
  return replayChanged(recordings.get(variant) ?? new Map(), kind, (body) => {
    const answer = JSON.parse(body);
    let at: Row = damageable(kind, rowsOf(answer.data));
    const path = field.split('.');
    for (const name of path.slice(0, -1)) at = at[name] as Row; // recorded: it has them
    edit(at, path.at(-1) ?? '');
    return JSON.stringify(answer);
  });
}

/** The audits that passed, of a run that must not have crashed. */
async function passed(
  server: TestServer,
): Promise<{ passed: string[]; code: number; stderr: string }> {
  const { report, code, stderr } = await audited(server.url, ...oneDay);
  expect(stderr).not.toMatch(/internal error:|Error:|\n {4}at /);
  expect([0, 1, 3]).toContain(code);
  const audits = report?.audits ?? [];
  for (const { status, description, differences, missing } of audits) {
    if (status === 'Skipped') expect(description).not.toBe('');
    // what a product cannot answer is no damage
    if (status === 'Skipped' && !description.startsWith('OpenCost')) expect(code).not.toBe(0);
    expect(JSON.stringify([differences, missing, description])).not.toMatch(/NaN|Infinity/);
  }
  return {
    passed: audits.filter(({ status }) => status === 'Passed').map(({ type }) => type),
    code,
    stderr,
  };
}

test.each(['kubecost-2', 'kubecost-3', 'opencost'] as const)(
  'a recorded run of %s passes where nothing is damaged',
  async (variant) => {
    await using server = await replay(recordings.get(variant) ?? new Map());
    const { report, code } = await audited(server.url, ...oneDay);
    expect(code).toBe(0);
    expect(report?.summary).toMatchObject({ failed: 0, warning: 0 });
  },
);

describe.each(cases)('%s, %s', (variant, kind, needs) => {
  const rows = Object.entries(needs);

  test.each(rows)('%s missing in one row', async (field, needing) => {
    await using server = await damaged(variant, kind, field, (at, name) => delete at[name]);
    const result = await passed(server);
    // a version without adjustments is legal, a row without them is a finding
    if (field.endsWith('Adjustment')) expect(result.code).toBe(1);
    expect(result.passed.filter((type) => needing.includes(type))).toEqual([]);
  });

  test.each(rows)('%s null in one row', async (field, needing) => {
    await using server = await damaged(variant, kind, field, (at, name) => {
      at[name] = null;
    });
    const result = await passed(server);
    expect(result.passed.filter((type) => needing.includes(type))).toEqual([]);
  });

  test.each(rows)(
    '%s of another type in one row: an error with its path',
    async (field, needing) => {
      await using server = await damaged(variant, kind, field, (at, name) => {
        at[name] = ['NaN'];
      });
      const result = await passed(server);
      expect(result.code).toBe(3);
      expect(result.stderr).toMatch(/: data.*: expected (a number|a text|an object), got an array/);
      expect(result.stderr).toContain(field.split('.').at(-1));
      expect(result.passed.filter((type) => needing.includes(type))).toEqual([]);
    },
  );
});

/** An answer from which the rows of some key are gone, and one in which their cost is null. */
const lost = [
  ['AuditAllocationAggStore', 'allocations', 'allocations by node'],
  ['CheckSummary', 'allocations', 'summary'],
  ['AuditAssetReconciliation', 'assets', 'bills'],
  ['AuditAssetAggStore', 'assets', 'assets by providerid'],
] as const;

test.each(lost)(
  '%s: a cost that is null in %s and has no row in %s is not known',
  async (...given) => {
    const [type, nulled, emptied] = given;
    await using server = await replay(
      recordings.get('kubecost-3') ?? new Map(),
      (answer, request, response) => {
        const kind = requestKindOf(request);
        const edits: Record<string, (rows: Record<string, Row>) => void> = {
          [nulled]: (rows) => Object.assign(damageable(nulled, rows), { totalCost: null }),
          [emptied]: (rows) => {
            for (const name of Object.keys(rows)) if (name !== lastOf(rows)) delete rows[name];
          },
        };
        const edit = edits[kind];
        if (!edit || answer.status !== 200) return sendWhole(answer, request, response);
        const changed = JSON.parse(answer.body);
        edit(rowsOf(changed.data));
        sendWhole({ ...answer, body: JSON.stringify(changed) }, request, response);
      },
    );
    const { report, code } = await audited(server.url, ...oneDay);
    const audit = report?.audits.find((one) => one.type === type);
    expect(audit?.status).toBe('Skipped');
    expect(audit?.description).toContain('not known');
    expect(JSON.stringify(audit)).not.toContain('NaN');
    expect(code).toBe(1); // CheckNullCost
  },
);

/** One has to stay, or the answer would be empty. */
function lastOf(rows: Record<string, Row>): string | undefined {
  return Object.keys(rows).at(-1);
}
