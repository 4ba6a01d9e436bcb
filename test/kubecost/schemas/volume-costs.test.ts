import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVolumeCosts } from '../../../src/kubecost/schemas/allocation-detail.ts';

/** The same by JSON.parse. */
function parsed(raw: string): number[] | null {
  const volumes = Object.values(JSON.parse(raw) as Record<string, unknown>).filter(
    (volume) => typeof volume === 'object' && volume !== null,
  );
  const costs = volumes.map((volume) => (volume as Record<string, unknown>)['cost']);
  const known = costs.filter((cost) => typeof cost === 'number');
  return known.length > 0 && known.length === costs.length ? known : null;
}

const name = fc.oneof(
  fc.constantFrom(
    'cost',
    'byteHours',
    'adjustment',
    '__proto__x',
    'a{b',
    'a}b',
    'c:d',
    'x"y',
    '\\',
  ),
  fc.string(),
);
const value = fc.oneof(
  fc.constantFrom(
    'null',
    '0',
    '-0.5',
    '1e-7',
    '1E+3',
    '"cost"',
    '"a,b}"',
    '{"cost":1}',
    '[]',
    '[1]',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
);
const object = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((fields) => `{${fields.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`);
const volumes = fc
  .array(fc.tuple(name, fc.oneof({ weight: 4, arbitrary: object }, value)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((maps) => `{${maps.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`);

test('reads of any volumes the costs that JSON.parse reads', () => {
  fc.assert(
    fc.property(volumes, (raw) => {
      expect(readVolumeCosts(raw)).toEqual(parsed(raw));
    }),
    { numRuns: 3000 },
  );
});

test('reads the cost of one volume as servers print it', () => {
  const of = (fields: string) => readVolumeCosts(`{"cluster=c:name=pvc-1":{${fields}}}`);
  expect(of('"byteHours":6348498534400,"cost":0.647,"providerID":"vol-0"')).toEqual([0.647]);
  expect(of('"cost":-0.5')).toEqual([-0.5]);
  expect(of('"byteHours":1,"cost":null')).toBeNull();
  expect(of('"byteHours":1')).toBeNull();
});
