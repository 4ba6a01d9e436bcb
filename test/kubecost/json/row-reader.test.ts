import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldStates } from '../../../src/kubecost/json/row-fields.ts';
import { RowReader } from '../../../src/kubecost/json/row-reader.ts';
import { readSets } from '../../../src/kubecost/json/sets.ts';
import { answerOf } from '../../support/json-text.ts';

const fields = {
  cost: 'number',
  name: 'text',
  map: 'nonEmpty',
  properties: { cluster: 'text', 'odd "key"': 'number' },
} as const;

/** What the reader says of one text, in whatever pieces it arrives. */
async function read(text: string, pieces: readonly number[]): Promise<unknown> {
  const reader = new RowReader(fields);
  const { numbers, texts } = reader.slots;
  const emitted: unknown[] = [];
  const decoder = {
    read: (bytes: Uint8Array, start: number, limit: number) => reader.read(bytes, start, limit),
    readRow: reader.readRow.bind(reader),
    emit(name: string) {
      const number = (field: string) => {
        const slot = numbers.get(field) ?? -1;
        const state = reader.numberStates[slot];
        return state === fieldStates.present ? reader.numbers[slot] : state;
      };
      const text = (field: string) => {
        const slot = texts.get(field) ?? -1;
        return [reader.texts[slot], reader.textStates[slot]];
      };
      emitted.push([
        name,
        [number('cost'), 'n'],
        [number('properties.odd "key"'), 'n'],
        text('name'),
        text('properties.cluster'),
        number('map'),
      ]);
    },
  };
  try {
    await readSets(answerOf(Buffer.from(`{"code":200,"data":[${text}]}`), pieces), decoder);
    return emitted;
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

/** The same by JSON.parse. */
function parsed(text: string): unknown {
  const state = (object: Record<string, unknown>, name: string) =>
    !Object.hasOwn(object, name) ? 0 : object[name] === null ? 2 : 1;
  const rows: unknown[] = [];
  for (const set of JSON.parse(`[${text}]`) as Record<string, Record<string, unknown>>[]) {
    for (const [key, row] of Object.entries(set)) {
      const properties = (row['properties'] ?? {}) as Record<string, unknown>;
      const number = (object: Record<string, unknown>, name: string) =>
        typeof object[name] === 'number' ? object[name] : state(object, name);
      const words = (object: Record<string, unknown>, name: string) => [
        typeof object[name] === 'string' ? object[name] : '',
        state(object, name),
      ];
      const map = row['map'];
      rows.push([
        key,
        [number(row, 'cost'), 'n'],
        [number(properties, 'odd "key"'), 'n'],
        words(row, 'name'),
        words(properties, 'cluster'),
        map === undefined
          ? 0
          : typeof map === 'object' && map !== null && Object.keys(map).length > 0
            ? 1
            : 0,
      ]);
    }
  }
  return rows;
}

const words = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a"b', '\\', 'é', '__proto__'),
);
const numberText = fc.oneof(
  fc.constantFrom('-0.000000', '1e-06', '0', '1E+3', '-12.5', '123456789012345678.25', '0.1'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
);
const other = fc.json().map((text) => text);
const member = fc.oneof(
  numberText.map((n) => `"cost":${n}`),
  fc.constant('"cost":null'),
  words.map((w) => `"name":${JSON.stringify(w)}`),
  fc.constant('"name":null'),
  fc.constantFrom('"map":{}', '"map":null', '"map":{"a":1}', '"map":[ ]', '"map":[0]'),
  words.map((w) => `"properties":{"cluster":${JSON.stringify(w)}}`),
  numberText.map((n) => `"properties": { "odd \\"key\\"" : ${n} , "x":[1,{"y":null}]}`),
  fc.constant('"properties":null'),
  fc.tuple(fc.constantFrom('other', 'more'), other).map(([key, value]) => `"${key}" : ${value}`),
);
const row = fc.array(member, { maxLength: 6 }).map((members) => `{${members.join(',')}}`);
const set = fc.array(row, { maxLength: 8 }).map((rows) => {
  return `{${rows.map((text, i) => `"row ${i}":${text}`).join(', ')}}`;
});
const pieces = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

test('reads of every row what JSON.parse reads, wherever the body is cut', async () => {
  await fc.assert(
    fc.asyncProperty(set, pieces, async (text, cuts) => {
      expect(await read(text, cuts)).toEqual(parsed(text));
    }),
    { numRuns: 600 },
  );
});

test('an object that is null leaves the number fields as they are, also where JSON.parse reads the row', async () => {
  const text = String.raw`{"row":{"cost":1.5,"name":"a\u0062","properties":null}}`;
  expect(await read(text, [])).toEqual(parsed(text));
  expect(parsed(text)).toMatchObject([['row', [1.5, 'n'], [0, 'n'], ['ab', 1], ['', 0], 0]]);
});

test('what JSON.parse refuses is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      set,
      pieces,
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', 'x', '\u0001'),
      async (text, cuts, at, put) => {
        const place = at % (text.length + 1);
        const cut = text.slice(0, place) + put + text.slice(place + 1);
        // half of a surrogate pair is no text that could be sent
        const broken = Buffer.from(cut).toString();
        let valid: unknown;
        try {
          valid = parsed(broken);
        } catch {
          expect(await read(broken, cuts)).toBeTypeOf('string');
          return;
        }
        const ours = await read(broken, cuts);
        // a value of another type is refused, and of two rows with one name JSON.parse keeps the last
        if (!Array.isArray(ours) || !Array.isArray(valid) || ours.length > valid.length) return;
        expect(ours).toEqual(valid);
      },
    ),
    { numRuns: 600 },
  );
});
