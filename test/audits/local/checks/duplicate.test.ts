import { expect, test } from 'vitest';
import { hour, minute } from '../../../../src/time.ts';
import { allocation, auditOf, node, span } from '../../../support/rows.ts';

const noon = span.start + 12 * hour;

function audited(...allocations: ReturnType<typeof allocation>[]) {
  return auditOf('CheckDuplicate', { allocations, assets: [node()] });
}

test('two containers of one pod, and one container in two clusters, pass', () => {
  const rows = [
    allocation(),
    allocation({ container: 'sidecar' }),
    allocation({ cluster: 'c2', node: 'n2' }),
  ];
  expect(audited(...rows).status).toBe('Passed');
});

test('a container on two nodes at the same time is counted twice', () => {
  const again = allocation({ node: 'n2', cpuCost: 3 });
  expect(audited(allocation({ cpuCost: 2 }), again)).toMatchObject({
    status: 'Failed',
    differences: [
      { key: ['ns/pod/main'], expected: 2, actual: 5, causes: [{ code: 'counted-twice' }] },
    ],
  });
});

test('a container that moves to another node is not, give or take a sample', () => {
  const first = allocation({ end: noon + minute / 2 });
  expect(audited(first, allocation({ node: 'n2', start: noon })).status).toBe('Passed');
});

test('a key that occurs twice in one object is a finding, of assets too', () => {
  expect(audited(allocation({ cpuCost: 2 }), allocation({ cpuCost: 2 }))).toMatchObject({
    status: 'Failed',
    differences: [{ causes: [{ code: 'key-twice' }] }],
  });
  const assets = [node({ cpuCost: 1 }), node({ cpuCost: 1 })];
  expect(auditOf('CheckDuplicate', { allocations: [allocation()], assets })).toMatchObject({
    status: 'Failed',
    differences: [{ key: [assets[0]?.name], causes: [{ code: 'key-twice' }] }],
  });
});
