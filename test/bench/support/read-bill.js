// The peer of the bench of bills: reads all columns of a bill with the bare library, and drops them.
import { createReadStream } from 'node:fs';
import { asyncBufferFromFile, parquetMetadataAsync, parquetScan } from 'hyparquet';
import papaparse from 'papaparse';

const [path = ''] = process.argv.slice(2);
let cells = 0;
if (path.endsWith('.parquet')) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = metadata.schema.slice(1).map(({ name }) => name);
  const scan = await parquetScan({ file, metadata, columns });
  for (const { rowStart, rowEnd } of scan.ranges) {
    for (const column of columns) {
      cells += (await scan.readColumn({ column, rowStart, rowEnd })).length;
    }
  }
} else {
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  stream.setEncoding('utf8');
  await new Promise((resolve, reject) => {
    papaparse.parse(stream, {
      chunk: ({ data }) => {
        for (const row of data) cells += row.length;
      },
      complete: resolve,
      error: reject,
    });
  });
}
process.stdout.write(`${cells}\n`);
