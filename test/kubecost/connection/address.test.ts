import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { baseCandidates, parseAddress } from '../../../src/kubecost/connection/address.ts';

describe('an address', () => {
  test.each([
    ['localhost:9090', 'http://localhost:9090'],
    ['http://localhost:9090/', 'http://localhost:9090'],
    ['HTTPS://Ops.Example.COM/kubecost//', 'https://ops.example.com/kubecost'],
    ['https://ops.example.com:443/kubecost/model/', 'https://ops.example.com/kubecost/model'],
    ['[::1]:9003', 'http://[::1]:9003'],
    ['kubecost', 'http://kubecost'],
  ])('%s', (text, base) => expect(parseAddress(text, '--url')).toEqual({ base, userinfo: null }));

  test('with a password', () => {
    expect(parseAddress('https://ann:p%40ss@host/x', '--url')).toEqual({
      base: 'https://host/x',
      userinfo: 'ann:p@ss',
    });
  });

  test('with a password that is no percent-encoding', () => {
    expect(parseAddress('https://ann:100%@host', '--url').userinfo).toBe('ann:100%');
  });

  test.each(['ftp://host', 'file:///etc/passwd', 'http://', 'a b', ''])('refuses %j', (text) => {
    expect(() => parseAddress(text, 'KC_ETL_URL')).toThrow(UsageError);
    expect(() => parseAddress(text, 'KC_ETL_URL')).toThrow(/^KC_ETL_URL: '.*' is not an http/);
  });

  test.each(['http://host/?window=7d', 'http://host/#x'])('has no query: %s', (text) => {
    expect(() => parseAddress(text, '--url')).toThrow(/^--url: an address has no '[?#]' part/);
  });
});

test.each([
  ['http://host/model', ['http://host/model']],
  ['http://host', ['http://host/model', 'http://host']],
  ['http://host/kubecost', ['http://host/kubecost/model', 'http://host/kubecost']],
  ['http://host/my-model', ['http://host/my-model/model', 'http://host/my-model']],
])('where the API may be below %s', (base, candidates) => {
  expect(baseCandidates(base)).toEqual(candidates);
});
