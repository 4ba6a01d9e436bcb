import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { BillFile } from '../../bills/bill-file.ts';
import { UsageError } from '../../errors.ts';

const dataFile = /\.(csv|csv\.gz|parquet|gz)$/i;
const manifestFile = /manifest\.json$/i;
const period = /^\d{8}-\d{8}$/;

/**
 * The files of a bill: each path is a file, a folder, a manifest (then exactly the files it lists) or
 * `-` for standard input.
 *
 * @throws UsageError where a path does not exist, contains no bill, or holds two versions of one month
 */
export function billFiles(
  paths: readonly string[],
  stdin: () => AsyncIterable<Uint8Array>,
): BillFile[] {
  const files = paths.flatMap((path) => {
    if (path === '-') return [standardInput(stdin)];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats)
      throw new UsageError(
        `--bill: ${path} does not exist`,
        'name a file, a directory or a manifest',
      );
    if (stats.isDirectory()) return folder(path).map(onDisk);
    return manifestFile.test(path) ? manifest(path).map(onDisk) : [onDisk(path)];
  });
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name)) {
      throw new UsageError(
        `--bill: ${name} is given twice; its lines would count twice`,
        'name each file once',
      );
    }
    names.add(name);
  }
  return files;
}

function standardInput(stdin: () => AsyncIterable<Uint8Array>): BillFile {
  return { name: 'standard input', size: null, bytes: stdin, slice: null };
}

function onDisk(path: string): BillFile {
  return {
    name: path,
    size: statSync(path).isFile() ? statSync(path).size : null,
    bytes: () => createReadStream(path, { highWaterMark: 1 << 18 }),
    async slice(start, end) {
      const file = await open(path);
      try {
        const buffer = new Uint8Array(end - start);
        await file.read(buffer, 0, buffer.length, start);
        return buffer;
      } finally {
        await file.close();
      }
    },
  };
}

/** The data files below a folder; where it has manifests, exactly the files that they list. */
function folder(path: string): string[] {
  const all = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  const manifests = all.filter((name) => manifestFile.test(name));
  const listed = new Set(manifests.flatMap((name) => manifest(join(path, name))));
  const files =
    listed.size > 0
      ? [...listed]
      : all.filter((name) => dataFile.test(name)).map((name) => join(path, name));
  if (files.length === 0) {
    throw new UsageError(
      `--bill: ${path} contains no bill`,
      'a bill is a .csv, .csv.gz or .parquet file',
    );
  }
  refuseTwoVersions(files);
  return files;
}

/**
 * The files of a manifest: `reportKeys` of AWS CUR 1, `dataFiles` of AWS Data Exports, `blobs` of
 * Azure. They are looked for by the end of their path in the manifest's folder and above it.
 *
 * @throws UsageError where the manifest lists nothing, or a file of it is not there
 */
function manifest(path: string): string[] {
  const names = namesIn(path);
  if (names.length === 0) {
    throw new UsageError(
      `--bill: ${path} lists no files`,
      'name the bill itself, or its directory',
    );
  }
  return names.map((name) => {
    const found = locate(dirname(path), name);
    if (found === null) {
      throw new UsageError(
        `--bill: ${path} lists ${basename(name)}, which does not exist`,
        'download all files of the bill; an incomplete bill is not audited',
      );
    }
    return found;
  });
}

function namesIn(path: string): string[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(
      `--bill: ${path} is not JSON`,
      'download the manifest again, or name the bill itself',
    );
  }
  if (typeof content !== 'object' || content === null) return [];
  const listOf = (field: string): unknown[] => {
    const value: unknown = Reflect.get(content, field);
    return Array.isArray(value) ? value : [];
  };
  const names = [...listOf('reportKeys'), ...listOf('dataFiles')];
  const blobs = listOf('blobs').map((blob) =>
    typeof blob === 'object' && blob !== null ? Reflect.get(blob, 'blobName') : null,
  );
  return [...names, ...blobs].filter((name): name is string => typeof name === 'string');
}

function locate(start: string, name: string): string | null {
  const parts = name.replace(/^[a-z0-9]+:\/\/[^/]+\//, '').split('/');
  for (let base = start, i = 0; i < 6; base = dirname(base), i++) {
    // above the manifest's folder a file name would find any file of that name
    const maxLeftOut = i === 0 ? parts.length - 1 : parts.length - 2;
    for (let from = 0; from <= maxLeftOut; from++) {
      const path = join(base, ...parts.slice(from));
      if (existsSync(path)) return path;
    }
  }
  return null;
}

/** `20261001-20261101/RUN/part.csv`: two runs of a period are two versions of the same lines. */
function refuseTwoVersions(files: readonly string[]): void {
  const versions = new Map<string, string>();
  for (const file of files) {
    const version = dirname(file);
    const parent = dirname(version);
    if (!period.test(basename(parent))) continue;
    const known = versions.get(parent);
    if (known !== undefined && known !== version) {
      throw new UsageError(
        `--bill: ${relative('.', known)} and ${relative('.', version)} are two versions of the same month`,
        'name the newer one, or its manifest',
      );
    }
    versions.set(parent, version);
  }
}
