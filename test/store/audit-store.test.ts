import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { AuditStore } from '../../src/store/audit-store.ts';
import { diskFiles, temporaryName } from '../../src/store/disk.ts';
import { KnownDays } from '../../src/store/known-days.ts';
import { pathOf } from '../../src/store/layout.ts';
import { markerName } from '../../src/store/marker.ts';
import { folder } from '../support/folder.ts';
import { storedDay } from './support/days.ts';
import { interruptedFiles, Killed } from './support/interrupted-files.ts';

const open = (root: string, isWriter = true) =>
  AuditStore.open(root, { files: diskFiles(root), temporaryName }, isWriter);

const windowsOf = async (store: AuditStore) =>
  (await store.read()).days.map(({ window }) => window.start.slice(0, 10));

describe('a store', () => {
  test('gives back what was written, in order of server and day', async () => {
    using temporary = folder();
    const store = await open(temporary.at('store'));
    const other = storedDay(0, { server: { ...storedDay(0).server, clusterId: 'c0' } });
    for (const one of [storedDay(2), storedDay(0), other]) await store.write(one);
    const { days, damaged } = await (await open(temporary.at('store'), false)).read();
    expect(damaged).toEqual([]);
    expect(days).toHaveLength(3);
    expect(days).toContainEqual(storedDay(2));
    expect(
      days.filter(({ server }) => server.clusterId === 'c1').map(({ window }) => window.start),
    ).toEqual(['2026-11-01T00:00:00Z', '2026-11-03T00:00:00Z']);
  });

  test('days are plain JSON in a place that their name tells', async () => {
    using temporary = folder();
    await (await open(temporary.path)).write(storedDay(22));
    const path = pathOf(storedDay(22));
    expect(path).toMatch(/^servers\/c1-[0-9a-f]{8}\/2026-11\/2026-11-23\.json$/);
    expect(JSON.parse(readFileSync(temporary.at(path), 'utf8'))).toEqual(storedDay(22));
  });

  test('servers differ by address and cluster id, days by options', () => {
    const { server, options } = storedDay(0);
    const at = (changes: object) => pathOf(storedDay(0, changes));
    expect(at({ server: { ...server, version: '2.5.0' } })).toBe(at({}));
    expect(at({ server: { ...server, address: 'http://localhost:9091' } })).not.toBe(at({}));
    expect(at({ server: { ...server, clusterId: 'c2' } })).not.toBe(at({}));
    expect(at({ server: { ...server, clusterId: null, address: 'http://a/x' } })).not.toBe(
      at({ server: { ...server, clusterId: null, address: 'http://a/y' } }),
    );
    expect(at({ options: { ...options, cluster: 'c1' } })).not.toBe(at({}));
    expect(at({ options: { ...options, aggregate: ['a', 'b'] } })).toBe(
      at({ options: { ...options, aggregate: ['b', 'a'] } }),
    );
  });

  test('days that were read before are read again only where their files changed', async () => {
    using temporary = folder();
    const files = diskFiles(temporary.path);
    const read: string[] = [];
    const counted = {
      ...files,
      read: (path: string) => {
        if (path.startsWith('servers/')) read.push(path.slice(-15, -5));
        return files.read(path);
      },
    };
    const store = await AuditStore.open(temporary.path, { files: counted, temporaryName }, true);
    const known = new KnownDays();
    const next = async (days = known) => {
      read.length = 0;
      const { days: found, damaged } = await store.read('servers', days);
      expect(await store.read()).toEqual({ days: found, damaged });
      return read.slice(0, read.length - found.length - damaged.length);
    };
    for (const one of [0, 1, 2]) await store.write(storedDay(one));
    expect(await next()).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    expect(await next()).toEqual([]);
    await (await open(temporary.path)).write(storedDay(1, { settled: false }));
    expect(await next()).toEqual(['2026-11-02']);
    writeFileSync(temporary.at(pathOf(storedDay(2))), '{}');
    expect(await next()).toEqual(['2026-11-03']);
    expect(await next()).toEqual(['2026-11-03']); // damaged
    // mrclay/minify#259, Avick3110/houseCARL#406, Munter/fusile#21: other content, same size and time
    const second = temporary.at(pathOf(storedDay(1)));
    const setTime = () => utimesSync(second, 1_700_000_000, 1_700_000_000);
    setTime();
    await next();
    writeFileSync(
      second,
      readFileSync(second, 'utf8').replace('"storedAt": "20', '"storedAt": "19'),
    );
    setTime();
    expect(await next()).toEqual(['2026-11-02', '2026-11-03']);
    await files.remove(pathOf(storedDay(0)));
    expect(await next()).toEqual(['2026-11-03']);
    const size = statSync(temporary.at(pathOf(storedDay(1)))).size;
    const small = new KnownDays(1.5 * size);
    for (const one of [0, 2]) await store.write(storedDay(one));
    await next(small);
    expect(await next(small)).toEqual(['2026-11-02', '2026-11-03']);
  });

  test('one day', async () => {
    using temporary = folder();
    const store = await open(temporary.path);
    await store.write(storedDay(1));
    expect(await store.day(storedDay(1))).toEqual(storedDay(1));
    expect(await store.day(storedDay(0))).toBeNull();
  });
});

describe('a run that is killed between any two file operations', () => {
  test('leaves whole days only, and the next run goes on', async () => {
    let killedAt = 0;
    for (let finished = false; !finished; killedAt++) {
      using temporary = folder();
      const files = interruptedFiles(diskFiles(temporary.path), killedAt);
      let written = 0;
      try {
        const store = await AuditStore.open(temporary.path, { files, temporaryName }, true);
        for (let index = 0; index < 3; index++) {
          await store.write(storedDay(index));
          written++;
        }
        finished = true;
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      if (!existsSync(temporary.at(markerName))) continue;
      const { days, damaged } = await (await open(temporary.path)).read();
      expect(damaged).toEqual([]);
      expect(days.length).toBeGreaterThanOrEqual(written);
      const store = await open(temporary.path);
      for (let index = 0; index < 3; index++) await store.write(storedDay(index));
      expect(await windowsOf(store)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    }
    expect(killedAt).toBeGreaterThan(8);
  });

  test('several writers at once: every day is whole, the last writer wins', async () => {
    using temporary = folder();
    const stores = await Promise.all(Array.from({ length: 4 }, () => open(temporary.path)));
    await Promise.all(
      stores.flatMap((store, writer) =>
        Array.from({ length: 10 }, (_, index) =>
          store.write(storedDay(index, { kcEtl: `0.${writer}.0` })),
        ),
      ),
    );
    const { days, damaged } = await (await open(temporary.path)).read();
    expect(damaged).toEqual([]);
    expect(days).toHaveLength(10);
  });
});

test('a store that another writer makes while it is opened', async () => {
  using temporary = folder();
  const files = diskFiles(temporary.path);
  const late = {
    ...files,
    async list(path: string) {
      await open(temporary.path);
      return files.list(path);
    },
  };
  const store = await AuditStore.open(temporary.path, { files: late, temporaryName }, true);
  await store.write(storedDay(0));
  expect(await windowsOf(store)).toEqual(['2026-11-01']);
});

describe('what cannot be used is named', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    ['cut off', (text) => text.slice(0, 200), /is not JSON/],
    ['empty', () => '', /is not JSON/],
    ['another document', () => '{"schemaVersion":1}', /is not an AuditSet: /],
    [
      'a field of another type',
      (text) => text.replace('"settled": true', '"settled": 1'),
      /settled/,
    ],
    [
      'of a newer version',
      (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 9'),
      /newer kc-etl \(schema 9\)/,
    ],
    [
      'under the wrong name',
      (text) => text.replaceAll('2026-11-01T', '2026-11-07T'),
      /holds the day of .*2026-11-07/,
    ],
  ])('a day that is %s, and the others are read', async (_, change, problem) => {
    using temporary = folder();
    const store = await open(temporary.path);
    for (const index of [0, 1]) await store.write(storedDay(index));
    const path = pathOf(storedDay(0));
    writeFileSync(temporary.at(path), change(readFileSync(temporary.at(path), 'utf8')));
    const { days, damaged } = await store.read();
    expect(days.map(({ window }) => window.start)).toEqual(['2026-11-02T00:00:00Z']);
    expect(damaged).toEqual([{ path, problem: expect.stringMatching(problem) }]);
    expect(await store.day(storedDay(0))).toBeNull();
  });

  test.each<[string, (path: string) => void, string]>([
    ['a folder', (path) => mkdirSync(path), 'is a folder'],
    [
      'a link to nothing',
      (path) => symlinkSync('nowhere.json', path),
      'is a link to a file that does not exist',
    ],
    [
      'a link to itself',
      (path) => symlinkSync(basename(path), path),
      'is a link that leads to itself',
    ],
    ['a FIFO', (path) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]), 'is not JSON'],
  ])('%s in place of a day is no missing day', async (_, put, problem) => {
    using temporary = folder();
    const store = await open(temporary.path);
    for (const index of [0, 1]) await store.write(storedDay(index));
    const path = pathOf(storedDay(0));
    rmSync(temporary.at(path));
    put(temporary.at(path));
    const { days, damaged } = await store.read();
    expect(days).toHaveLength(1);
    expect(damaged).toEqual([{ path, problem }]);
    expect(await store.day(storedDay(0))).toBeNull();
  });

  test('a link to a day is a day', async () => {
    using temporary = folder();
    const store = await open(temporary.path);
    await store.write(storedDay(0));
    const path = temporary.at(pathOf(storedDay(0)));
    renameSync(path, temporary.at('elsewhere'));
    symlinkSync(temporary.at('elsewhere'), path);
    expect((await store.read()).days).toHaveLength(1);
  });

  test('what a killed run left is removed from a folder that is written to, an hour later', async () => {
    using temporary = folder();
    const path = temporary.at(pathOf(storedDay(0)));
    const left = (name: string, minutes: number) => {
      const file = join(dirname(path), name);
      writeFileSync(file, '{');
      const then = Date.now() / 1000 - 60 * minutes;
      utimesSync(file, then, then);
    };
    mkdirSync(dirname(path), { recursive: true });
    temporary.write(markerName, '{"layoutVersion":1}');
    left('tmp-0123456789abcdef', 61);
    left('tmp-fedcba9876543210', 58);
    left('tmp-notes', 61);
    const store = await open(temporary.path);
    await store.write(storedDay(0));
    expect(readdirSync(dirname(path)).toSorted()).toEqual(
      [basename(path), 'tmp-fedcba9876543210', 'tmp-notes'].toSorted(),
    );
  });

  test('files that are no days', async () => {
    using temporary = folder();
    const store = await open(temporary.path);
    mkdirSync(dirname(temporary.at(pathOf(storedDay(0)))), { recursive: true });
    writeFileSync(join(dirname(temporary.at(pathOf(storedDay(0)))), 'notes.txt'), 'x');
    expect((await store.read()).damaged[0]?.problem).toBe('is not an AuditSet');
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a folder with other files',
      { 'a.txt': 'x' },
      /is not an AuditStore; it contains other files/,
    ],
    [
      'a store of a newer version',
      { [markerName]: '{"layoutVersion":2}' },
      /written by a newer kc-etl \(layout 2/,
    ],
    ['a damaged marker', { [markerName]: '{' }, /is damaged/],
  ])('%s is refused and left as it is', async (_, files, message) => {
    using temporary = folder();
    for (const [name, text] of Object.entries(files)) temporary.write(name, text);
    await expect(open(temporary.path)).rejects.toThrow(message);
    expect(temporary.names()).toEqual(Object.keys(files));
  });

  test('reading a store that is not there', async () => {
    using temporary = folder();
    await expect(open(temporary.at('none'), false)).rejects.toThrow(/is not an AuditStore/);
    expect(existsSync(temporary.at('none'))).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written', async () => {
    using temporary = folder();
    chmodSync(temporary.path, 0o500);
    await expect(open(temporary.path)).rejects.toThrow(UsageError);
    await expect(open(temporary.path)).rejects.toThrow(/permission denied/);
    chmodSync(temporary.path, 0o700);
  });

  test('a full disk loses nothing that was stored', async () => {
    using temporary = folder();
    const files = diskFiles(temporary.path);
    const store = await AuditStore.open(temporary.path, { files, temporaryName }, true);
    await store.write(storedDay(0));
    const full = new Error('no space');
    const broken = { ...files, create: () => Promise.reject(full) };
    const second = await AuditStore.open(temporary.path, { files: broken, temporaryName }, true);
    await expect(second.write(storedDay(0, { kcEtl: 'x' }))).rejects.toBe(full);
    expect((await store.read()).days).toEqual([storedDay(0)]);
  });
});
