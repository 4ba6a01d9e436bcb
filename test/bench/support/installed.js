import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The program of a packed tarball in a temporary folder, as `npm install` lays it out: without the
 * compiled code that a build keeps.
 *
 * @returns {{ program: string, remove: () => void }}
 */
export function unpackTarball() {
  const folder = mkdtempSync(join(tmpdir(), 'kc-etl-bench-'));
  const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  execFileSync('npm', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball = ''] = readdirSync(folder);
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
  return {
    program: join(folder, 'package/bin/kc-etl.js'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Binaries of other lines of Node, where `npm run test:nodes` has fetched them.
 *
 * @returns {{ line: string, binary: string }[]}
 */
export function otherNodes() {
  return ['22', '24']
    .map((line) => ({
      line,
      binary: join(root, `node_modules/.cache/node-${line}/node_modules/node/bin/node`),
    }))
    .filter(({ binary }) => existsSync(binary));
}
