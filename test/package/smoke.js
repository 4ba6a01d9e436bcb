// Runs a packed program, named by the first argument, with the very Node that runs this, against a
// server that answers fixtures.
import { match, strictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as zlib from 'node:zlib';

const fixture = (/** @type {string} */ name) =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const [, , entry = ''] = process.argv;
const answers = new Map([
  ['/model/etl/log', fixture('etl-log.json')],
  ['/model/etl/audit', fixture('etl-audit.json')],
]);
// not in the types of Node 20
const compress = /** @type {((bytes: Buffer) => Buffer) | null} */ (
  'zstdCompressSync' in zlib ? zlib.zstdCompressSync : null
);
const compressed =
  compress?.(fixture('etl-log.json')) ?? Buffer.from('Node 22.15 and later compress');
const log = fixture('etl-log.json');
const twoFrames = [log.subarray(0, 100), log.subarray(100)].map((part) => compress?.(part) ?? part);
const zstd = new Map([
  ['/zstd/model/etl/log', compressed],
  ['/frames/model/etl/log', Buffer.concat(twoFrames)],
  ['/cut/model/etl/log', compressed.subarray(0, -9)],
]);
const server = createServer(({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://localhost');
  const encoded = zstd.get(pathname);
  if (encoded) response.setHeader('content-encoding', 'zstd');
  const body = encoded ?? answers.get(pathname);
  response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' }).end(body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
const bound = server.address();
if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
const address = `http://127.0.0.1:${bound.port}`;

/**
 * The end of one run. The server is in this process, so it cannot be waited for synchronously.
 *
 * @param {string[]} words
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function run(...words) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [entry, ...words], { env: { PATH, HOME } });
  const text = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      text[name] += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })));
}

const version = await run('--version');
match(version.stdout, /^\d+\.\d+\.\d+\n$/);
strictEqual(version.stderr, '');
const events = await run('events', '-o', 'json', '--url', address);
strictEqual(events.stderr, '');
strictEqual(JSON.parse(events.stdout).total, 6);
for (const path of ['/zstd', '/frames']) {
  const encoded = await run('events', '-o', 'json', '--url', `${address}${path}`);
  if (compress) strictEqual(encoded.stdout, events.stdout.replace(address, `${address}${path}`));
  else match(encoded.stderr, /encoding 'zstd'[^\n]*\nhint: Node 22\.15 and later read it\n$/);
  strictEqual(encoded.code, compress ? 0 : 3);
}
const cut = await run('events', '--retries', '0', '--url', `${address}/cut`);
if (compress) match(cut.stderr, /ended before the response was complete/);
strictEqual(cut.code, 3);
const audits = await run('audit', '--fail-on', 'failed', '--url', address);
match(audits.stdout, /FAILED/);
match(audits.stderr, /^(note: )?gate failed: [^\n]*\n$/);
strictEqual(audits.code, 1);
const refused = await run('events', '--retries', '0', '--url', 'https://127.0.0.1:1');
match(refused.stderr, /^error: nothing listens[^\n]*\nhint: [^\n]*\n$/);
strictEqual(refused.code, 3);
const demo = await run('events', '--demo', '--limit', '1', '-q', '-o', 'ndjson');
strictEqual(demo.stderr, '');
strictEqual(typeof JSON.parse(demo.stdout).kind, 'string');
server.close();
server.closeAllConnections();
process.stdout.write(
  `Node ${process.version}: events, audit and demo work${compress ? ', zstd is read' : ''}\n`,
);
