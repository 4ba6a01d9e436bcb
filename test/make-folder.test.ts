import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../src/make-folder.ts';
import { folder } from './support/folder.ts';
import { spawned } from './support/spawn.ts';

describe('makeFolder', () => {
  test('makes every level, and accepts those that are there', async () => {
    using temporary = folder();
    await makeFolder(temporary.at('a/b/c'));
    await makeFolder(temporary.at('a/b'));
    expect(statSync(temporary.at('a/b/c')).isDirectory()).toBe(true);
  });

  test('several at once', async () => {
    using temporary = folder();
    const all = Array.from({ length: 20 }, (_, i) => makeFolder(temporary.at(`a/b/c/${i % 3}`)));
    await Promise.all(all);
    expect(existsSync(temporary.at('a/b/c/2'))).toBe(true);
  });

  test('a file in the way is an error', async () => {
    using temporary = folder();
    const file = temporary.write('file', 'x');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(`${file}/a/b`)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test.skipIf(!existsSync('/proc/self'))('a file system without folders ends it', async () => {
    await expect(makeFolder('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(makeFolder('/proc/nope/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe.skipIf(!existsSync('/proc/self'))('where no folder can be made', () => {
  test.each([
    [
      'audit',
      'run',
      '--demo',
      '--days',
      '3',
      '--window',
      '1d settled',
      '--audit-store',
      '/proc/nope',
    ],
    ['events', '--demo', '--days', '3', '--record', '/proc/nope'],
  ])('%s %s ends with exit 2 and names the folder', async (...argv) => {
    const { code, stderr } = await spawned(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining('/proc/nope cannot be used')]);
    expect(stderr).not.toContain('    at ');
  });
});
