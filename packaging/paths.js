// Where the artefacts and what they are made of are kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };

export const root = fileURLToPath(new URL('..', import.meta.url));
export const build = join(root, 'build');
/** What is downloaded, and can be used again by the next run. */
export const cache = join(root, 'node_modules/.cache/packaging');

export const { name, version, description, license } = packageJson;
export const tarball = join(build, `${name}-${version}.tgz`);

/** An empty directory below `build/`; what an earlier run left in it goes. */
export function emptied(/** @type {string} */ path) {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** @param {string | Uint8Array} data */
export const sha256 = (data) => createHash('sha256').update(data).digest('hex');
export const sha256OfFile = (/** @type {string} */ path) => sha256(readFileSync(path));

/** A line on stdout for what was made. */
export function report(/** @type {string} */ line) {
  process.stdout.write(`${line}\n`);
}
