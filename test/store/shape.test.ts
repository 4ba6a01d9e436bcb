import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDay } from '../../src/store/parse-file.ts';
import { type StoredDay, storedDaySchema } from '../../src/store/schema.ts';
import { evidence, nodeAsset, nodeUse } from '../support/evidence.ts';
import { storedDay } from './support/days.ts';

const use = nodeUse();
const full = storedDay(0, {
  nodes: [{ node: 'c1/n1', providerID: 'i-1', cost: 1.5, minutes: 1440 }],
  clusters: [{ cluster: 'c1', assets: 3, workloads: 2 }],
  metricsRetention: null,
  errors: [
    { kind: 'AssetSetComputeError', time: '2026-11-01T00:00:00Z', window: storedDay(0).window },
  ],
  presence: {
    ...storedDay(0).presence,
    empty: [{ store: 'assets', content: 'leftover' }],
    clusters: [
      {
        ...{ cluster: 'c1', assets: 3, nodes: 3, hasAssets: true },
        ...{
          workloads: 2,
          allocations: 2,
          usesNodes: true,
          recorded: { start: 0, end: 1 },
          used: null,
        },
      },
    ],
  },
  evidence: evidence({
    nodes: [nodeAsset(), nodeAsset({ cost: Number.NaN })],
    use: [{ ...use, largest: { CPU: { name: 'a', hours: 1, cost: Number.NaN } } }],
    volumes: null,
  }) as StoredDay['evidence'], // the same but for arrays that nobody changes
});

/** What JSON can hold, and a stored day or its parts do not. */
const others = fc.constantFrom<unknown>(null, 0, -1.5, '', 'x', true, [], {}, [null], [{}]);

interface Place {
  readonly owner: object;
  readonly key: string;
}

/** Every field and element of a JSON value. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [{ owner: value, key }, ...placesOf(one)]);
}

test('a day is accepted where the schema accepts it, with the same values', () => {
  const text = JSON.stringify(full);
  const count = placesOf(JSON.parse(text)).length;
  let accepted = 0;
  fc.assert(
    fc.property(fc.nat(count - 1), fc.option(others, { nil: undefined }), (index, other) => {
      const changed: unknown = JSON.parse(text);
      const place = placesOf(changed)[index];
      if (!place) throw new Error(`no place ${index}`);
      if (other === undefined) Reflect.deleteProperty(place.owner, place.key);
      else Reflect.set(place.owner, place.key, other);
      const own = JSON.stringify(changed);
      const expected = storedDaySchema.safeParse(JSON.parse(own));
      const parsed = parseDay(own, new Map());
      if (expected.success) {
        accepted++;
        expect(parsed).toMatchObject(expected.data);
      } else expect(parsed).toMatch(/^(is not an AuditSet: |was written by a newer)/);
    }),
    { numRuns: Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 1000) },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('a number that is too large for JavaScript is not accepted', () => {
  const text = JSON.stringify(full).replace('"minutes":1440', '"minutes":1e999');
  expect(parseDay(text, new Map())).toMatch(/^is not an AuditSet: nodes.0.minutes: /);
});

test('an amount that is not known is null in the file and NaN in memory', () => {
  const text = JSON.stringify(full);
  expect(text).toContain('"cost":null');
  expect(parseDay(text, new Map())).toEqual(full);
});
