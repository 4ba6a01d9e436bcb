// build/image/: the container image for linux/amd64 and linux/arm64, as an OCI layout and as one archive per
// architecture for `docker load`. Neither a daemon nor a container registry is needed. `--rootfs <dir>
// <architecture>` writes the files of the image instead (the Containerfile uses it).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config, home, program, user } from './image/config.js';
import { debianLibraries, unavailableReason } from './image/debian.js';
import { nodePackage } from './image/node-binary.js';
import { dockerArchive, image, ociLayout } from './image/oci.js';
import { tar } from './image/tar.js';
import { build, cache, emptied, name, report, root, tarball, version } from './paths.js';

/** @typedef {'amd64' | 'arm64'} Architecture */

const folder = join(build, 'image');
const [option, target, architecture] = process.argv.slice(2);

if (!existsSync(tarball)) throw new Error(`${tarball} is missing: run node packaging/tarball.js`);
const reason = unavailableReason();
if (reason !== null) report(`SKIPPED container image: ${reason}`);
else if (option === '--rootfs')
  writeRootfs(String(target), /** @type {Architecture} */ (architecture));
else writeImages();

function writeImages() {
  emptied(folder);
  const created = createdTime();
  const images = /** @type {const} */ (['amd64', 'arm64']).map((one) =>
    image({ architecture: one, created, config, layers: [runtime(one), application()] }),
  );
  const layout = ociLayout(images, `${name}:${version}`);
  writeFileSync(join(folder, `${name}-${version}.oci.tar`), tar(layout.entries));
  for (const one of images) {
    const path = join(folder, `${name}-${version}-${one.architecture}.docker.tar`);
    writeFileSync(path, tar(dockerArchive(one, `${name}:${version}`)));
    const packed = one.layers.reduce((sum, { size }) => sum + size, 0);
    report(`${path} (${(packed / 1e6).toFixed(1)} MB packed)`);
  }
  report(`${layout.digest} ${name}:${version} (linux/amd64, linux/arm64)`);
}

/**
 * Node and the libraries it needs: no shell, no package manager.
 *
 * @param {Architecture} one
 * @returns {import('./image/tar.js').Entry[]}
 */
function runtime(one) {
  const node = nodePackage(one);
  const files = [
    { path: 'usr/local/bin/node', file: join(node, 'bin/node'), mode: 0o755 },
    { path: 'usr/share/doc/node/LICENSE', file: join(node, 'LICENSE') },
    { path: 'etc/passwd', content: `kc-etl:x:${user}:${user}::${home}:/nonexistent\n` },
    { path: 'etc/group', content: `kc-etl:x:${user}:\n` },
    { path: 'etc/nsswitch.conf', content: 'hosts: files dns\n' },
    { path: 'tmp/', mode: 0o1777 },
    { path: `${home.slice(1)}/`, owner: user },
    ...debianLibraries(one),
  ];
  return [...directoriesOf(files), ...files];
}

/** The files of the npm package. */
function application() {
  const unpacked = emptied(join(cache, 'package'));
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  const files = readdirSync(unpacked, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: `${program.slice(1)}/${file.slice(unpacked.length + 1)}`, file }));
  return [...directoriesOf(files), ...files];
}

/** The directories that files need, each once. */
function directoriesOf(/** @type {readonly { path: string }[]} */ files) {
  const own = new Set(files.map(({ path }) => path));
  const parents = files.flatMap(({ path }) =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, i, parts) => `${parts.slice(0, i + 1).join('/')}/`),
  );
  return [...new Set(parents)].filter((path) => !own.has(path)).map((path) => ({ path }));
}

/**
 * @param {string} to
 * @param {Architecture} one
 */
function writeRootfs(to, one) {
  mkdirSync(to, { recursive: true });
  const input = tar([...runtime(one), ...application()]);
  execFileSync('tar', ['-x', '--same-permissions', '-C', to], { input });
}

/** The time of the commit, so that the same commit is the same image; `SOURCE_DATE_EPOCH` overrides it. */
function createdTime() {
  const given = process.env['SOURCE_DATE_EPOCH'] ?? commitTime();
  return new Date(Number(given) * 1000).toISOString();
}

function commitTime() {
  try {
    const options = /** @type {const} */ ({ cwd: root, encoding: 'utf8', stdio: 'pipe' });
    return execFileSync('git', ['log', '-1', '--format=%ct'], options).trim();
  } catch {
    return '0';
  }
}
