import { describe, expect, test } from 'vitest';
import { difference } from '../../src/audits/difference.ts';
import type { Event } from '../../src/events/schema.ts';
import { formatNames } from '../../src/output/formats/names.ts';
import { formatsOf } from '../../src/output/render.ts';
import type { RenderContext } from '../../src/output/renderer.ts';
import type { Result } from '../../src/output/result.ts';
import { auditOf, auditsResult, eventsResult, rendered } from '../support/results.ts';

const hour = { start: '2022-06-03T10:00:00Z', end: '2022-06-03T11:00:00Z' };
const event = (parts: Partial<Event>): Event => ({
  store: 'asset',
  kind: 'AssetSetSaved',
  time: '2022-06-03T17:07:54.3346484Z',
  window: hour,
  size: 29,
  metadata: {},
  ...parts,
});

const log = eventsResult(
  [
    event({}),
    event({
      store: 'allocation',
      kind: 'AllocationSetReconcileError',
      time: '2022-06-03T17:07:54.092Z',
      window: { start: '2022-06-03T00:00:00Z', end: '2022-06-04T00:00:00Z' },
      size: null,
      metadata: { error: 'no bill' },
    }),
    event({ kind: 'AssetSetLoaded', time: '2022-06-03T16:58:18Z', window: null, size: 12_345 }),
  ],
  { AssetSetSaved: 8212, AllocationSetReconcileError: 3 },
);

const reconciled = auditOf({
  type: 'AuditAllocationReconciliation',
  status: 'Failed',
  differences: [
    difference(['cluster-one/gke-standard-pool-1-91dc432d-cg69', 'CPU'], 1234.5, 1300.25),
    difference(['node-2', 'RAM'], 0, 0.000_012),
    difference(['node-3', 'GPU'], 2, null),
  ],
  missing: [{ key: ['node-9'], description: 'not in the asset store' }],
});
const audits = [
  reconciled,
  auditOf({ status: 'Passed' }),
  auditOf({
    window: { start: '2023-01-15T00:00:00Z', end: '2023-01-16T00:00:00Z' },
    status: 'Skipped',
    description: 'the store is being rebuilt',
    lastRun: null,
  }),
  auditOf({
    window: { start: '2023-01-15T00:00:00Z', end: '2023-01-16T00:00:00Z' },
    type: 'AuditAssetTotalStore',
    status: 'NotRun',
  }),
];
const list = auditsResult('audits', audits);
const diff = auditsResult('differences', audits);

describe('events', () => {
  test('at 80 columns, the counters above', async () => {
    expect(await rendered(log, 'table', { columns: 80 })).toMatchInlineSnapshot(`
      "COUNTER (since start)        EVENTS
      AllocationSetReconcileError       3
      AssetSetSaved                 8,212

      TIME (UTC)           KIND                         WINDOW (UTC)              SIZE
      2022-06-03 16:58:18  AssetSetLoaded               -                       12,345
      2022-06-03 17:07:54  AllocationSetReconcileError  2022-06-03                   -
        no bill
      2022-06-03 17:07:54  AssetSetSaved                2022-06-03 10:00-11:00      29
      "
    `);
  });

  test('at 200 columns, the counters beside', async () => {
    expect(await rendered(log, 'table', { columns: 200 })).toMatchInlineSnapshot(`
      "TIME (UTC)           KIND                         WINDOW (UTC)              SIZE    COUNTER (since start)        EVENTS
      2022-06-03 16:58:18  AssetSetLoaded               -                       12,345    AllocationSetReconcileError       3
      2022-06-03 17:07:54  AllocationSetReconcileError  2022-06-03                   -    AssetSetSaved                 8,212
        no bill
      2022-06-03 17:07:54  AssetSetSaved                2022-06-03 10:00-11:00      29
      "
    `);
  });

  test('at 40 columns, the names cut in the middle', async () => {
    expect(await rendered(log, 'table', { columns: 60 })).toMatchInlineSnapshot(`
      "COUNTER (since start)        EVENTS
      AllocationSetReconcileError       3
      AssetSetSaved                 8,212

      TIME (UTC)           KIND      WINDOW (UTC)              SIZE
      2022-06-03 16:58:18  Asse…ded  -                       12,345
      2022-06-03 17:07:54  Allo…ror  2022-06-03                   -
        no bill
      2022-06-03 17:07:54  Asse…ved  2022-06-03 10:00-11:00      29
      "
    `);
    expect(await rendered(log, 'table', { columns: 60, unicode: false })).toContain('All...or');
  });

  test('wide: everything, whatever the width', async () => {
    const wide = await rendered(log, 'wide', { columns: 40 });
    expect(wide).toMatchInlineSnapshot(`
      "COUNTER (since start)        EVENTS
      AllocationSetReconcileError       3
      AssetSetSaved                 8,212

      TIME (UTC)                    STORE       KIND                         WINDOW (UTC)              SIZE  METADATA
      2022-06-03T16:58:18Z          asset       AssetSetLoaded               -                       12,345
      2022-06-03T17:07:54.092Z      allocation  AllocationSetReconcileError  2022-06-03                   -  {"error":"no bill"}
      2022-06-03T17:07:54.3346484Z  asset       AssetSetSaved                2022-06-03 10:00-11:00      29
      "
    `);
    expect(await rendered(log, 'wide', { columns: 200 })).toBe(wide);
  });
});

describe('audits', () => {
  test('as a grid, with what the words do not say under it', async () => {
    expect(await rendered(list, 'table', { columns: 120 })).toMatchInlineSnapshot(`
      "FAILED: 1 of 4 audits failed; largest +65.75 (+5.33 %) in AuditAllocationReconciliation of
        cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU
      http://localhost:9090/model, 2023-01-14 to 2023-01-15 (UTC)

                                 Jan 14 15
      AuditAllocationReconciliation   !
      AuditAssetTotalStore               _
      AuditClusterEquality            .  ?

      ! failed without a finding

            EXPECTED        ACTUAL         DELTA        %
      2023-01-14 allocation-reconciliation node-3 / GPU
            2.000000  not a number  not a number        -
      2023-01-14 allocation-reconciliation cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU
        1,234.500000  1,300.250000    +65.750000  +5.33 %
      2023-01-14 allocation-reconciliation node-2 / RAM
            0.000000      0.000012     +0.000012        -

      WINDOW (UTC)  AUDIT                      MISSING  DESCRIPTION
      2023-01-14    allocation-reconciliation  node-9   not in the asset store

      ? not evaluated (1): the store is being rebuilt: AuditClusterEquality of 2023-01-15
      _ not run (1): AuditAssetTotalStore of 2023-01-15
      "
    `);
  });

  test('as rows where the grid does not fit', async () => {
    expect(await rendered(list, 'table', { columns: 40 })).toMatchInlineSnapshot(`
      "FAILED: 1 of 4 audits failed; largest
        +65.75 (+5.33 %) in
        AuditAllocationReconciliation of
        cluster-one/gke-standard-pool-1-91dc432d-cg69
        / CPU
      http://localhost:9090/model, 2023-01-14
        to 2023-01-15 (UTC)

                                 Jan 14 15
      AuditAllocationReconciliation   !
      AuditAssetTotalStore               _
      AuditClusterEquality            .  ?

      ! failed without a finding

            EXPECTED        ACTUAL         DELTA        %
      2023-01-14 allocation-reconciliation
      node-3 / GPU
            2.000000  not a number  not a number        -
      2023-01-14 allocation-reconciliation
      cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU
        1,234.500000  1,300.250000    +65.750000  +5.33 %
      2023-01-14 allocation-reconciliation
      node-2 / RAM
            0.000000      0.000012     +0.000012        -

      2023-01-14 allocation-reconciliation
      node-9
        not in the asset store

      ? not evaluated (1): the store is being
        rebuilt: AuditClusterEquality of
        2023-01-15
      _ not run (1): AuditAssetTotalStore of
        2023-01-15
      "
    `);
  });

  test('wide: a row for each', async () => {
    expect(await rendered(list, 'wide', { columns: 40 })).toMatchInlineSnapshot(`
      "FAILED: 1 of 4 audits failed; largest
        +65.75 (+5.33 %) in
        AuditAllocationReconciliation of
        cluster-one/gke-standard-pool-1-91dc432d-cg69
        / CPU
      http://localhost:9090/model, server
        engine, 2023-01-14 to 2023-01-15 (UTC)

                                 Jan 14 15
      AuditAllocationReconciliation   !
      AuditAssetTotalStore               _
      AuditClusterEquality            .  ?

      ! failed without a finding

      WINDOW (UTC)  AUDIT                          KEY                                                      EXPECTED        ACTUAL         DELTA        %
      2023-01-14    AuditAllocationReconciliation  node-3 / GPU                                             2.000000  not a number  not a number        -
      2023-01-14    AuditAllocationReconciliation  cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU  1,234.500000  1,300.250000    +65.750000  +5.33 %
      2023-01-14    AuditAllocationReconciliation  node-2 / RAM                                             0.000000      0.000012     +0.000012        -

      WINDOW (UTC)  AUDIT                          MISSING  DESCRIPTION
      2023-01-14    AuditAllocationReconciliation  node-9   not in the asset store

      WINDOW (UTC)  AUDIT                          STATUS   LAST RUN (UTC)       RESOLUTION  DIFFERENCES  MISSING  DESCRIPTION
      2023-01-14    AuditAllocationReconciliation  FAILED   2023-01-17 21:13:44           -            3        1
      2023-01-14    AuditClusterEquality           passed   2023-01-17 21:13:44           -            0        0
      2023-01-15    AuditClusterEquality           skipped  -                             -            0        0  the store is being rebuilt
      2023-01-15    AuditAssetTotalStore           not run  2023-01-17 21:13:44           -            0        0

      ? not evaluated (1): the store is being
        rebuilt: AuditClusterEquality of
        2023-01-15
      _ not run (1): AuditAssetTotalStore of
        2023-01-15
      "
    `);
  });

  test('none are nothing on stdout', async () => {
    expect(await rendered(auditsResult('audits', []), 'table')).toBe('');
    expect(await rendered(auditsResult('audits', []), 'wide')).toBe('');
    expect(await rendered(auditsResult('differences', []), 'table')).toBe('');
  });
});

describe('differences', () => {
  test('at 80 columns', async () => {
    expect(await rendered(diff, 'table', { columns: 80 })).toMatchInlineSnapshot(`
      "FAILED: 1 of 4 audits failed; largest +65.75 (+5.33 %) in
        AuditAllocationReconciliation of cluster-one/gke-standard-pool-1-91dc432d-cg69
        / CPU
      http://localhost:9090/model, 2023-01-14 to 2023-01-15 (UTC)

            EXPECTED        ACTUAL         DELTA        %
      2023-01-14 allocation-reconciliation node-3 / GPU
            2.000000  not a number  not a number        -
      2023-01-14 allocation-reconciliation
      cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU
        1,234.500000  1,300.250000    +65.750000  +5.33 %
      2023-01-14 allocation-reconciliation node-2 / RAM
            0.000000      0.000012     +0.000012        -

      WINDOW (UTC)  AUDIT                      MISSING  DESCRIPTION
      2023-01-14    allocation-reconciliation  node-9   not in the asset store

      ? not evaluated (1): the store is being rebuilt: AuditClusterEquality of
        2023-01-15
      _ not run (1): AuditAssetTotalStore of 2023-01-15
      "
    `);
  });

  test('wide', async () => {
    expect(await rendered(diff, 'wide', { columns: 80 })).toMatchInlineSnapshot(`
      "FAILED: 1 of 4 audits failed; largest +65.75 (+5.33 %) in
        AuditAllocationReconciliation of cluster-one/gke-standard-pool-1-91dc432d-cg69
        / CPU
      http://localhost:9090/model, server engine, 2023-01-14 to 2023-01-15 (UTC)

      WINDOW (UTC)  AUDIT                          KEY                                                      EXPECTED        ACTUAL         DELTA        %
      2023-01-14    AuditAllocationReconciliation  node-3 / GPU                                             2.000000  not a number  not a number        -
      2023-01-14    AuditAllocationReconciliation  cluster-one/gke-standard-pool-1-91dc432d-cg69 / CPU  1,234.500000  1,300.250000    +65.750000  +5.33 %
      2023-01-14    AuditAllocationReconciliation  node-2 / RAM                                             0.000000      0.000012     +0.000012        -

      WINDOW (UTC)  AUDIT                          MISSING  DESCRIPTION
      2023-01-14    AuditAllocationReconciliation  node-9   not in the asset store

      ? not evaluated (1): the store is being rebuilt: AuditClusterEquality of
        2023-01-15
      _ not run (1): AuditAssetTotalStore of 2023-01-15
      "
    `);
  });
});

const results: Record<string, Result> = { log, list, diff };
const esc = '\u001b';

/** The text without its colours. */
function plain(text: string): string {
  return text.replaceAll(new RegExp(`${esc}\\[[0-9;]*m`, 'g'), '');
}

describe('colours', () => {
  const widths = [40, 60, 80, 200] as const;
  const cases = Object.keys(results).flatMap((name) =>
    (['table', 'wide'] as const).flatMap((format) =>
      widths.map((columns) => ({ name, format, columns })),
    ),
  );

  test.each(cases)('of $name as $format at $columns add nothing to the words', async (row) => {
    const result = results[row.name] as Result; // a name of the record above
    const context: Partial<RenderContext> = { columns: row.columns };
    const colored = await rendered(result, row.format, { ...context, colorLevel: 1 });
    expect(colored).toContain(esc);
    expect(plain(colored)).toBe(await rendered(result, row.format, context));
  });

  test.each(cases)('of $name as $format at $columns end on the line they began', async (row) => {
    const result = results[row.name] as Result; // a name of the record above
    const colored = await rendered(result, row.format, { columns: row.columns, colorLevel: 1 });
    for (const line of colored.split('\n')) {
      const codes = [...line.matchAll(new RegExp(`${esc}\\[(\\d+)m`, 'g'))].map(([, n]) =>
        Number(n),
      );
      const ends = codes.filter((code) => code === 39 || code === 22).length;
      expect(ends * 2).toBe(codes.length);
    }
  });

  test('of a failure', async () => {
    expect(await rendered(list, 'table', { columns: 120, colorLevel: 1 })).toContain('FAILED');
  });
});

test('every format prints what it says it prints', async () => {
  for (const result of [log, list, diff]) {
    for (const format of formatsOf(result.kind)) {
      expect((await rendered(result, format)).endsWith('\n')).toBe(true);
    }
  }
  expect(formatsOf('events')).toEqual(expect.arrayContaining(['table', 'wide', 'json', 'ndjson']));
  expect(formatNames).toEqual(expect.arrayContaining(['table', 'wide', 'json', 'ndjson']));
});
