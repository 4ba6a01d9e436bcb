import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { parseOwnWindow } from '../../src/kubecost/own-window.ts';
import { parseWindow, spanOf, windowForms } from '../../src/kubecost/window.ts';
import { formatSpan, formatTime } from '../../src/time.ts';

const now = Date.parse('2023-01-18T09:30:00Z'); // a Wednesday

function span(text: string): string {
  const found = spanOf(text, now);
  return found ? formatSpan(found) : 'none';
}

describe('what a window covers', () => {
  test.each([
    ['15m', '2023-01-18T09:16:00Z,2023-01-18T09:31:00Z'],
    ['24h', '2023-01-17T10:00:00Z,2023-01-18T10:00:00Z'],
    ['7d', '2023-01-12T00:00:00Z,2023-01-19T00:00:00Z'],
    ['2w', '2023-01-05T00:00:00Z,2023-01-19T00:00:00Z'],
    ['7d offset 1d', '2023-01-10T09:30:00Z,2023-01-17T09:30:00Z'],
    ['today', '2023-01-18T00:00:00Z,2023-01-19T00:00:00Z'],
    ['yesterday', '2023-01-17T00:00:00Z,2023-01-18T00:00:00Z'],
    ['week', '2023-01-15T00:00:00Z,2023-01-18T09:30:00Z'],
    ['month', '2023-01-01T00:00:00Z,2023-01-18T09:30:00Z'],
    ['lastweek', '2023-01-08T00:00:00Z,2023-01-15T00:00:00Z'],
    ['lastmonth', '2022-12-01T00:00:00Z,2023-01-01T00:00:00Z'],
    ['1586822400,1586908800', '2020-04-14T00:00:00Z,2020-04-15T00:00:00Z'],
    ['1586822400-1586908800', '2020-04-14T00:00:00Z,2020-04-15T00:00:00Z'],
    ['2020-04-01..2020-04-03', '2020-04-01T00:00:00Z,2020-04-03T00:00:00Z'],
    ['2020-04-01T02:00:00+02:00,2020-04-02', '2020-04-01T00:00:00Z,2020-04-02T00:00:00Z'],
  ])('%s', (text, covered) => expect(span(text)).toBe(covered));
});

describe('what the server is sent', () => {
  test.each([
    ...['15m', '24h', '7d', '2w', '7d offset 1d', 'lastmonth', '1586822400,1586908800'],
    '2020-04-01T00:00:00Z,2020-04-03T00:00:00Z',
  ])('Kubecost takes %s as it is', (text) => {
    expect(parseWindow(text, now)).toEqual({
      query: text,
      span: spanOf(text, now),
      rewritten: null,
    });
  });

  test('dates, and what is not in UTC, become an RFC 3339 pair', () => {
    expect(parseWindow('2020-04-01,2020-04-03', now)).toEqual({
      query: '2020-04-01T00:00:00Z,2020-04-03T00:00:00Z',
      span: { start: Date.UTC(2020, 3, 1), end: Date.UTC(2020, 3, 3) },
      rewritten: 'in UTC, end excluded',
    });
    expect(parseWindow('2020-04-01T00:00:00-05:30,2020-04-02', now).query).toBe(
      '2020-04-01T05:30:00Z,2020-04-02T00:00:00Z',
    );
  });

  test('an offset in weeks is resolved here, since the server counts 24 weeks for each', () => {
    const window = parseWindow('1d offset 1w', now);
    expect(window.query).toBe('2023-01-10T09:30:00Z,2023-01-11T09:30:00Z');
    expect(window.rewritten).toContain('24 weeks');
  });

  test('a month that has only begun is not empty', () => {
    expect(parseWindow('month', Date.parse('2023-02-01T00:00:00Z')).query).toBe('month');
  });
});

describe('what is no window', () => {
  test.each([
    ...['', '7', '7x', 'd', '-7d', '7 d', 'tomorrow', '7d offset', '2020-02-30,2020-03-01'],
    ...[
      '2020-04-01',
      'x2020-04-01T00:00:00Z,2020-04-03T00:00:00Z',
      '2020-04-01T25:00:00Z,2020-04-03',
    ],
    ...['0d', '2020-04-03,2020-04-01', '2020-04-01,2020-04-01', '1586908800,1586822400'],
    ...['9999999999999999d', '2020-04-01,2020-04-02,2020-04-03', '7d offset 1y'],
  ])('%j', (text) => {
    const error = caught(() => parseWindow(text, now));
    expect(error).toBeInstanceOf(UsageError);
    for (const { form } of windowForms) expect(error?.hint).toContain(form);
  });
});

test.each([
  ['7days', '7d'],
  ['24 Hours', '24h'],
  ['2weeks', '2w'],
  ['yesterdy', 'yesterday'],
  ['last week', 'lastweek'],
  ['setled', 'settled'],
  ['7d setled', '7d settled'],
  ['2026-02-28', '2026-02-28,2026-03-01'],
])('%s is refused with the window that was meant: %s', (text, meant) => {
  expect(() => parseWindow(text, now)).toThrow(
    `'${text}' is not a window; did you mean "${meant}"?`,
  );
  if (parseOwnWindow(meant) === null) parseWindow(meant, now);
});

test('any two instants, in any offset, come out as the same span in UTC', () => {
  const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000);
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(instant, instant, offset, offset, (a, b, offsetA, offsetB) => {
      fc.pre(a !== b);
      const [start, end] = a < b ? [a, b] : [b, a];
      const text = `${inOffset(start, offsetA)},${inOffset(end, offsetB)}`;
      expect(spanOf(parseWindow(text, now).query, now)).toEqual({ start, end });
    }),
  );
});

test('any text is a window or a usage error, and every window covers time', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^\d{0,4}[mhdw]?( offset \d{0,4}[mhdw])?$/),
    fc.stringMatching(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?(,|\.\.)\d{4}-\d{2}-\d{2}$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const { query } = parseWindow(text, now);
        const covered = spanOf(query, now);
        expect(covered && covered.end > covered.start).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

function inOffset(ms: number, minutes: number): string {
  const sign = minutes < 0 ? '-' : '+';
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  const local = formatTime(ms + minutes * 60_000).slice(0, 19);
  return `${local}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

function caught(action: () => unknown): UsageError | null {
  try {
    action();
    return null;
  } catch (error) {
    return error as UsageError; // asserted by the caller
  }
}
