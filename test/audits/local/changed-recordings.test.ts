import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit, Difference } from '../../../src/audits/schema.ts';
import type { Folder } from '../../support/folder.ts';
import {
  type RecordedRun,
  recordedRun,
  recordedRuns,
  replayed,
} from '../../support/recorded-audits.ts';
import {
  changed,
  costAt,
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
 * cost that every response prints; what OpenCost neither allocates nor aggregates has no counterpart.
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
  // of this row /allocation has no costs but the total, so that nothing is known to compare the others with
  const isUnknown = at.includes('b') || at.includes('c1/n2/b/db-1/main');
  if (folder === 'row-without-costs' && isUnknown && field !== 'totalCost') return false;
  if (!response.path.startsWith('/assets')) return true;
  const isGrouped = response.path !== '/assets' || response.params['aggregate'] !== undefined;
  const isOneNode =
    /providerid/.test(response.params['aggregate'] ?? '') && row['type'] === 'Node' && isWhole(row);
  if (isGrouped) return field === 'totalCost' || isOneNode;
  if (row['type'] === 'Node') return true;
  if (field !== 'totalCost') return false;
  return isKubecost(folder) || row['type'] === 'LoadBalancer';
}

/** Whether the parts of a node make its total: nodes of several clusters can share a providerID. */
function isWhole(row: RecordedCost['row']): boolean {
  const [cpu, ram, gpu, discount, adjustment, total] = [
    ...(['cpuCost', 'ramCost', 'gpuCost', 'discount', 'adjustment', 'totalCost'] as const),
  ].map((name) => Number(row[name] ?? 0)) as [number, number, number, number, number, number]; // six names
  return Math.abs((cpu + ram) * (1 - discount) + gpu + adjustment - total) < 1e-3;
}

const openCosts =
  /opencost|label-names|row-without-costs|unmounted|all-prices-zero|node-is-an-asset/;

function isKubecost(folder: string): boolean {
  return !openCosts.test(folder);
}

/** The audits of a recording in which one cost is another, and by how much it is, as it is printed. */
async function auditsWith(
  cost: RecordedCost,
  by: number,
  { run, directory }: Baseline,
): Promise<{ by: number; audits: readonly Audit[] }> {
  const path = directory.at(cost.response.file);
  const text = readFileSync(path, 'utf8');
  const other = changed(text, cost, by);
  writeFileSync(path, other);
  const { audits } = await replayed(directory.path, run);
  writeFileSync(path, text);
  return { by: costAt(other, cost) - costAt(text, cost), audits };
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

/** Whether a difference is one that rounding explains but for a change that is smaller than its resolution. */
function isOfRounding({ delta, resolution = 0 }: Difference, by: number): boolean {
  const rest = Math.abs(delta ?? Number.NaN) - by;
  return rest <= resolution * (1 + 1e-6);
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

  test('a cost that is changed by less than the smallest resolution of an audit does not fail it', {
    timeout,
  }, async () => {
    const { audits, costs } = baseline;
    const exact = audits.filter(({ smallestResolution }) => (smallestResolution ?? 0) > 0);
    const change = fc.record({
      cost: fc.constantFrom(...costs),
      sign: fc.constantFrom(1, -1),
      audit: fc.constantFrom(...exact),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const property = fc.asyncProperty(change, async ({ cost, sign, audit, part }) => {
      const found = await auditsWith(cost, sign * part * (audit.smallestResolution ?? 0), baseline);
      // it is printed with so many decimals that it may be the same
      const by = Math.abs(found.by);
      const wrong = found.audits.filter((one, i) => {
        const before = audits[i];
        if (one.status !== 'Failed' || before?.status === 'Failed') return false;
        if (by >= (before?.smallestResolution ?? 0)) return false;
        return run.isRounded !== true || !one.differences.every((own) => isOfRounding(own, by));
      });
      expect([describeCost(cost), found.by, wrong]).toEqual([describeCost(cost), found.by, []]);
    });
    await fc.assert(property, { numRuns, ...options });
  });

  test('a difference states the resolution that it exceeds', { timeout }, async () => {
    const change = fc.record({
      cost: fc.constantFrom(...baseline.costs),
      by: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
    });
    const property = fc.asyncProperty(change, async ({ cost, by }) => {
      const { audits } = await auditsWith(cost, by, baseline);
      for (const { resolution, smallestResolution, differences } of audits) {
        expect(smallestResolution ?? 0).toBeLessThanOrEqual(resolution ?? 0);
        for (const found of differences) {
          expect(found.resolution).toBeGreaterThanOrEqual(0);
          if (found.delta === null) continue;
          const parts = (found.causes ?? []).map(({ amount }) => Math.abs(amount ?? 0));
          // parts of both signs, each beyond its own resolution, may cancel out
          const size = Math.max(Math.abs(found.delta), ...parts);
          expect([found, size >= (found.resolution ?? 0)]).toEqual([found, true]);
        }
      }
    });
    await fc.assert(property, { numRuns, ...options });
  });
});
