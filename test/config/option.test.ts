import { describe, expect, test } from 'vitest';
import {
  choice,
  choices,
  commaSeparated,
  duration,
  flag,
  integer,
  type Option,
  oneOf,
} from '../../src/config/option.ts';
import { UsageError } from '../../src/errors.ts';

const described = { flags: '--x <x>', description: 'x' };
const colors = ['red', 'green', 'Blue'] as const;

function problem(option: Option<unknown>, ...texts: string[]): UsageError {
  try {
    option.parse(texts, '--x');
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${texts.join(' ')} was taken`);
}

describe('choice', () => {
  const option = choice({ ...described, fallback: 'red' }, colors);

  test('takes a word in any case and gives it in its own', () => {
    expect(option.parse(['BLUE'], '--x')).toBe('Blue');
  });

  test('the last one given counts', () => {
    expect(option.parse(['red', 'green'], '--x')).toBe('green');
  });

  test('names the source, the nearest match and what is allowed', () => {
    const error = problem(option, 'gren');
    expect(error.message).toBe("--x: 'gren' is not known; did you mean green?");
    expect(error.hint).toBe('valid values: red, green, Blue');
  });

  test('suggests nothing where nothing is near', () => {
    expect(problem(option, 'mauve-ish').message).toBe("--x: 'mauve-ish' is not known");
  });

  test('tells its fallback to the help', () => {
    expect(option.fallbackText).toBe('red');
  });
});

describe('choices', () => {
  const option = choices(described, colors);

  test('takes repeated and comma-separated words', () => {
    expect(option.parse(['red, blue', 'GREEN'], '--x')).toEqual(['red', 'Blue', 'green']);
  });

  test('refuses the one that is wrong among many', () => {
    expect(problem(option, 'red,bleu').message).toContain("'bleu' is not known");
  });
});

describe('integer', () => {
  const option = integer({ ...described, fallback: 3 }, 1);

  test.each(['0', '-1', '1.5', '1e3', ' 2', '', 'three', '9007199254740993'])(
    'refuses %j',
    (text) =>
      expect(problem(option, text).message).toContain('is not a whole number of at least 1'),
  );

  test('takes whole numbers', () => expect(option.parse(['12'], '--x')).toBe(12));
});

describe('duration', () => {
  const option = duration({ ...described, fallback: null, fallbackText: 'never' });

  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['6h', 21_600_000],
    ['2d', 172_800_000],
    [' 3s ', 3_000],
  ])('%s', (text, ms) => expect(option.parse([text], '--x')).toBe(ms));

  test.each(['30', 's', '-1s', '0s', '0.0001ms', '1w', '25d', '1 s', ''])('refuses %j', (text) => {
    const error = problem(option, text);
    expect(error.message).toMatch(/^--x: '.*' is not a duration(; did you mean .*\?)?$/);
    expect(error.message).toContain(`'${text}'`);
    expect(error.hint).toContain('500ms, 30s, 5m');
  });

  test.each([
    ['3hours', '3h'],
    ['90 min', '90m'],
    ['1.5H', '1.5h'],
    ['10 seconds', '10s'],
  ])('%s suggests %s, which is a duration', (text, meant) => {
    expect(problem(option, text).message).toMatch(`; did you mean ${meant}?`);
    option.parse([meant], '--x');
  });
});

describe('flag', () => {
  const option = flag(described);

  test.each(['true', '1', 'Yes', 'on'])('%s is on', (text) =>
    expect(option.parse([text], 'KC_ETL_X')).toBe(true),
  );

  test.each(['false', '0', 'No', 'off', ''])('%j is off', (text) =>
    expect(option.parse([text], 'KC_ETL_X')).toBe(false),
  );

  test('anything else is neither', () => {
    expect(problem(option, 'maybe').message).toBe("--x: 'maybe' is neither true nor false");
  });
});

test('words are separated by commas, and empty ones are none', () => {
  expect(commaSeparated(['a,,b ', ' ,c', ''])).toEqual(['a', 'b', 'c']);
});

test('one of a list is found whatever its case', () => {
  expect(oneOf('green', colors, 'schema')).toBe('green');
  expect(() => oneOf('gruen', colors, 'schema')).toThrow(/^schema: 'gruen' is not known/);
});
