import { describe, expect, test } from 'vitest';
import { resolverEndsWithin } from '../../../src/kubecost/connection/resolver-time.ts';

/** Whether the resolver ends in time, and what it is told. */
function resolverFor(limit: number, configuration: string, options?: string) {
  const env: NodeJS.ProcessEnv = options === undefined ? {} : { RES_OPTIONS: options };
  const ends = resolverEndsWithin(limit, { platform: 'linux', env }, () => configuration);
  return { ends, options: env['RES_OPTIONS'] };
}

const servers = (count: number) => 'nameserver 10.0.0.10\n'.repeat(count);

describe('the time of the resolver', () => {
  test('a configuration that ends in time is left as it is', () => {
    expect(resolverFor(30_000, servers(1))).toEqual({ ends: true, options: undefined });
    expect(resolverFor(30_000, '')).toEqual({ ends: true, options: undefined });
    expect(resolverFor(4_000, `${servers(1)}options ndots:5 timeout:1 attempts:1`).options).toBe(
      undefined,
    );
    expect(resolverFor(8_000, servers(1), 'timeout:1')).toEqual({
      ends: true,
      options: 'timeout:1',
    });
  });

  test.each([
    [30_000, servers(3), undefined, 'timeout:2 attempts:2'],
    [30_000, servers(2), undefined, 'timeout:3 attempts:2'],
    [30_000, servers(9), 'rotate', 'rotate timeout:2 attempts:2'],
    [30_000, `${servers(1)}options timeout:30\n`, undefined, 'timeout:7 attempts:2'],
    [8_000, servers(1), undefined, 'timeout:2 attempts:2'],
  ])('one that takes longer than %i ms is shortened', (limit, text, given, options) => {
    expect(resolverFor(limit, text, given)).toEqual({ ends: true, options });
  });

  test('but never so far that a slow name server is not heard', () => {
    expect(resolverFor(2_000, servers(1))).toEqual({ ends: false, options: undefined });
    expect(resolverFor(20_000, servers(3))).toEqual({ ends: false, options: undefined });
  });

  test('of another system is unknown', () => {
    const on = (limit: number) =>
      resolverEndsWithin(limit, { platform: 'darwin', env: {} }, () => servers(1));
    expect([on(30_000), on(10_000)]).toEqual([true, false]);
  });
});
