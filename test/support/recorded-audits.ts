import { join } from 'node:path';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from './deps.ts';
import { recording } from './recordings.ts';

/** A run of `audit run --engine local` that was recorded in test/fixtures. */
export interface RecordedRun {
  /** A folder of test/fixtures/audits, or of test/fixtures/diagnosis where it begins with it. */
  readonly folder: string;
  readonly window?: string;
  readonly argv?: readonly string[];
  /**
   * Whether amounts were rounded when they were printed, so that two that are equal may already differ by up to
   * the resolution; absent where all of them print without a loss.
   */
  readonly isRounded?: true;
}

/** The directory of a run, its responses uncompressed. */
export function recordedRun({ folder }: RecordedRun): ReturnType<typeof recording> {
  return recording(folder.includes('/') ? folder : join('audits', folder));
}

/** The audits of a recorded run; none where it ends before there are any. */
export async function replayed(
  path: string,
  { window = '2024-05-06,2024-05-07', argv = [] }: RecordedRun,
  ...more: readonly string[]
): Promise<{ code: number; audits: AuditReport['audits'] }> {
  const run = ['audit', 'run', '--engine', 'local', '--from', path, '-o', 'json'];
  const deps = testDeps({ clock: new TestClock('2026-12-24T00:00:00Z') });
  const { code, stdout } = await ran([...run, '--window', window, ...argv, ...more], deps);
  if (stdout === '') return { code, audits: [] };
  const { audits }: AuditReport = JSON.parse(stdout);
  return { code, audits };
}

const overAllocated = (day: number): RecordedRun => ({
  folder: `diagnosis/opencost-2026-11-${day}`,
  window: `2026-11-${day},2026-11-${day + 1}`,
  isRounded: true,
});

/** Every recording of the fixtures that holds a local run of all audits, and a cost that is not 0. */
export const recordedRuns: readonly RecordedRun[] = [
  { folder: 'hourly-sets', argv: ['--aggregate', 'all'] },
  { folder: 'sets-outside-window', argv: ['--aggregate', 'all'] },
  { folder: 'row-without-costs' },
  { folder: 'unmounted-load-balancer', argv: ['--aggregate', 'service'] },
  { folder: 'no-cluster-id', argv: ['--aggregate', 'all'] },
  { folder: 'fargate-without-asset', argv: ['--aggregate', 'all'] },
  { folder: 'idle-without-cluster', argv: ['--aggregate', 'all'] },
  { folder: 'diagnosis/row-limit' },
  overAllocated(12),
  overAllocated(13),
  overAllocated(15),
  { folder: 'opencost-2026-11-21', window: '2026-11-21,2026-11-22', isRounded: true },
  {
    folder: 'diagnosis/opencost-2026-11-19-to-22',
    window: '2026-11-19,2026-11-22',
    isRounded: true,
  },
  {
    folder: 'diagnosis/opencost-2026-11-24-pod-query-refused',
    window: '2026-11-24,2026-11-25',
    argv: ['--cluster', 'c2'],
    isRounded: true,
  },
];
