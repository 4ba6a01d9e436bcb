import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pause } from '../../support/waiting.ts';
import { statusAnswers } from './statuses.ts';

/**
 * What an answer is worth: `failure`: no data (exit 3); `refused`: not authorised (exit 4); `empty`:
 * the server has nothing; `odd`: readable, with something that is wrong.
 */
export type Worth = 'failure' | 'refused' | 'empty' | 'odd';

/** One way in which a server fails. */
export interface Situation {
  readonly name: string;
  readonly worth: Worth;
  /** Whether it has a body that `kc-etl api` passes on, whatever it says. */
  readonly passes: boolean;
  readonly answer: (socket: Socket) => void | Promise<void>;
}

/** A whole HTTP answer. */
export function http(
  status: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string | number>> = {},
): Buffer {
  const bytes = Buffer.from(body);
  const all = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), bytes]);
}

type Bytes = string | Buffer;

function situation(
  worth: Worth,
  passes: boolean,
): (name: string, answer: Situation['answer']) => Situation {
  return (name, answer) => ({ name, worth, passes, answer });
}

const broken = situation('failure', false);

/** Sends bytes and ends the connection. */
const sends = (bytes: Bytes) => (socket: Socket) => void socket.end(bytes);

const rows = JSON.stringify({ code: 200, data: [{ a: { name: 'a', minutes: 1 } }] });

/** Waits until the client has read what was sent: else this process would keep all of it. */
function taken(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve).once('close', () => resolve());
  });
}

/** The connection itself fails. */
const connections: readonly Situation[] = [
  broken('reset before the head', (socket) => void socket.resetAndDestroy()),
  broken('closed before the head', (socket) => void socket.end()),
  broken('silent', () => {}),
  broken('another protocol', sends('SSH-2.0-OpenSSH_9.6\r\n')),
  broken('a status line that is none', sends('HTTP/1.1 abc\r\n\r\n')),
  broken('a status of zero', sends('HTTP/1.1 042 Huh\r\ncontent-length: 0\r\n\r\n')),
  broken('a status beyond 599', sends(http('999 Huh', rows))),
  broken('half a head, then silence', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-')),
  broken('half a head, then closed', sends('HTTP/1.1 200 OK\r\ncontent-')),
  broken('closed after the head', sends(http('200 OK', '', { 'content-length': 1000 }))),
  broken('reset after the head', (socket) => {
    socket.write(http('200 OK', '', { 'content-length': 1000 }), () => socket.resetAndDestroy());
  }),
  broken('a body cut short', sends(http('200 OK', rows.slice(0, 30), { 'content-length': 1000 }))),
  broken('half a body, then silence', (socket) => {
    socket.write(http('200 OK', rows.slice(0, 30), { 'content-length': 1000 }));
  }),
  broken('a drip', async (socket) => {
    socket.write(http('200 OK', '', { 'content-length': 100_000 }));
    while (socket.writable) {
      socket.write(' ');
      await pause(50);
    }
  }),
  broken('blanks without end', async (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
    for (const blanks = Buffer.alloc(1 << 20, 0x20); socket.writable; ) {
      if (!socket.write(blanks)) await taken(socket);
    }
  }),
  broken('interim responses without end', async (socket) => {
    while (socket.writable) {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
      await pause(20);
    }
  }),
  broken(
    'a bad chunk',
    sends('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{"code":200'),
  ),
  broken(
    'a last chunk that is missing',
    sends('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"cod\r\n'),
  ),
  broken(
    'two lengths',
    sends(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\n${rows}`),
  ),
  broken(
    'headers that are too large',
    sends(http('200 OK', rows, { 'x-large': 'x'.repeat(70_000) })),
  ),
  broken('cut short without a length', (socket) => {
    socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${rows.slice(0, -5)}`);
  }),
];

const encoded = (encoding: string, body: Bytes) =>
  sends(http('200 OK', body, { 'content-encoding': encoding }));

const encodings: readonly Situation[] = [
  broken('gzip that is none', encoded('gzip', rows)),
  broken('gzip cut short', encoded('gzip', gzipSync(rows.repeat(50)).subarray(0, 60))),
  broken('gzip with a wrong sum', (socket) => {
    const bytes = gzipSync(rows);
    bytes.writeUInt32LE(1, bytes.length - 8);
    encoded('gzip', bytes)(socket);
  }),
  broken('deflate that is none', encoded('deflate', rows)),
  broken('brotli that is none', encoded('br', rows)),
  broken('an unknown encoding', encoded('snappy', rows)),
];

const page = (text: string) => `<!DOCTYPE html><html><head><title>${text}</title></head></html>`;
const html = { 'content-type': 'text/html' };
const text = { 'content-type': 'text/plain' };

const bodies: readonly Situation[] = [
  broken('nothing', sends(http('200 OK', ''))),
  broken('204', sends('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')),
  situation('failure', true)('a sentence', sends(http('200 OK', 'ok', text))),
  broken('a page', sends(http('200 OK', page('Kubecost'), html))),
  broken('a login page', sends(http('200 OK', `${page('Sign in')}<input type="password">`, html))),
  broken('JSON cut short', sends(http('200 OK', rows.slice(0, -4)))),
  broken('JSON with a bad escape', sends(http('200 OK', '{"code":200,"data":[{"a\\x":1}]}'))),
  broken('JSON with NaN', sends(http('200 OK', '{"code":200,"data":[{"a":NaN}]}'))),
  broken('JSON in UTF-16', sends(http('200 OK', Buffer.from(`\ufeff${rows}`, 'utf16le')))),
  broken('JSON in UTF-16 without a mark', sends(http('200 OK', Buffer.from(rows, 'utf16le')))),
  situation('odd', false)(
    'JSON in ISO 8859-1',
    sends(http('200 OK', Buffer.from('{"code":200,"data":[{"ä":1}]}', 'latin1'))),
  ),
  broken('brackets without end', sends(http('200 OK', '['.repeat(200_000)))),
];

const answersJson = (worth: Worth, name: string, body: string): Situation =>
  situation(worth, true)(name, sends(http('200 OK', body)));

const documents: readonly Situation[] = [
  ...['"words"', '5', 'true'].map((data) =>
    answersJson('failure', `data ${data}`, `{"code":200,"data":${data}}`),
  ),
  answersJson('failure', 'no code and no data', '{"hello":"world"}'),
  answersJson('failure', 'an array of numbers', '{"code":200,"data":[1,2,3]}'),
  answersJson('failure', 'an array of arrays', '{"code":200,"data":[[1],[2]]}'),
  answersJson('failure', 'rows of words', '{"code":200,"data":[{"a":"b","c":"d"}]}'),
  answersJson('failure', 'an envelope of status error', '{"status":"error","error":"no"}'),
  ...[400, 404, 500, 503].map((code) =>
    answersJson('failure', `an envelope of error ${code}`, `{"code":${code},"message":"no"}`),
  ),
  ...[401, 403].map((code) =>
    answersJson('refused', `an envelope of error ${code}`, `{"code":${code},"message":"no"}`),
  ),
  answersJson(
    'failure',
    'a refusal in place of data',
    '{"code":200,"data":{},"warning":"too many rows, use a smaller window"}',
  ),
  ...['null', '[]', '{}', '[null]', '[{}]'].map((data) =>
    answersJson('empty', `data ${data}`, `{"code":200,"data":${data}}`),
  ),
  answersJson('odd', 'huge numbers', '{"code":200,"data":[{"a":{"name":"a","totalCost":1e999}}]}'),
  answersJson('odd', 'a row twice', '{"code":200,"data":[{"a":{"name":"a"},"a":{"name":"a"}}]}'),
  answersJson('odd', 'rows of null', '{"code":200,"data":[{"a":null}]}'),
];

const redirects: readonly Situation[] = [
  broken('a redirect to itself', sends(http('302 Found', '', { location: '/model/etl/log' }))),
  broken(
    'a redirect to nowhere',
    sends(http('301 Moved', '', { location: 'http://127.0.0.1:1/' })),
  ),
  broken('a redirect to a script', sends(http('303 See', '', { location: 'javascript:alert(1)' }))),
  broken('a redirect without a target', sends(http('302 Found', ''))),
  broken('not modified', sends('HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n')),
];

/** Every way in which a server fails that is worth telling apart. */
export const situations: readonly Situation[] = [
  ...connections,
  ...encodings,
  ...bodies,
  ...documents,
  ...redirects,
  ...statusAnswers.map(({ name, status, body, type, worth }) =>
    situation(worth, false)(name, sends(http(status, body, { 'content-type': type }))),
  ),
];
