import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

/**
 * Serves the files of a folder from a process of its own: `/<file>` and the endpoint that it is an answer of, anywhere below,
 * answer with the file; other endpoints do not exist.
 *
 * @param {string} folder
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export function serveFiles(folder) {
  const child = fork(self, [folder]);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('message', (port) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => child.kill() });
    });
  });
}

/** @param {string} folder */
function serve(folder) {
  const server = createServer(async (request, response) => {
    const [, name = '', ...endpoint] = (request.url ?? '').replace(/\?.*/, '').split('/');
    try {
      // a file is the answer of the endpoint in its name
      const own = /^etl-(status|audit)/.exec(name)?.[0].replace('-', '/') ?? 'etl/log';
      if (endpoint.length > 0 && !endpoint.join('/').endsWith(own)) throw new Error('not there');
      const { size } = await stat(`${folder}/${name}`);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': size });
      createReadStream(`${folder}/${name}`, { highWaterMark: 1 << 20 }).pipe(response);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : undefined);
  });
  process.on('disconnect', () => process.exit());
}

if (process.argv[1] === self) serve(process.argv[2] ?? '.');
