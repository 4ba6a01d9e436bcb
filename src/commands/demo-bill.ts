import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { SampleBill } from '../demo/bill-files/sample-bill.ts';
import { cannotWrite, openTarget, type TargetDeps } from '../files/target.ts';

const batch = 65_536;

/** Writes a bill, packed where the name ends in `.gz`; the file appears when it is whole. Returns its number of lines. */
export async function writeBill(bill: SampleBill, path: string, deps: TargetDeps): Promise<number> {
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
    const target = await openTarget(path, deps);
    try {
      const source = Readable.from(chunks());
      const packed = path.endsWith('.gz') ? pipeline(source, createGzip(), () => {}) : source;
      for await (const chunk of packed) {
        if (!(await target.write(chunk))) break;
      }
      await target.commit();
    } finally {
      await target.discard();
    }
  } catch (error) {
    throw cannotWrite('--write-bill', path, error);
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
