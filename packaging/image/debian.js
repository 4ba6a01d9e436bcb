import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { cache } from '../paths.js';

/** The libraries that Node's own binary is linked with. */
const packages = ['libc6', 'libstdc++6', 'libgcc-s1'];

/** The libraries of libc6 that Node loads; the rest is for other programs. */
const libraries =
  /\/(ld-linux-[a-z0-9-]+\.so\.[12]|lib(c|m|dl|rt|pthread|resolv|nss_dns|nss_files|stdc\+\+|gcc_s)\.so\.\d)/;

/** Why this machine cannot fetch Debian's packages; null where it can. */
export function unavailableReason() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^ID=debian$/m.test(release))
    return 'it takes libraries from Debian, and this is another system';
  return null;
}

/**
 * Entries of the libraries and their copyright files, for one of Debian's architectures. They are
 * downloaded by apt from the machine's own sources, which checks their signatures; the machine's
 * list of packages and of architectures is not changed.
 *
 * @param {'amd64' | 'arm64'} architecture
 * @returns {import('./tar.js').Entry[]}
 */
export function debianLibraries(architecture) {
  const folder = join(cache, `debian-${architecture}`);
  const files = join(folder, 'files');
  if (!existsSync(files)) {
    const apt = privateApt(folder, architecture);
    apt('update', '-qq');
    for (const name of packages) apt('download', '-qq', name);
    // the copyright files of gcc's libraries are in a package of their own, which their links name
    const partial = `${files}.partial`;
    unpack(folder, partial);
    apt('download', '-qq', basename(readlinkSync(join(partial, 'usr/share/doc/libgcc-s1'))));
    unpack(folder, partial);
    renameSync(partial, files);
  }
  const entries = walk(files)
    .filter((path) => libraries.test(`/${path}`) || /^usr\/share\/doc\/.*\/copyright$/.test(path))
    .map((path) => entryOf(files, path));
  return [...entries, ...mergedDirectories(entries), ...packageDatabase(folder)];
}

/**
 * Links for a Debian whose libraries are all below /usr: binaries name their loader as /lib64/….
 *
 * @param {readonly import('./tar.js').Entry[]} entries
 */
export function mergedDirectories(entries) {
  const has = (/** @type {string} */ prefix) => entries.some(({ path }) => path.startsWith(prefix));
  return ['lib', 'lib64']
    .filter((name) => has(`usr/${name}/`) && !has(`${name}/`))
    .map((name) => ({ path: name, link: `usr/${name}`, mode: 0o777 }));
}

/** What vulnerability scanners read to know which packages the libraries are from. */
function packageDatabase(/** @type {string} */ folder) {
  const records = readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => ({
      path: `var/lib/dpkg/status.d/${file.slice(0, file.indexOf('_'))}`,
      content: execFileSync('dpkg-deb', ['--field', join(folder, file)]),
    }));
  return [...records, { path: 'etc/os-release', file: '/etc/os-release' }];
}

/**
 * @param {string} folder
 * @param {string} architecture
 */
function privateApt(folder, architecture) {
  const state = join(folder, 'state');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  mkdirSync(join(folder, 'cache/archives/partial'), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  const settings = {
    'Dir::State': state,
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (/** @type {string[]} */ ...words) =>
    execFileSync('apt-get', [...options, ...words], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
}

/**
 * @param {string} folder
 * @param {string} files
 */
function unpack(folder, files) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['--extract', join(folder, name), files]);
  }
}

/** Paths of files and links below a directory. */
function walk(/** @type {string} */ folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/**
 * @param {string} files
 * @param {string} path
 * @returns {import('./tar.js').Entry}
 */
function entryOf(files, path) {
  const link = linkOf(join(files, path));
  if (link !== null) return { path, link, mode: 0o777 };
  return { path, file: join(files, path), mode: path.includes('.so') ? 0o755 : 0o644 };
}

function linkOf(/** @type {string} */ path) {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
