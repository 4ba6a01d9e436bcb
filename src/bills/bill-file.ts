import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BillError } from './error.ts';

/** A file of a bill; who opens it decides where it is. */
export interface BillFile {
  /** For messages. */
  readonly name: string;
  /** Bytes; null where that is not known (standard input). */
  readonly size: number | null;
  bytes(): AsyncIterable<Uint8Array>;
  /** Null where the file can only be read from start to end. */
  readonly slice: ((start: number, end: number) => Promise<Uint8Array>) | null;
}

export type BillEncoding = 'parquet' | 'csv';

const magic = {
  gzip: Buffer.from([0x1f, 0x8b]),
  zip: Buffer.from('PK\u0003\u0004', 'latin1'),
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  parquet: Buffer.from('PAR1'),
} as const;

/** The first bytes of a file and all of it from the start, read once. */
export interface OpenBill {
  readonly encoding: BillEncoding;
  /** CSV text as bytes, unpacked. */
  text(): AsyncIterable<Uint8Array>;
}

/**
 * Looks at how a file begins, not at what it is called.
 *
 * @throws BillError where it is empty, a zip, or compressed in a way that is not read
 */
export async function openBill(file: BillFile): Promise<OpenBill> {
  const chunks = file.bytes()[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < 4) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(Buffer.from(value));
    length += value.length;
  }
  const head = Buffer.concat(first);
  if (head.length === 0)
    throw new BillError(`--bill: ${file.name} is empty`, 'export the bill again');
  const begins = (kind: keyof typeof magic) =>
    head.subarray(0, magic[kind].length).equals(magic[kind]);
  if (begins('zip')) throw new BillError(`--bill: ${file.name} is a zip archive`, 'unzip it first');
  if (begins('zstd')) {
    throw new BillError(
      `--bill: ${file.name} is compressed with zstd`,
      'unpack it first (zstd -d)',
    );
  }
  if (begins('parquet')) {
    await chunks.return?.();
    return { encoding: 'parquet', text: () => Readable.from([]) };
  }
  const all = rest(head, chunks);
  return { encoding: 'csv', text: () => (begins('gzip') ? unpacked(all, file.name) : all) };
}

async function* rest(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, name: string) {
  const gunzip = createGunzip();
  const source = Readable.from(bytes);
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    const isCut = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new BillError(
      `--bill: ${name} ${isCut ? 'ends early' : 'is damaged: its gzip data cannot be unpacked'}`,
      'download it again',
      { cause: error },
    );
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
