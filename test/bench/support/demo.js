import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../bin/kc-etl.js', import.meta.url));

/**
 * The embedded server in a process of its own.
 *
 * @param {string[]} argv
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export function startDemo(argv) {
  const child = spawn(process.execPath, [entry, 'demo', '--port', '0', ...argv], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    child.on('close', (code) => reject(new Error(`kc-etl demo ended with ${code}`)));
    child.stdout.on('data', (piece) => {
      text += piece;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url) resolve({ url, stop: () => child.kill() });
    });
  });
}
