import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Serves what another server answered before, from files, so that no server's own work is in a
 * measurement; what is not there yet is fetched from the other one and kept.
 *
 * @param {string} folder
 * @param {string | null} origin where to fetch from; null: only what is there
 * @param {number} [delay] ms before each answer, as a server that computes would need
 * @returns {Promise<{ url: string, paths: Set<string>, close: () => void }>}
 */
export async function serveRecorded(folder, origin, delay = 0) {
  mkdirSync(folder, { recursive: true });
  /** @type {Set<string>} */
  const paths = new Set();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    paths.add(path);
    setTimeout(() => {
      void answer(path, response).catch(() => response.destroy());
    }, delay);
  });

  /** @param {string} path @param {import('node:http').ServerResponse} response */
  async function answer(path, response) {
    const name = join(folder, createHash('sha1').update(path).digest('hex'));
    if (!existsSync(name)) {
      if (origin === null) {
        response.writeHead(404).end('404 page not found\n');
        return;
      }
      const status = await fetchTo(`${origin}${path}`, name);
      if (status !== 200) {
        response.writeHead(404).end('404 page not found\n');
        return;
      }
      await appendFile(join(folder, 'paths'), `${path}\n`);
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': statSync(name).size,
      connection: 'close',
    });
    await pipeline(createReadStream(name, { highWaterMark: 1 << 18 }), response);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, paths, close: () => server.close() };
}

/** @param {string} url @param {string} name @returns {Promise<number>} the status */
function fetchTo(url, name) {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        resolve(response.statusCode ?? 0);
        return;
      }
      pipeline(response, createWriteStream(name)).then(() => resolve(200), reject);
    }).on('error', reject);
  });
}
