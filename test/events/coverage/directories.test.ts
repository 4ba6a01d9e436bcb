import { describe, expect, test } from 'vitest';
import type { CoverageOptions, Evidence } from '../../../src/events/coverage/evidence.ts';
import { coverageOf } from '../../../src/events/coverage/report.ts';
import { findingKinds } from '../../../src/events/coverage/state.ts';
import type { StoreFile } from '../../../src/events/coverage/store-files.ts';
import { day, hour } from '../../../src/time.ts';
import { directoryOf } from './support/evidence.ts';

const now = Date.parse('2026-03-20T12:00:00Z');
const today = Date.parse('2026-03-20T00:00:00Z');
const options: CoverageOptions = {
  now,
  settle: 6 * hour,
  retention: { day: null, hour: null },
  window: null,
  store: 'asset',
};

/** Files of the days from `first` to `last`, counted back from today, without some of them. */
function files(
  directory: string,
  [first, last]: readonly [number, number],
  more: { without?: readonly number[]; offset?: number } = {},
) {
  const { without = [], offset = 0 } = more;
  const list: StoreFile[] = [];
  for (let ago = first; ago >= last; ago--) {
    if (without.includes(ago)) continue;
    const start = today - ago * day + offset;
    list.push({
      store: 'asset',
      start,
      end: start + day,
      directory,
      size: 100,
      modified: Math.min(start + day, now),
      repairing: false,
      errors: [],
      warnings: [],
    });
  }
  return directoryOf(directory, list);
}

function coverage(...directories: ReturnType<typeof directoryOf>[]) {
  const evidence: Evidence = {
    log: null,
    status: { pipelines: [], directories, remarks: [] },
    metrics: null,
    presence: null,
    failed: new Set(),
  };
  const { findings, notes } = coverageOf(evidence, options, findingKinds);
  return {
    notes,
    found: findings.map(
      ({ kind, window, detail }) => `${kind} ${window?.start.slice(5, 10)}: ${detail}`,
    ),
  };
}

describe('several directories of one store', () => {
  test('are whole where each has its own days', () => {
    expect(coverage(files('one', [20, 0]), files('two', [10, 0])).found).toEqual([]);
  });

  test('are each looked through for gaps', () => {
    expect(coverage(files('one', [20, 0]), files('two', [20, 0], { without: [5] })).found).toEqual([
      'missing 03-15: no file of it in two',
    ]);
    const one = files('one', [20, 0], { without: [5] });
    expect(coverage(one, files('two', [20, 0], { without: [5] })).found).toEqual([
      'missing 03-15: no file of it in one, two',
    ]);
  });

  test('that one stopped to be written to misses its newest days', () => {
    expect(coverage(files('one', [20, 0]), files('two', [20, 4])).found[0]).toBe(
      'missing 03-17: no file of it in two',
    );
  });

  test('of a cluster that is gone for long is a note', () => {
    const { found, notes } = coverage(files('one', [60, 0]), files('two', [60, 40]));
    expect(found).toEqual([]);
    expect(notes.join()).toContain('two has no set after 2026-02-09');
  });

  test('each have their own utcOffset', () => {
    const two = files('two', [20, 0], { offset: -hour });
    expect(coverage(files('one', [20, 0]), two).found).toEqual([]);
    const gap = files('two', [20, 0], { offset: -hour, without: [5] });
    expect(coverage(files('one', [20, 0]), gap).found).toEqual([
      'missing 03-14: no file of it in two',
    ]);
  });

  test('with backups of some days only are a note', () => {
    const weekly = files('two', [42, 0], {
      without: Array.from({ length: 43 }, (_, i) => i).filter((ago) => ago % 7 !== 0),
    });
    const { found, notes } = coverage(files('one', [50, 0]), weekly);
    expect(found).toEqual([]);
    expect(notes.join()).toContain('two has more gaps than files');
  });
});
