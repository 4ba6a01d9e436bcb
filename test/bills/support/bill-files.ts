import type { BillFile } from '../../../src/bills/bill-file.ts';

/** A file of a bill in memory, read in chunks. */
export function memoryFile(name: string, content: string | Uint8Array, chunk = 4_096): BillFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    name,
    size: bytes.length,
    async *bytes() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
    slice: async (start, end) => bytes.slice(start, end),
  };
}
