import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';

interface Recorded {
  /** A folder of test/fixtures/diagnosis; most were recorded on a real OpenCost whose series were broken on purpose. */
  readonly folder: string;
  readonly window: string;
  readonly argv?: readonly string[];
  /** Findings of severity critical or error: id, wrong stores, amount to the cent (null: not known). */
  readonly serious: readonly (readonly [id: string, wrong: string | null, amount: number | null])[];
  readonly warnings?: readonly string[];
}

const overAllocated = 'over-allocated-node:c2/c2-gpu';

const recordings: readonly Recorded[] = [
  {
    folder: 'opencost-2026-11-12',
    window: '2026-11-12,2026-11-13',
    serious: [['node-partly-recorded:c1/c1-n2', 'assets,idle', -3.84]],
    warnings: [overAllocated],
  },
  {
    folder: 'opencost-2026-11-13',
    window: '2026-11-13,2026-11-14',
    serious: [['node-without-capacity:c1/c1-n3', 'assets', -1.31]],
    warnings: [overAllocated],
  },
  {
    folder: 'opencost-2026-11-15',
    window: '2026-11-15,2026-11-16',
    serious: [['duplicate-asset:c2/c2-n2', 'assets,idle', 5.69]],
    warnings: [overAllocated],
  },
  {
    folder: 'opencost-2026-11-19-to-22',
    window: '2026-11-19,2026-11-22',
    serious: [
      ['no-data-day:2026-11-20', 'allocations,assets', -48.57],
      ['node-unpriced:c2/c2-n2', 'assets,allocations', -2.8],
    ],
    warnings: [overAllocated],
  },
  {
    folder: 'opencost-2026-11-24-pod-query-refused',
    window: '2026-11-24,2026-11-25',
    argv: ['--cluster', 'c2'],
    serious: [['cluster-in-one-store:c2', 'allocations', -19.99]],
  },
  {
    folder: 'row-limit',
    window: '2024-05-06,2024-05-07',
    serious: [['refused-row-limit:/assets', null, null]],
  },
  {
    folder: 'all-prices-zero',
    window: '2024-05-06,2024-05-07',
    serious: [],
    warnings: ['node-unpriced:default-cluster'],
  },
];

test.each(recordings)(
  '$folder, $window',
  async ({ folder, window, argv = [], serious, warnings = [] }) => {
    const from = join('test/fixtures/diagnosis', folder);
    const run = [
      'audit',
      'run',
      '--from',
      from,
      '--engine',
      'local',
      '--window',
      window,
      '-o',
      'json',
    ];
    const deps = testDeps({ clock: new TestClock('2026-12-24T00:00:00Z') });
    const { stdout } = await ran([...run, ...argv], deps);
    const { findings }: AuditReport = JSON.parse(stdout);
    const found = findings
      .filter(({ severity }) => severity === 'critical' || severity === 'error')
      .map(({ id, wrong, amount: { total } }) => [
        id,
        wrong?.join() ?? null,
        total === null ? null : Math.round(total * 100) / 100,
      ]);
    expect(found).toEqual(serious);
    const ids = findings.filter(({ severity }) => severity === 'warning').map(({ id }) => id);
    // an episode that a day without data interrupts has a number
    expect(new Set(ids.map((id) => id.replace(/#\d+$/, '')))).toEqual(new Set(warnings));
  },
);
