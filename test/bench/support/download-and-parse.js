import { get } from 'node:http';

// The peer: what a script of five lines needs for the same answer.
get(process.argv[2] ?? '', (response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('end', () => {
    const answer = JSON.parse(Buffer.concat(chunks).toString());
    process.stdout.write(`${answer.data.asset.length}\n`);
  });
});
