import { describe, expect, test } from 'vitest';
import { choice, duration, flag } from '../../src/config/option.ts';
import { longName, resolveOptions, variableOf } from '../../src/config/resolve.ts';

const options = {
  waitTimeout: duration({
    flags: '--wait-timeout <duration>',
    description: '',
    fallback: 600_000,
    fallbackText: '10m',
  }),
  wait: flag({ flags: '--no-wait', description: '' }, true),
  output: choice({ flags: '-o, --output <format>', description: '', fallback: 'table' }, [
    'table',
    'json',
  ]),
};

function resolved(given: Record<string, string[]> = {}, env: Record<string, string> = {}) {
  return resolveOptions(options, new Map(Object.entries(given)), env);
}

describe('names', () => {
  test.each([
    ['-o, --output <format>', 'output', 'KC_ETL_OUTPUT'],
    ['--wait-timeout <duration>', 'wait-timeout', 'KC_ETL_WAIT_TIMEOUT'],
    ['--no-wait', 'wait', 'KC_ETL_WAIT'],
  ])('%s', (flags, name, variable) => {
    expect(longName({ flags })).toBe(name);
    expect(variableOf({ flags })).toBe(variable);
  });
});

describe('flag over environment over fallback', () => {
  const env = { KC_ETL_WAIT_TIMEOUT: '2s', KC_ETL_OUTPUT: 'json', KC_ETL_WAIT: 'false' };

  test('the fallback where nothing is given', () => {
    expect(resolved()).toEqual({ waitTimeout: 600_000, wait: true, output: 'table' });
  });

  test('the environment over it', () => {
    expect(resolved({}, env)).toEqual({ waitTimeout: 2_000, wait: false, output: 'json' });
  });

  test('the flag over both', () => {
    const given = { 'wait-timeout': ['3s'], wait: ['true'], output: ['table'] };
    expect(resolved(given, env)).toEqual({ waitTimeout: 3_000, wait: true, output: 'table' });
  });

  test('an empty variable is not set', () => {
    expect(resolved({}, { KC_ETL_OUTPUT: '' }).output).toBe('table');
  });

  test('a flag given empty is given', () => {
    expect(() => resolved({ output: [''] })).toThrow(/^--output: ''/);
  });
});

describe('an error names where the value came from', () => {
  test('the flag', () => {
    expect(() => resolved({ 'wait-timeout': ['soon'] })).toThrow(/^--wait-timeout: 'soon'/);
  });

  test('the variable', () => {
    expect(() => resolved({}, { KC_ETL_WAIT_TIMEOUT: 'soon' })).toThrow(
      /^KC_ETL_WAIT_TIMEOUT: 'soon'/,
    );
  });

  test('a variable is not looked at where the flag is given', () => {
    expect(resolved({ output: ['json'] }, { KC_ETL_OUTPUT: 'xml' }).output).toBe('json');
  });
});
