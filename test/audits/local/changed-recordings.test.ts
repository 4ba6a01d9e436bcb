import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit } from '../../../src/audits/schema.ts';
import type { Folder } from '../../support/folder.ts';
import {
  type RecordedRun,
  recordedRun,
  recordedRuns,
  replayed,
} from '../../support/recorded-audits.ts';
import {
  changed,
  costsOf,
  type RecordedCost,
  type RecordedResponse,
  responsesOf,
} from '../../support/recorded-costs.ts';
import { fuzzed } from './support/worlds.ts';

/** A recording as it is, before any cost of it is changed. */
interface Baseline {
  readonly run: RecordedRun;
  readonly directory: Folder;
  readonly code: number;
  readonly audits: readonly Audit[];
  /** The costs of the responses that the run reads, but for those that nothing is compared with. */
  readonly costs: readonly RecordedCost[];
}

async function baselineOf(run: RecordedRun, directory: Folder): Promise<Baseline> {
  const { code, audits } = await replayed(directory.path, run);
  const costs: RecordedCost[] = [];
  for (const response of responsesOf(directory)) {
    const text = readFileSync(directory.at(response.file), 'utf8');
    const own = costsOf(response, text).filter((cost) => isCompared(cost, run));
    if (
      isAudited(response) &&
      own.length > 0 &&
      (await isRead(response, run, { directory, audits }))
    )
      costs.push(...own);
  }
  return { run, directory, code, audits, costs };
}

/** Whether a response is of whole days: one of an hour only shows which product answers. */
function isAudited({ params }: RecordedResponse): boolean {
  return /T00:00:00Z,.*T00:00:00Z$/.test(params['window'] ?? '');
}

/** Whether a run reads a response: without it the audits are others. */
async function isRead(
  { file }: RecordedResponse,
  run: RecordedRun,
  { directory, audits }: Pick<Baseline, 'directory' | 'audits'>,
): Promise<boolean> {
  const text = readFileSync(directory.at(file));
  writeFileSync(directory.at(file), '');
  const without = await replayed(directory.path, run);
  writeFileSync(directory.at(file), text);
  return JSON.stringify(statuses(without.audits)) !== JSON.stringify(statuses(audits));
}

function statuses(audits: readonly Audit[]): string[] {
  return audits.map(({ window, type, status }) => `${window.start} ${type} ${status}`);
}

/**
 * Whether docs/audits.md compares a cost with another one. Of assets other than nodes the total is the only
 * cost that is printed; what OpenCost neither allocates nor aggregates has no counterpart.
 */
function isCompared(
  { response, at, field, row }: RecordedCost,
  { folder, window, argv = [] }: RecordedRun,
): boolean {
  const day = (window ?? '2024-05-06').slice(0, 10);
  const start = row['start'];
  // sets of other days do not count
  if (typeof start === 'string' && !window?.includes('-19,') && !start.startsWith(day))
    return false;
  const cluster = argv[argv.indexOf('--cluster') + 1];
  if (argv.includes('--cluster') && !at.some((key) => key.split('/').includes(cluster ?? ''))) {
    return false;
  }
  if (!response.path.startsWith('/assets')) return true;
  const isGrouped = response.path !== '/assets' || response.params['aggregate'] !== undefined;
  if (isGrouped) return field === 'totalCost';
  if (row['type'] === 'Node') return true;
  if (field !== 'totalCost') return false;
  return isKubecost(folder) || row['type'] === 'LoadBalancer';
}

const openCosts =
  /opencost|label-names|row-without-costs|unmounted|all-prices-zero|node-is-an-asset/;

function isKubecost(folder: string): boolean {
  return !openCosts.test(folder);
}

/** The audits of a recording in which one cost is another. */
async function auditsWith(
  cost: RecordedCost,
  by: number,
  { run, directory }: Baseline,
  ...argv: readonly string[]
): Promise<{ code: number; audits: readonly Audit[] }> {
  const path = directory.at(cost.response.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, changed(text, cost, by));
  const result = await replayed(directory.path, run, ...argv);
  writeFileSync(path, text);
  return result;
}

function describeCost({ response, at }: RecordedCost): string {
  return `${response.path}?aggregate=${response.params['aggregate'] ?? ''} ${at.join(' / ')}`;
}

/** Audits that see something, as `AuditClusterEquality Failed`, with what they see. */
function alarms(audits: readonly Audit[]): string[] {
  return audits
    .filter(({ status }) => status !== 'Passed')
    .map(({ window, type, status, differences, missing }) =>
      JSON.stringify([
        ...[window.start, type, status],
        ...differences.map(({ key, delta }) => [key, delta]),
        ...missing.map(({ key }) => key),
      ]),
    );
}

/** Audits that failed, as `AuditClusterEquality Failed`. */
function failed(audits: readonly Audit[]): string[] {
  return statuses(audits.filter(({ status }) => status === 'Failed'));
}

const { numRuns, ...options } = fuzzed(10, 0.02);

describe.each(recordedRuns)('$folder', (run) => {
  const timeout = 300_000 + numRuns * 20_000;
  const directory = recordedRun(run);
  let baseline: Baseline;

  beforeAll(async () => {
    baseline = await baselineOf(run, directory);
  });
  afterAll(() => directory[Symbol.dispose]());

  test('a cost that is changed by more than the resolution is seen', { timeout }, async () => {
    const { audits, costs } = baseline;
    expect(costs.length).toBeGreaterThan(0);
    const resolution = Math.max(...audits.map((audit) => audit.resolution ?? 0));
    const change = fc.record({
      cost: fc.constantFrom(...costs),
      sign: fc.constantFrom(1, -1),
      /** Rounding may hide one resolution of it. */
      times: fc.oneof(fc.constant(2), fc.double({ min: 2, max: 1e6, noNaN: true })),
    });
    const property = fc.asyncProperty(change, async ({ cost, sign, times }) => {
      const by = sign * (times * resolution + 1.1 * 10 ** -cost.decimals);
      const found = await auditsWith(cost, by, baseline);
      // a recording with findings has another one, or the same with another amount
      const isSeen = alarms(found.audits).join() !== alarms(audits).join();
      expect([describeCost(cost), by, isSeen]).toEqual([describeCost(cost), by, true]);
    });
    await fc.assert(property, { numRuns, ...options });
  });

  test('a cost that is changed by less than the resolution fails no audit', {
    timeout,
  }, async () => {
    const { costs } = baseline;
    const rounding = Math.max(...baseline.audits.map((audit) => audit.resolution ?? 0));
    // with it every comparison has the same resolution
    const tolerance = 20 * rounding + 0.01;
    const argv = ['--tolerance', String(tolerance)];
    const { audits } = await replayed(directory.path, run, ...argv);
    const change = fc.record({
      cost: fc.constantFrom(...costs),
      part: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    });
    const property = fc.asyncProperty(change, async ({ cost, part }) => {
      const old = Number(cost.row[cost.field]);
      // a cost below 0, or of 0, is another thing than one that differs
      fc.pre(Math.sign(old + part * tolerance) === Math.sign(old));
      const same = await auditsWith(cost, part * tolerance, baseline, ...argv);
      expect([describeCost(cost), failed(same.audits)]).toEqual([
        describeCost(cost),
        failed(audits),
      ]);
    });
    await fc.assert(property, { numRuns, ...options });
  });
});
