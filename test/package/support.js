// What the tests of the artefacts share. Run `npm run package` first.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A directory that goes when the tests of the file end. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'kc-etl-package-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * The end of a program. Nothing of this process's environment but what is needed to find programs.
 *
 * @param {string} command
 * @param {readonly string[]} words
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function run(command, words, options = {}) {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    maxBuffer: 1 << 28,
    ...options,
    encoding: 'utf8',
    env: { PATH, HOME, ...options.env },
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/**
 * Its stdout; throws with its stderr where it fails.
 *
 * @param {string} command
 * @param {readonly string[]} words
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function output(command, words, options) {
  const { code, stdout, stderr } = run(command, words, options);
  if (code !== 0)
    throw new Error(`${command} ${words.join(' ')} exited ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** Whether a program is in the PATH. */
export function has(/** @type {string} */ command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/**
 * `kc-etl demo` on a free port, until the tests of the file end. Gives its address.
 *
 * @param {readonly string[]} words further options
 */
export async function demo(...words) {
  const program = new URL('../../bin/kc-etl.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, 'demo', '--port', '0', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  after(() => child.kill());
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const [url] = /http:\/\/[\d.:a-z]+\/?/.exec(text) ?? [];
    if (url !== undefined && text.includes('\n')) return url;
  }
  throw new Error(`kc-etl demo ended: ${text}`);
}
