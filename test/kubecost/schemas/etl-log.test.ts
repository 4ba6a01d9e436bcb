import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventLog } from '../../../src/events/log.ts';
import type { Event } from '../../../src/events/schema.ts';
import { compareTimes } from '../../../src/events/time.ts';
import { JsonSyntaxError } from '../../../src/kubecost/json/syntax-error.ts';
import { UnexpectedShapeError } from '../../../src/kubecost/json/unexpected-shape.ts';
import { readEtlLog } from '../../../src/kubecost/schemas/etl-log.ts';
import { toEvent } from '../../../src/kubecost/schemas/etl-log-event.ts';
import { broken, chunked, cut, jsonString, streamOf } from '../../support/json-text.ts';

async function read(chunks: Iterable<Uint8Array>) {
  const log = new EventLog();
  const { envelope } = await readEtlLog(streamOf(chunks), log);
  return { envelope, log, events: [...log] };
}

const readText = (text: string) => read([Buffer.from(text)]);

/**
 * The events that JSON.parse and `toEvent` find in the same log; null where it is not JSON, or more
 * than a tenth of the events of the known lists are refused.
 */
function reference(text: string): Event[] | null {
  try {
    const { data, code } = JSON.parse(text.replace(/^\ufeff/, ''));
    let [total, refused] = [0, 0];
    const events = Object.entries(data).flatMap(([name, list]) => {
      const store = /^(allocation|asset)s?$/i.exec(name)?.[1]?.toLowerCase();
      if (!Array.isArray(list)) {
        if (store && list !== null) throw new TypeError('not a list');
        return [];
      }
      return list.flatMap((event, i): Event[] => {
        if (store) total++;
        try {
          return [toEvent(event, store ?? name, ['data', name, i]) ?? []].flat();
        } catch {
          if (store) refused++;
          return [];
        }
      });
    });
    if (refused > total / 10 && !(code >= 400)) return null;
    return events.sort((a, b) => compareTimes(a.time, b.time));
  } catch {
    return null;
  }
}

const time = fc.constantFrom(
  '2022-06-03T17:07:54Z',
  '2022-06-03T17:07:54.092619416Z',
  '2022-06-03T17:07:55.3346484Z',
  '2024-02-29T23:59:59.10Z',
  '0001-01-01T00:00:00Z',
);
const oddTime = fc.constantFrom(
  '2022-06-03T17:07:54+02:00',
  '2022-06-03T17:07:60Z',
  '2022-06-03t17:07:54z',
);
const wrongTime = fc.constantFrom(
  '',
  '2023-02-29T00:00:00Z',
  '2022-06-03T17:07:54',
  '2022-06-03T17:07:54.Z',
  '2022-06-03T17:07:54.0123456789Z',
  '2022-06-03T24:07:54Z',
  '2022-06-03T17:07:5:Z',
);
const quoted = (text: fc.Arbitrary<string>) => text.map((t) => JSON.stringify(t));
const mostly = (usual: fc.Arbitrary<string>, ...others: fc.Arbitrary<string>[]) =>
  fc.oneof({ weight: 25, arbitrary: usual }, ...others);

const kinds = ['AssetSetSaved', 'AssetSetTotaled', 'AllocationSetSaved', 'AllocationSetLoaded'];
const kind = mostly(
  quoted(fc.constantFrom(...kinds)),
  jsonString,
  quoted(fc.constantFrom('x'.repeat(64), 'x'.repeat(65), 'a/b:c d-e.f')),
  fc.constantFrom('"Asset\\u0053etSaved"', 'null', '7'),
);
const sizes = mostly(
  fc.nat({ max: 999 }).map(String),
  fc.constantFrom(
    'null',
    '0',
    '-0',
    '00',
    '-0.000000',
    '1e-06',
    '12.50',
    '999999999',
    '1000000000',
  ),
  fc.constantFrom('2147483648', '1E3', '"7"', '{}', '-'),
);
const moment = mostly(
  quoted(time),
  quoted(oddTime),
  quoted(wrongTime),
  fc.constantFrom('1', 'null'),
);
const end = mostly(
  quoted(fc.constantFrom('2022-06-03T10:00:00Z', '2022-06-03T11:30:00Z', '1969-12-31T23:00:00Z')),
  quoted(fc.constantFrom('2022-06-03T11:30:01Z', '8888-06-03T11:30:00Z', 'null', '', 'soon')),
  quoted(oddTime),
  fc.constant('null'),
);

/** How a server lays out its events: white space, order of keys. Every log has one, with exceptions. */
interface Layout {
  readonly after: string;
  readonly reversed: boolean;
  readonly metadata: 'all' | 'window' | 'size' | 'empty' | 'null' | 'none' | 'extra' | 'twice';
}
const layout: fc.Arbitrary<Layout> = fc.record({
  after: fc.constantFrom('', ' ', '\n  '),
  reversed: fc.boolean(),
  metadata: fc.constantFrom(
    'all',
    'all',
    'all',
    'window',
    'size',
    'empty',
    'null',
    'none',
    'extra',
    'twice',
  ),
});

function object({ after, reversed }: Layout, members: readonly string[]): string {
  const all = reversed ? [...members].reverse() : members;
  return `{${after}${all.join(`,${after}`)}${after}}`;
}

const eventText = (layouts: readonly Layout[]) =>
  fc
    .tuple(fc.constantFrom(...layouts), kind, sizes, end, end, moment, fc.nat({ max: 60 }))
    .map(([shape, name, size, start, stop, at, oddity]) => {
      const colon = `:${shape.after}`;
      const window = `"window"${colon}${object(shape, [`"start"${colon}${start}`, `"end"${colon}${stop}`])}`;
      const metadata = {
        all: [`"size"${colon}${size}`, window],
        window: [window],
        size: [`"size"${colon}${size}`],
        empty: [],
        null: null,
        none: undefined,
        extra: [window, '"note":"}"'],
        twice: [`"size":1`, `"size"${colon}${size}`, window],
      }[shape.metadata];
      const members = [`"kind"${colon}${name}`, `"time"${colon}${at}`];
      if (metadata === null) members.push('"metadata":null');
      else if (metadata) members.splice(1, 0, `"metadata"${colon}${object(shape, metadata)}`);
      if (oddity === 0) members.push('"kind":"Again"');
      if (oddity === 1) members.unshift('"metadata":{"size":5}');
      if (oddity === 2) members.push('"id":7', '"metadata.size":8');
      if (oddity === 3) return 'null';
      return object(shape, members);
    });

const logText = fc
  .array(layout, { minLength: 1, maxLength: 3 })
  .chain((layouts) => {
    const list = fc.array(eventText(layouts), { maxLength: 12 });
    return fc.tuple(list, list, fc.constantFrom(...layouts));
  })
  .map(([allocation, asset, { after }]) => {
    const list = (rows: readonly string[]) => `[${after}${rows.join(`${after},${after}`)}${after}]`;
    return `{"data":{"allocation":${list(allocation)},"asset":${list(asset)}},"code":200}`;
  });

describe('an event log in chunks', () => {
  const agrees = async ({ text, chunks }: { text: string; chunks: Uint8Array[] }) => {
    const expected = reference(text);
    if (expected === null) {
      const error = await read(chunks).catch((error: unknown) => error);
      expect(error instanceof JsonSyntaxError || error instanceof UnexpectedShapeError).toBe(true);
    } else {
      const { log, events } = await read(chunks);
      expect(events).toEqual(expected);
      expect([...log.jsonLines()].join('')).toBe(
        expected.map((event) => `${JSON.stringify(event)}\n`).join(''),
      );
    }
  };

  test('holds the events that JSON.parse finds in it', async () => {
    const right = logText.filter((text) => reference(text) !== null);
    await fc.assert(fc.asyncProperty(chunked(right), agrees), { numRuns: 800 });
  });

  test('is refused when JSON.parse or a look at an event refuses it', async () => {
    await fc.assert(fc.asyncProperty(chunked(broken(logText)), agrees), { numRuns: 2000 });
  });

  const row = (kind: string, window: string, second: string) =>
    `{"kind":"${kind}","metadata":{"size":70,"window":{${window}}},"time":"2024-02-${second}Z"}`;
  const plain = row(
    'AssetSetSaved',
    '"start":"2024-02-29T10:00:00Z","end":"2024-02-29T11:00:00Z"',
    '29T21:07:54.9',
  );
  const list = (rows: readonly string[]) => `{"data":{"asset":[${rows.join()}]}}`;
  const changes = [...'0123456789+-.:,"\\TZ \n}{]e', '\u0001', 'é', ''];

  test('does not miss any change of one byte in a row like many others', async () => {
    for (let at = 0; at < plain.length; at++) {
      for (const change of changes) {
        for (const cut of [0, 1]) {
          const changed = plain.slice(0, at) + change + plain.slice(at + cut);
          const text = list([plain, changed, plain, plain]);
          await agrees({ text, chunks: [Buffer.from(text)] });
        }
      }
    }
  });

  test('keeps the layouts it has learned from rows that were split over chunks', async () => {
    const startFirst = '"start":"2024-02-29T10:00:00Z","end":  "2024-02-29T11:00:00Z"';
    const endFirst = '"end":  "2024-02-29T11:00:00Z","start":"2024-02-29T10:00:00Z"';
    const one = row('AssetSetSaved', startFirst, '29T21:07:54');
    const other = row('AssetSetSaved', endFirst, '29T21:07:55');
    const text = list([one, other, ...Array(5).fill(other), ...Array(5).fill(one)]);
    const chunks = cut(text, [one.length - 20]).slice(0, 3);
    const rest = Buffer.from(text).subarray(chunks.reduce((sum, { length }) => sum + length, 0));
    await agrees({ text, chunks: [...chunks, rest] });
  });

  test('is read from its bytes: few events are ever objects', async () => {
    const numbered = (i: number) =>
      `{"kind":"AssetSet${i % 3 ? 'Saved' : 'Totaled'}","metadata":{${i % 3 ? `"size":${i},` : ''}` +
      `"window":{"start":"2022-06-03T10:00:00Z","end":"2022-06-03T11:00:00Z"}},` +
      `"time":"2022-06-03T17:07:54.${1 + i}Z"}`;
    const rows = Array.from({ length: 5000 }, (_, i) => numbered(i));
    let objects = 0;
    class Counting extends EventLog {
      override addEvent(event: Event): void {
        objects++;
        super.addEvent(event);
      }
    }
    const log = new Counting();
    const text = `{"code":200,"data":{"asset":[${rows.join(',\n')}]}}`;
    await readEtlLog(streamOf(cut(text, [65_536])), log);
    expect(log.total).toBe(5000);
    expect([...log]).toEqual(reference(text));
    expect(objects).toBeLessThan(60);
  });
});

describe('what servers answer', () => {
  test('the log of the documentation', async () => {
    const body = readFileSync(new URL('../../fixtures/etl-log.json', import.meta.url));
    const { envelope, log, events } = await read([body]);
    expect(envelope).toMatchObject({ code: 200, hasRows: true });
    expect(events).toHaveLength(6);
    expect(events.at(-1)).toEqual({
      store: 'asset',
      kind: 'AssetSetSaved',
      time: '2022-06-03T17:07:54.3346484Z',
      window: { start: '2022-06-03T10:00:00Z', end: '2022-06-03T11:00:00Z' },
      size: 29,
      metadata: {},
    });
    expect(log.counters.get('AssetSetSaved')).toBe(8212);
  });

  test.each([
    '{"code":200,"data":null}',
    '{"code":200,"data":[]}',
    '{"code":200,"data":[null]}',
    '{"code":200,"data":[{}]}',
    '{"code":200,"data":{}}',
    '{"data":{"allocation":null,"asset":[],"counters":null},"status":"success"}',
    '{"data":{"asset":[]}}',
  ])('nothing: %s', async (text) => {
    expect((await readText(text)).events).toEqual([]);
  });

  test.each([
    ['{"code":500,"data":null,"message":"no store"}', 500],
    ['{"data":{"error":"x"},"message":"no store","code":400}', 400],
    ['{"message":"no store","code":500,"data":"no store"}', 500],
    ['{"message":"no store","code":501}', 501],
  ])('an error, to be judged by the client: %s', async (text, code) => {
    expect((await readText(text)).envelope).toMatchObject({ code, message: 'no store' });
  });

  const event = '{"kind":"AssetSetSaved","time":"2022-06-03T17:07:54Z"}';
  const place = (row: string) => `{"code":200,"data":{"asset":[${event},${event},${row}]}}`;
  test.each([
    ['[]', 'the response: expected an object with code and data, got an array'],
    ['"hello"', 'the response: expected an object with code and data, got "hello"'],
    ['{"code":"200","data":null}', 'code: expected a number, got "200"'],
    ['{"code":200}', 'data: expected an object with allocation, asset and counters, got nothing'],
    [
      '{"code":200,"data":"Repairing"}',
      'data: expected an object with allocation, asset and counters, got "Repairing"',
    ],
    [
      '{"code":200,"data":{"sets":[]}}',
      'data: expected an object with allocation, asset and counters, got an object',
    ],
    [
      '{"code":200,"data":[1]}',
      'data: expected an object with allocation, asset and counters, got an array',
    ],
    ['{"code":200,"data":{"asset":{}}}', 'data.asset: expected a list of events, got an object'],
    ['{"data":{"asset":[],"asset":[]}}', 'data.asset: duplicate field'],
    ['{"data":{},"data":{}}', 'data: duplicate field'],
    ['{"data":{"counters":{"a":"1"}}}', 'data.counters.a: expected a number, got "1"'],
    ['{"data":{"counters":[]}}', 'data.counters: expected an object, got an array'],
    [place('7'), 'data.asset[2]: expected an object, got 7'],
    [
      place('{"time":"2022-06-03T17:07:54Z"}'),
      'data.asset[2].kind: expected a string, got nothing',
    ],
    [
      place('{"kind":null,"time":"2022-06-03T17:07:54Z"}'),
      'data.asset[2].kind: expected a string, got null',
    ],
    [
      place('{"kind":"A","time":"yesterday\\u001b"}'),
      'data.asset[2].time: expected an RFC 3339 time, got "yesterday"',
    ],
    [place('{"kind":"A"}'), 'data.asset[2].time: expected an RFC 3339 time, got nothing'],
    [
      place(event.replace('}', ',"metadata":5}')),
      'data.asset[2].metadata: expected an object, got 5',
    ],
    [
      place(event.replace('}', ',"metadata":{"size":"5"}}')),
      'data.asset[2].metadata.size: expected a number, got "5"',
    ],
    [
      place(event.replace('}', ',"metadata":{"window":{"start":"1","end":"2"}}}')),
      'data.asset[2].metadata.window.start: expected an RFC 3339 time, got "1"',
    ],
  ])('another shape: %s', async (text, message) => {
    await expect(readText(text)).rejects.toThrow(UnexpectedShapeError);
    await expect(readText(text)).rejects.toThrow(message);
  });

  test('windows without an end, and other metadata, lose nothing', async () => {
    const rows = [
      '{"start":"null","end":"null"}',
      '{"start":"2022-06-03T10:00:00Z","end":"null"}',
      'null',
    ].map((window) => event.replace('}', `,"metadata":{"window":${window},"__proto__":[1]}}`));
    const { log } = await readText(`{"data":{"asset":[${rows.join()}]}}`);
    const lines = [...log.jsonLines()].join('').trim().split('\n');
    expect(lines.map((line) => line.slice(line.indexOf('"window"')))).toEqual([
      '"window":null,"size":null,"metadata":{"__proto__":[1]}}',
      '"window":null,"size":null,"metadata":{"__proto__":[1],"window":{"start":"2022-06-03T10:00:00Z","end":"null"}}}',
      '"window":null,"size":null,"metadata":{"__proto__":[1]}}',
    ]);
  });
});
