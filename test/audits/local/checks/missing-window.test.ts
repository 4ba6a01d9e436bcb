import { expect, test } from 'vitest';
import {
  evaluateMissingWindows,
  unknownNeighbours,
  type WindowPresence,
  windowPresence,
} from '../../../../src/audits/local/missing-windows.ts';
import { day } from '../../../../src/time.ts';
import { allocation, auditWindow, node, span } from '../../../support/rows.ts';

const type = 'CheckMissingWindow';
const full = windowPresence(
  auditWindow(type, {
    assets: [node({ cpuCost: 8, cpuCoreHours: 24 })],
    allocations: [allocation({ cpuCost: 4, cpuCoreHours: 12 })],
  }),
);
const empty = windowPresence(auditWindow(type, {}));

/** Successive days with and without data. */
function audited(...days: readonly WindowPresence[]) {
  const windows = days.map((presence, i) => ({
    ...presence,
    span: { start: span.start + i * day, end: span.end + i * day },
    neighbours: unknownNeighbours,
    clusters: presence.clusters.map((own) => ({ ...own, recorded: null })),
  }));
  return evaluateMissingWindows(windows, () => '2026-04-07T00:00:00Z').map(({ status }) => status);
}

test('a day without data between days with data fails', () => {
  expect(audited(full, empty, full)).toEqual(['Passed', 'Failed', 'Passed']);
  expect(audited(full, empty, empty, full)).toEqual(['Passed', 'Failed', 'Failed', 'Passed']);
});

test('without a neighbour that is known, a day without data is undecided', () => {
  expect(audited(empty, full)).toEqual(['Skipped', 'Passed']);
  expect(audited(full, empty)).toEqual(['Passed', 'Skipped']);
});
