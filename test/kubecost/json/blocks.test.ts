import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AllocationRow } from '../../../src/costs/rows.ts';
import { Blocks, blockEnd } from '../../../src/kubecost/json/blocks.ts';
import { readAllocations } from '../../../src/kubecost/schemas/allocation.ts';
import { answerOf } from '../../support/json-text.ts';

/** Sizes of chunks, from a few bytes to more than a block. */
const sizes = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 400_000 })),
  { minLength: 1, maxLength: 30 },
);

test('blocks are the chunks one after the other, each with zeros behind it or as it came', () => {
  fc.assert(
    fc.property(sizes, (lengths) => {
      const chunks = lengths.map((length, i) => new Uint8Array(length).fill((i % 255) + 1));
      const taken: Buffer[] = [];
      const blocks = new Blocks((block) => {
        const { buffer, byteOffset, length } = block;
        const behind = Buffer.from(buffer)
          .subarray(byteOffset + length)
          .subarray(0, blockEnd);
        if (!chunks.some((chunk) => chunk === block))
          expect(behind).toEqual(Buffer.alloc(blockEnd));
        taken.push(Buffer.from(block));
      });
      for (const chunk of chunks) blocks.add(chunk);
      blocks.end();
      expect(Buffer.concat(taken).equals(Buffer.concat(chunks))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a body of many blocks is read as JSON.parse reads it, wherever chunks and blocks end', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => [`cluster/node-${i % 7}/é ${i}`, rowOf(i)]);
  const text = JSON.stringify({ code: 200, data: [Object.fromEntries(rows)] });
  const expected = rows.map(([name], i) => [name, i / 7, `node-${i % 7}`]);
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const read: unknown[] = [];
      const take = (row: AllocationRow) => read.push([row.name, row.cpuCost, row.node]);
      await readAllocations(answerOf(Buffer.from(text), lengths), take, {
        properties: false,
        detailed: false,
        parts: true,
      });
      expect(read).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

function rowOf(i: number) {
  const properties = { labels: { app: `"app ${i}"` }, node: `node-${i % 7}`, cluster: 'cluster' };
  return { name: `row ${i}`, properties, window: null, cpuCost: i / 7, totalCost: i / 7, pvs: {} };
}
