import { describe, expect, test } from 'vitest';
import { difference } from '../../../src/audits/difference.ts';
import type { Audit } from '../../../src/audits/schema.ts';
import { type AuditSet, auditsOf } from '../../../src/audits/server/audit-sets.ts';
import {
  auditTypeNames,
  auditTypes,
  serverAuditTypes,
  statuses,
  worse,
} from '../../../src/audits/types.ts';
import { auditResultFields, etlAuditSchema } from '../../../src/kubecost/schemas/etl-audit.ts';
import { fixture } from '../../support/fixtures.ts';

const window = { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' };

/** AuditSets as the wire has them. */
function sets(...wire: unknown[]): AuditSet[] {
  return etlAuditSchema.parse(wire);
}

/** The one audit of a set with this `clusterEquality`. */
function equality(clusterEquality: unknown): Audit {
  const [audit] = auditsOf(sets({ window, clusterEquality }), ['AuditClusterEquality']);
  if (!audit) throw new Error('no audit');
  return audit;
}

const ran = { Status: 'Passed', Description: '', LastRun: '2023-01-17T21:13:44.012261384Z' };
const off = { Clusters: { one: { Expected: 10, Actual: 12 } } };
const missingValues = { MissingValues: [{ Key: 'node-3', Description: 'not in the store' }] };

describe('the captured answer', () => {
  const audits = auditsOf(
    etlAuditSchema.parse(JSON.parse(fixture('etl-audit.json')).data),
    serverAuditTypes,
  );

  test('has six audits for each window, in the order of the types', () => {
    expect(audits.map(({ type }) => type)).toEqual([...serverAuditTypes, ...serverAuditTypes]);
  });

  test('those that are null have not run', () => {
    expect(audits.slice(0, 6).map(({ status }) => status)).toEqual(Array(6).fill('NotRun'));
  });

  test('the failed one has its difference', () => {
    expect(audits.at(-1)).toEqual({
      window,
      type: 'AuditClusterEquality',
      status: 'Failed',
      description: '',
      lastRun: '2023-01-17T21:13:44.012261384Z',
      resolution: null,
      differences: [
        {
          key: ['cluster-one'],
          expected: 9.423476639423004,
          actual: 9.63847636882186,
          delta: 0.2149997293988566,
          relative: 0.022815330013066275,
        },
      ],
      missing: [],
    });
  });
});

describe('the status', () => {
  test.each([
    ['Passed', 'Passed'],
    ['Warning', 'Warning'],
    ['Failed', 'Failed'],
    ['failed', 'Failed'],
    ['Failure', 'Failed'],
    ['FAILURE', 'Failed'],
    ['Skipped', 'Skipped'],
  ])('%s is %s', (reported, status) => {
    expect(equality({ ...ran, Status: reported })).toMatchObject({ status, description: '' });
  });

  test('one nobody knows is Skipped, and says so', () => {
    expect(equality({ ...ran, Status: 'Pending' })).toMatchObject({
      status: 'Skipped',
      description: 'the server reports the unknown status "Pending"',
    });
  });

  test('one nobody knows of an audit that never ran is NotRun', () => {
    const wire = { Status: 'Pending', LastRun: '0001-01-01T00:00:00Z' };
    expect(equality(wire).status).toBe('NotRun');
  });

  test.each(['', null, undefined])('none at all (%j) is Skipped where it ran', (Status) => {
    expect(equality({ ...ran, Status })).toMatchObject({
      status: 'Skipped',
      description: 'the server reports no status',
    });
  });

  test.each(['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', null, undefined])(
    'none at all is NotRun where it never ran (%j)',
    (LastRun) => {
      expect(equality({ Status: '', LastRun })).toMatchObject({ status: 'NotRun', lastRun: null });
    },
  );

  test("Go's zero time never shows as a time", () => {
    const audit = equality({ ...ran, LastRun: '0001-01-01T00:00:00Z' });
    expect(audit.lastRun).toBeNull();
  });
});

describe('a status that disagrees with the differences: the worse wins, with a note', () => {
  test('Passed with a difference', () => {
    expect(equality({ ...ran, ...off })).toMatchObject({
      status: 'Failed',
      description: 'the server reports Passed, its differences amount to Failed',
    });
  });

  test('Warning with a difference, and a description of its own', () => {
    const wire = { ...ran, ...off, Status: 'Warning', Description: 'idle was clamped' };
    expect(equality(wire)).toMatchObject({
      status: 'Failed',
      description: 'idle was clamped; the server reports Warning, its differences amount to Failed',
    });
  });

  test('Passed with a missing value', () => {
    expect(equality({ ...ran, ...missingValues })).toMatchObject({
      status: 'Warning',
      missing: [{ key: ['node-3'], description: 'not in the store' }],
    });
  });

  test('an unknown one with a difference', () => {
    expect(equality({ ...ran, ...off, Status: 'Pending' }).status).toBe('Failed');
  });

  test('an unknown one with a missing value', () => {
    expect(equality({ ...ran, ...missingValues, Status: 'Pending' }).status).toBe('Skipped');
  });

  test('Failed without any', () => {
    expect(equality({ ...ran, Status: 'Failed' })).toMatchObject({
      status: 'Failed',
      description: '',
      differences: [],
    });
  });

  test('Failed with a missing value', () => {
    expect(equality({ ...ran, ...missingValues, Status: 'Failed' })).toMatchObject({
      status: 'Failed',
      description: '',
    });
  });

  test('never run with a difference', () => {
    expect(equality({ Status: '', ...off }).status).toBe('Failed');
  });

  test.each(statuses.flatMap((a) => statuses.map((b) => [a, b] as const)))(
    'the worse of %s and %s',
    (a, b) => {
      expect(worse(a, b)).toBe(worse(b, a));
      if (a === 'Failed' || b === 'Failed') expect(worse(a, b)).toBe('Failed');
      else if (a === 'Skipped' || b === 'Skipped') expect(worse(a, b)).toBe('Skipped');
      else if (a === 'Warning' || b === 'Warning') expect(worse(a, b)).toBe('Warning');
    },
  );
});

describe('the spelling of the wire', () => {
  const go = {
    Status: 'Failed',
    Description: 'd',
    LastRun: '2023-01-17T21:13:44Z',
    Resources: { node: { CPU: { Expected: 1, Actual: 2 } } },
    MissingValues: [{ Key: 'k', Description: 'm' }],
  };
  const page = {
    status: 'Failed',
    description: 'd',
    lastRun: '2023-01-17T21:13:44Z',
    resources: { node: { CPU: { expected: 1, actual: 2 } } },
    missingValues: [{ key: 'k', description: 'm' }],
  };

  test('capitals and camel case say the same', () => {
    const of = (wire: unknown) =>
      auditsOf(sets({ window, allocationReconciliation: wire }), ['AuditAllocationReconciliation']);
    expect(of(go)).toEqual(of(page));
    expect(of(go)[0]).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['node', 'CPU'], delta: 1, relative: 1 }],
      missing: [{ key: ['k'], description: 'm' }],
    });
  });

  test.each([
    [
      'AuditAllocationReconciliation',
      'allocationReconciliation',
      { Resources: { n: { CPU: 1 } } },
      ['n', 'CPU'],
    ],
    ['AuditAllocationTotalStore', 'allocationTotal', { TotalByNode: { n: 1 } }, ['node', 'n']],
    [
      'AuditAllocationTotalStore',
      'allocationTotal',
      { TotalByCluster: { c: 1 } },
      ['cluster', 'c'],
    ],
    [
      'AuditAllocationAggStore',
      'allocationAgg',
      { Results: { namespace: { web: 1 } } },
      ['namespace', 'web'],
    ],
    [
      'AuditAssetReconciliation',
      'assetReconciliation',
      { Results: { 'i-1': { Compute: 1 } } },
      ['i-1', 'Compute'],
    ],
    ['AuditAssetTotalStore', 'assetTotal', { TotalByNode: { n: 1 } }, ['node', 'n']],
    ['AuditClusterEquality', 'clusterEquality', { Clusters: { c: 1 } }, ['c']],
  ] as const)('%s: %s', (type, field, maps, key) => {
    const wire = JSON.parse(
      JSON.stringify({ ...ran, ...maps }).replaceAll(':1}', ':{"Expected":1,"Actual":3}}'),
    );
    const [audit] = auditsOf(sets({ window, [field]: wire }), [type]);
    expect(audit?.differences).toEqual([{ key, expected: 1, actual: 3, delta: 2, relative: 2 }]);
  });
});

describe('nulls', () => {
  test('in every place are no difference', () => {
    const wire = {
      Status: 'Passed',
      Description: null,
      LastRun: '2023-01-17T21:13:44Z',
      Resources: null,
      Results: { a: null, b: { c: null } },
      TotalByNode: { n: null },
      TotalByCluster: null,
      Clusters: {},
      MissingValues: [null],
    };
    expect(equality(wire)).toMatchObject({ status: 'Passed', differences: [], missing: [] });
  });

  test('an amount that is not a number is a difference that says so', () => {
    const audit = equality({ ...ran, Clusters: { one: { Expected: 10, Actual: null } } });
    expect(audit).toMatchObject({
      status: 'Failed',
      differences: [{ key: ['one'], expected: 10, actual: null, delta: null, relative: null }],
    });
  });

  test('a missing value without key and description', () => {
    expect(equality({ ...ran, MissingValues: [{}] })).toMatchObject({
      status: 'Warning',
      missing: [{ key: [''], description: '' }],
    });
  });
});

describe('names of a server', () => {
  test.each(['__proto__', 'constructor', 'toString', 'a/b', 'a.b', '', '节点-ü', '\u001b[31m'])(
    'a cluster called %j keeps its money',
    (name) => {
      const json = `{"window":${JSON.stringify(window)},"clusterEquality":{"Status":"Failed",
        "LastRun":"2023-01-17T21:13:44Z","Clusters":{${JSON.stringify(name)}:{"Expected":1,"Actual":3}}}}`;
      const [audit] = auditsOf(sets(JSON.parse(json)), ['AuditClusterEquality']);
      expect(audit?.differences).toEqual([
        { key: [name], expected: 1, actual: 3, delta: 2, relative: 2 },
      ]);
    },
  );

  test('nodes called like properties, in a map of maps', () => {
    const json = `{"window":${JSON.stringify(window)},"allocationReconciliation":{"Status":"Failed",
      "Resources":{"__proto__":{"constructor":{"Expected":0,"Actual":3}}}}}`;
    const [audit] = auditsOf(sets(JSON.parse(json)), ['AuditAllocationReconciliation']);
    expect(audit?.differences[0]).toMatchObject({ key: ['__proto__', 'constructor'], delta: 3 });
  });
});

describe('differences', () => {
  test('are actual - expected, and relative to what was expected', () => {
    expect(difference(['k'], -10, -12)).toMatchObject({ delta: -2, relative: -0.2 });
  });

  test('have no ratio to nothing', () => {
    expect(difference(['k'], 0, 5)).toMatchObject({ delta: 5, relative: null });
  });

  test('of nothing are none', () => {
    expect(equality({ ...ran, Clusters: { one: { Expected: 5, Actual: 5 } } })).toMatchObject({
      status: 'Passed',
      differences: [],
    });
  });
});

test('audits come in order of window, then of the types; only those asked for', () => {
  const days = ['2023-01-16', '2023-01-14', '2023-01-15'].map((date) => ({
    window: { start: `${date}T00:00:00Z`, end: 'x' },
    clusterEquality: null,
    assetTotal: null,
  }));
  const audits = auditsOf(sets(...days), ['AuditClusterEquality', 'AuditAssetTotalStore']);
  expect(audits.map(({ window, type }) => `${window.start.slice(8, 10)} ${type}`)).toEqual([
    '14 AuditAssetTotalStore',
    '14 AuditClusterEquality',
    '15 AuditAssetTotalStore',
    '15 AuditClusterEquality',
    '16 AuditAssetTotalStore',
    '16 AuditClusterEquality',
  ]);
});

test('no server ever returns AuditAssetAggStore or a store check', () => {
  const local = auditTypeNames.filter((type) => !serverAuditTypes.includes(type));
  expect(local.filter((type) => !type.startsWith('Check'))).toEqual(['AuditAssetAggStore']);
  expect(auditsOf(sets({ window }), auditTypeNames).map(({ type }) => type)).not.toContain(
    'AuditAssetAggStore',
  );
});

test('every audit that a server computes has its field in the schema of the wire', () => {
  const fields = serverAuditTypes.map((type) => auditTypes[type].field);
  expect(fields).toEqual([...auditResultFields]);
});
