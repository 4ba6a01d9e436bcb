import { expect, test } from 'vitest';
import { hour } from '../../../../src/time.ts';
import { allocation, auditOf, node, span } from '../../../support/rows.ts';

const type = 'CheckOverAllocation';
const whole = node({
  name: 'n1',
  cpuCost: 8,
  ramCost: 2,
  cpuCoreHours: 96,
  ramByteHours: 24e9,
});
/** A container of so many cores on a node of four. */
const cores = (count: number, given: Parameters<typeof allocation>[0] = {}) =>
  allocation({ cpuCoreHours: 24 * count, cpuCost: 2 * count, ...given });

test('containers that request more than the node together are legal', () => {
  const allocations = [cores(3), cores(3, { pod: 'other' })];
  expect(auditOf(type, { assets: [whole], allocations })).toMatchObject({
    status: 'Warning',
    differences: [{ key: ['c1/n1', 'CPU'], expected: 8, actual: 12 }],
  });
});

test('one container larger than its node fails, and is named', () => {
  const allocations = [cores(1), cores(500, { pod: 'typo' })];
  expect(auditOf(type, { assets: [whole], allocations })).toMatchObject({
    status: 'Failed',
    differences: [
      {
        key: ['c1/n1', 'CPU'],
        expected: 8,
        actual: 1002,
        causes: [
          { code: 'absurd-request', detail: 'ns/typo/main holds 125 times the CPU of the node' },
        ],
      },
    ],
  });
});

test('it fails for an hour too, although the node costs more in a day', () => {
  const end = span.start + hour;
  const short = allocation({ end, cpuCoreHours: 40, cpuCost: 3.5 });
  expect(auditOf(type, { assets: [whole], allocations: [short] })).toMatchObject({
    status: 'Failed',
    differences: [{ expected: 0.35, actual: 3.5 }],
  });
});

test('a container of the size of the node, on a record that ends early, is no absurd request', () => {
  const early = node({
    name: 'n1',
    cpuCost: 4,
    ramCost: 1,
    cpuCoreHours: 48,
    ramByteHours: 12e9,
    end: span.start + 12 * hour,
  });
  expect(auditOf(type, { assets: [early], allocations: [cores(4)] }).status).toBe('Warning');
});

test('parts of a shared GPU are no container larger than the node', () => {
  const gpu = node({ name: 'n1', gpuCost: 24, GPUHours: 24 });
  const sharing = allocation({ gpuHours: 48, gpuCost: 48 });
  expect(auditOf(type, { assets: [gpu], allocations: [sharing] }).status).toBe('Warning');
});
