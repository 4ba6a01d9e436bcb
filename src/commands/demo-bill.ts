import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { SampleBill } from '../demo/bill-files/sample-bill.ts';
import { UsageError } from '../errors.ts';
import { reasonOf } from './saved/report.ts';

const batch = 65_536;

/** Writes a bill, packed where the name ends in `.gz`; the file appears when it is whole. Returns its number of lines. */
export async function writeBill(bill: SampleBill, path: string): Promise<number> {
  const place = resolve(path);
  const temporary = join(dirname(place), `.${basename(place)}.${process.pid}.tmp`);
  let lines = -1; // the header is none
  function* chunks(): Generator<string> {
    let text = '';
    for (const line of bill.lines()) {
      lines++;
      text += line;
      if (text.length < batch) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  try {
    const file = createWriteStream(temporary, { flags: 'wx' });
    const source = Readable.from(chunks());
    await (path.endsWith('.gz') ? pipeline(source, createGzip(), file) : pipeline(source, file));
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new UsageError(`--write-bill: ${path} cannot be written: ${reasonOf(error)}`);
  }
  return lines;
}

/** What was written, and how to use it. */
export function billText({ title, start, end }: SampleBill, path: string, lines: number): string {
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  return (
    `${path}: ${title}, ${lines.toLocaleString('en')} lines, ${date(start)} to ${date(end - 1)} (UTC)\n` +
    `Next: kc-etl audit run --demo --as opencost --window ${date(end - 1)},${date(end)} --bill ${path}\n`
  );
}
