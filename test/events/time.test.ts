import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTimes, dayNumber, formatTime, parseTime } from '../../src/events/time.ts';

const day = fc
  .date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString().slice(0, 10));
const fraction = fc
  .integer({ min: 0, max: 9 })
  .chain((digits) =>
    fc
      .integer({ min: 0, max: 10 ** digits - 1 })
      .map((n) => (digits === 0 ? '' : `.${String(n).padStart(digits, '0')}`)),
  );
const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const clock = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(':'));
const offset = fc.oneof(
  fc.constant('Z'),
  fc.tuple(fc.constantFrom('+', '-'), two(23), two(59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
);

/** Nanoseconds since 1970, by other means than the code's. */
function nanoseconds(date: string, time: string, digits: string, zone: string): bigint {
  const whole = BigInt(Date.parse(`${date}T${time}Z`)) * 1_000_000n;
  const [, sign = '+', h = '0', m = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const minutes = BigInt(sign === '-' ? -1 : 1) * (BigInt(h) * 60n + BigInt(m));
  return whole + BigInt(digits.slice(1).padEnd(9, '0')) - minutes * 60_000_000_000n;
}

describe('RFC 3339 times', () => {
  test('are read to the nanosecond, with 0 to 9 digits and any offset', () => {
    fc.assert(
      fc.property(day, clock, fraction, offset, (date, time, digits, zone) => {
        const instant = parseTime(`${date}T${time}${digits}${zone}`);
        const { seconds = Number.NaN, nanos = Number.NaN } = instant ?? {};
        expect(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toBe(
          nanoseconds(date, time, digits, zone),
        );
        expect(instant?.digits).toBe(Math.max(0, digits.length - 1));
      }),
      { numRuns: 2000 },
    );
  });

  test('in UTC are written as they were read', () => {
    fc.assert(
      fc.property(day, clock, fraction, (date, time, digits) => {
        const text = `${date}T${time}${digits}Z`;
        const instant = parseTime(text);
        expect(instant && formatTime(instant)).toBe(text);
      }),
    );
  });

  test('are ordered by the moment, not by the text', () => {
    const times = [
      '2022-06-03T17:07:54Z',
      '2022-06-03T19:07:54.000000001+02:00',
      '2022-06-03T17:07:54.09Z',
      '2022-06-03T17:07:54.1Z',
      '2022-06-03T17:07:54.100000001Z',
      '2022-06-03T12:07:54.2-05:00',
    ];
    expect([...times].reverse().sort(compareTimes)).toEqual(times);
    expect(compareTimes('2022-06-03T17:07:54.1Z', '2022-06-03T17:07:54.100Z')).toBe(0);
    expect(compareTimes('never', '0001-01-01T00:00:00Z')).toBeLessThan(0);
  });

  test.each([
    '',
    '2022-06-03',
    '2022-06-03T17:07:54',
    '2022-06-03 17:07:54Z',
    '2022-06-03T24:00:00Z',
    '2022-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2022-13-01T00:00:00Z',
    '2022-00-01T00:00:00Z',
    '2022-06-00T00:00:00Z',
    '2022-06-31T00:00:00Z',
    '2022-06-03T17:07:54.Z',
    '2022-06-03T17:07:54.1234567890Z',
    '2022-06-03T17:07:54+0200',
    '2022-06-03T17:07:54,5Z',
    '22-06-03T17:07:54Z',
    ' 2022-06-03T17:07:54Z',
    '2022-06-03T17:60:54Z',
    '2022-06-03T17:07:61Z',
    '2022-06-03T17:07:54Z\n',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test('days are counted as the calendar does', () => {
    for (let number = -800_000; number < 3_000_000; number += 997) {
      const date = new Date(number * 86_400_000);
      if (date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) continue;
      expect(dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(
        number,
      );
    }
    expect(dayNumber(2000, 2, 29)).toBe(11_016);
    expect(dayNumber(2100, 2, 29)).toBeNaN();
  });
});
