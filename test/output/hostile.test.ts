import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { difference } from '../../src/audits/difference.ts';
import type { Event } from '../../src/events/schema.ts';
import type { FormatName } from '../../src/output/formats/names.ts';
import type { Result } from '../../src/output/result.ts';
import { sanitize } from '../../src/output/sanitize.ts';
import { cutMiddle, table } from '../../src/output/table.ts';
import { graphemesOf, textWidth } from '../../src/output/text-width.ts';
import { auditOf, auditsResult, eventsResult, rendered } from '../support/results.ts';

const esc = '\u001b';

/** What servers' names may hold that a terminal takes for more than text, or that is not one column wide. */
const fragment = fc.constantFrom(
  `${esc}[31m`,
  `${esc}[2J${esc}[H`,
  `${esc}]0;title\u0007`,
  `${esc}]8;;http://evil\u0007link${esc}]8;;\u0007`,
  '\u009b31m',
  '\r',
  '\n',
  '\r\n',
  '\t',
  '\b\b\b',
  '\u0000',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u2028',
  '\u0085',
  '节点',
  '한국어',
  'ﾊﾝｶｸ',
  '👩‍👩‍👧‍👦',
  '🇩🇪🇫🇷',
  '👍🏽',
  '1️⃣',
  '☁️',
  '©',
  'e\u0301\u0302\u0303',
  'ﷺ',
  '\ud800',
  '%s%d',
  '{{hi}}',
  '__proto__',
  ' ',
  '"',
);
const hostile = fc
  .array(fc.oneof(fragment, fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string()), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const moment = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const window = fc.oneof(
  fc.record({ start: moment, end: moment }),
  fc.record({ start: hostile, end: hostile }),
);

const event: fc.Arbitrary<Event> = fc.record({
  store: fc.constantFrom('asset', 'allocation'),
  kind: hostile,
  time: moment,
  window: fc.option(fc.record({ start: moment, end: moment })),
  size: fc.option(fc.double({ noNaN: true })),
  metadata: fc.dictionary(hostile, hostile, { maxKeys: 2 }),
});

const events = fc
  .tuple(fc.array(event, { maxLength: 5 }), fc.dictionary(hostile, fc.nat(), { maxKeys: 3 }))
  .map(([list, counters]) => eventsResult(list, counters));

const amount = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const audit = fc
  .record({
    window,
    status: fc.constantFrom('Passed', 'Failed', 'Warning', 'Skipped', 'NotRun'),
    description: hostile,
    lastRun: fc.option(fc.oneof(moment, hostile)),
    differences: fc.array(
      fc.tuple(fc.array(hostile, { maxLength: 3 }), amount, amount).map((d) => difference(...d)),
      { maxLength: 3 },
    ),
    missing: fc.array(
      fc.record({ key: fc.array(hostile, { maxLength: 2 }), description: hostile }),
      {
        maxLength: 2,
      },
    ),
  })
  .map((parts) => auditOf(parts as Parameters<typeof auditOf>[0])); // the constants above are statuses

const audits = fc
  .tuple(fc.constantFrom('audits', 'differences'), fc.array(audit, { maxLength: 4 }))
  .map(([kind, list]) => auditsResult(kind, list));

const anyResult: fc.Arbitrary<Result> = fc.oneof(events, audits);
const columns = fc.option(fc.integer({ min: 1, max: 250 }), { nil: undefined });
const format = fc.constantFrom<FormatName>('table', 'wide');
const colorLevel = fc.constantFrom(0, 1, 3);

const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

describe('what people see', () => {
  test('holds no control character, whatever the names are', async () => {
    await fc.assert(
      fc.asyncProperty(anyResult, format, columns, colorLevel, async (result, as, width, level) => {
        const text = await rendered(result, as, { columns: width, colorLevel: level as 0 | 1 | 3 });
        const uncolored = text.replaceAll(new RegExp(`${esc}\\[\\d+(;\\d+)*m`, 'g'), '');
        expect(uncolored).not.toMatch(unsafe);
        if (level === 0) expect(text).toBe(uncolored);
      }),
      { numRuns: 300 },
    );
  });

  test('has as many lines as for a plain name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostile, { minLength: 1, maxLength: 5 }),
        columns,
        async (kinds, width) => {
          const log = (names: readonly string[]) =>
            eventsResult(
              names.map((kind, i) => ({
                store: 'asset',
                kind,
                time: `2022-06-03T17:00:0${i}Z`,
                window: null,
                size: null,
                metadata: {},
              })),
            );
          const lines = async (names: readonly string[]) =>
            (await rendered(log(names), 'table', { columns: width })).split('\n').length;
          expect(await lines(kinds)).toBe(await lines(kinds.map(() => 'AssetSetSaved')));
        },
      ),
    );
  });

  test('is the same words in colour', async () => {
    await fc.assert(
      fc.asyncProperty(anyResult, format, columns, async (result, as, width) => {
        const colored = await rendered(result, as, { columns: width, colorLevel: 1 });
        const uncolored = await rendered(result, as, { columns: width, colorLevel: 0 });
        expect(colored.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')).toBe(uncolored);
      }),
    );
  });

  test('has names whole in wide', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.integer({ min: 1, max: 60 }), async (kind, width) => {
        const list = [
          {
            store: 'asset',
            kind,
            time: '2022-06-03T17:00:00Z',
            window: null,
            size: null,
            metadata: {},
          },
        ] as const;
        const text = await rendered(eventsResult(list), 'wide', { columns: width });
        expect(text).toContain(sanitize(kind).trimEnd());
      }),
    );
  });

  test('survives names of a megabyte', async () => {
    const kind = `${'x'.repeat(500_000)}${esc}[31m${'节'.repeat(250_000)}`;
    const log = eventsResult([
      {
        store: 'asset',
        kind,
        time: '2022-06-03T17:00:00Z',
        window: null,
        size: null,
        metadata: {},
      },
    ]);
    const narrow = await rendered(log, 'table', { columns: 80 });
    for (const line of narrow.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
    expect((await rendered(log, 'wide')).length).toBeGreaterThan(750_000);
  }, 60_000);
});

const safe = hostile.map(sanitize);

describe('a table', () => {
  const options = { ellipsis: '…', heading: (text: string) => text };

  test('is no wider than the terminal, unless what cannot be cut is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(safe, safe, safe), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 120 }),
        (rows, width) => {
          const heads = [
            { head: 'A' },
            { head: 'B', cuttable: true },
            { head: 'C', cuttable: true },
          ];
          const { lines } = table(heads, rows, { ...options, columns: width });
          const fixed = Math.max(1, ...rows.map(([first]) => textWidth(first)));
          const narrowest = fixed + 2 + 8 + 2 + 8;
          for (const line of lines) {
            expect(textWidth(line)).toBeLessThanOrEqual(Math.max(width, narrowest));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('keeps its columns aligned, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(safe, { minLength: 1, maxLength: 4 }), (names) => {
        const { lines, widths } = table(
          [{ head: 'A' }, { head: 'B' }],
          names.map((name) => [name, '|']),
          { ...options, columns: undefined },
        );
        for (const line of lines.slice(1)) {
          expect(line.endsWith('|')).toBe(true);
          expect(textWidth(line)).toBe((widths[0] ?? 0) + 3);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the width of a text', () => {
  test('in pieces is the same as in one', () => {
    fc.assert(
      fc.property(fc.array(safe, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(textWidth(text)).toBe(stringWidth(text));
        const whole = [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
        expect([...graphemesOf(text)]).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('of one character that never ends', () => {
    const zalgo = `e${'\u0301'.repeat(2_000)}`;
    expect(textWidth(zalgo)).toBe(1);
    expect([...graphemesOf(zalgo)]).toEqual([zalgo]);
  });
});

describe('cutMiddle', () => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = (text: string) => [...graphemes.segment(text)].map(({ segment }) => segment);

  test('fits, and splits no grapheme', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 1, max: 40 }), (text, width) => {
        const cut = cutMiddle(text, width, '…');
        expect(textWidth(cut)).toBeLessThanOrEqual(width);
        if (textWidth(text) <= width) {
          expect(cut).toBe(text);
          return;
        }
        const whole = parts(text);
        const at = cut.lastIndexOf('…');
        const candidates = [...cut.matchAll(/…/g)].map(({ index }) => index);
        expect(at).toBeGreaterThanOrEqual(0);
        const fits = candidates.some((index) => {
          const start = parts(cut.slice(0, index));
          const end = parts(cut.slice(index + 1));
          return (
            start.every((part, i) => part === whole[i]) &&
            end.every((part, i) => part === whole[whole.length - end.length + i])
          );
        });
        expect(fits).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['gke-standard-pool-1-91dc432d-cg69', 13, '…', 'gke-st…d-cg69'],
    ['gke-standard-pool-1-91dc432d-cg69', 13, '...', 'gke-s...-cg69'],
    ['节点节点节点', 7, '…', '节点…点'],
    ['abc', 3, '…', 'abc'],
    ['abcd', 1, '…', '…'],
  ])('%s to %i', (text, width, ellipsis, cut) => {
    expect(cutMiddle(text, width, ellipsis)).toBe(cut);
  });
});

test('sanitize leaves one line of text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(sanitize(text)).not.toMatch(unsafe);
      expect(sanitize(text)).not.toContain('\n');
    }),
  );
  expect(sanitize('a\r\nb\tc')).toBe('a b c');
});
