import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { billFiles } from '../../../src/commands/audit/bill-files.ts';
import { UsageError } from '../../../src/errors.ts';
import { folder as temporaryFolder } from '../../support/folder.ts';

const nothing = async function* () {};
const opened: Disposable[] = [];
afterEach(() => {
  for (const folder of opened.splice(0)) folder[Symbol.dispose]();
});

/** A folder with these files; JSON where the content is no text. */
function folderOf(files: Readonly<Record<string, unknown>>): string {
  const temporary = temporaryFolder();
  opened.push(temporary);
  const folder = temporary.path;
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const namesIn = (folder: string, path = folder) =>
  billFiles([path], nothing).map(({ name }) => name.slice(folder.length + 1));

describe('the files of a bill', () => {
  test('a folder is all bills below it, other files are not', () => {
    const folder = folderOf({
      'a/1.csv': 'x',
      'a/2.parquet': 'x',
      'b/3.csv.gz': 'x',
      'README.md': 'x',
    });
    expect(namesIn(folder)).toEqual(['a/1.csv', 'a/2.parquet', 'b/3.csv.gz']);
  });

  test.each([
    ['AWS CUR 1', { reportKeys: ['pre/r/20261001-20261101/id-2/r-00001.csv.gz'] }],
    [
      'AWS Data Exports',
      { dataFiles: ['s3://bucket/pre/r/20261001-20261101/id-2/r-00001.csv.gz'] },
    ],
    ['Azure', { blobs: [{ blobName: 'pre/r/20261001-20261101/id-2/r-00001.csv.gz' }] }],
  ])('a manifest of %s names its files, and of two versions the one that counts', (_, manifest) => {
    const folder = folderOf({
      '20261001-20261101/id-1/r-00001.csv.gz': 'old',
      '20261001-20261101/id-2/r-00001.csv.gz': 'new',
      '20261001-20261101/r-Manifest.json': manifest,
    });
    const expected = ['20261001-20261101/id-2/r-00001.csv.gz'];
    expect(namesIn(folder)).toEqual(expected);
    expect(namesIn(folder, join(folder, '20261001-20261101/r-Manifest.json'))).toEqual(expected);
  });

  test('a file of the same name above the folder of the manifest is not the one it lists', () => {
    const folder = folderOf({
      'r-00001.csv': 'of something else',
      'month/r-Manifest.json': { reportKeys: ['r-00001.csv'] },
    });
    const read = () => billFiles([join(folder, 'month/r-Manifest.json')], nothing);
    expect(read).toThrow(/lists r-00001\.csv, which does not exist/);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string, RegExp]>([
    ['nothing there', {}, 'x.csv', /x\.csv does not exist/],
    ['no bill in the folder', { 'a.txt': 'x' }, '.', /contains no bill/],
    ['an empty manifest', { 'm-manifest.json': {} }, 'm-manifest.json', /lists no files/],
    ['a broken manifest', { 'm-manifest.json': '{' }, 'm-manifest.json', /is not JSON/],
    [
      'a file of the manifest is missing',
      { 'm-manifest.json': { reportKeys: ['a/b.csv'] } },
      'm-manifest.json',
      /lists b\.csv, which does not exist/,
    ],
    [
      'two versions of a month',
      { '20261001-20261101/id-1/1.csv': 'x', '20261001-20261101/id-2/1.csv': 'x' },
      '.',
      /two versions of the same month/,
    ],
  ])('%s is a usage error', (_, files, path, message) => {
    const folder = folderOf(files);
    const read = () => billFiles([join(folder, path)], nothing);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  test('the same file twice would count its lines twice', () => {
    const folder = folderOf({ 'a.csv': 'x' });
    const path = join(folder, 'a.csv');
    expect(() => billFiles([path, path], nothing)).toThrow(/given twice/);
  });
});
