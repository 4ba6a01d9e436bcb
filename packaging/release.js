// `npm run release`: every artefact of the version in package.json, twice, with checksums and notes, in
// build/release/. It publishes nothing: docs/releasing.md says what a person does next.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import {
  build,
  cache,
  emptied,
  name,
  report,
  root,
  sha256OfFile,
  tarball,
  version,
} from './paths.js';
import { changelogEntry } from './release/changelog.js';
import { releaseUrl } from './release/repository.js';

class Refusal extends Error {}

const folder = join(build, 'release');
try {
  main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`error: no release: ${error.message}\n`);
  process.exitCode = 1;
}

function main() {
  const notes = checkedNotes();
  if (
    spawnSync('npm', ['run', '--silent', 'check'], { cwd: root, stdio: 'inherit' }).status !== 0
  ) {
    throw new Refusal('npm run check failed; correct what it reports first');
  }
  // libraries of the image: the newest ones, not those of an earlier build
  for (const architecture of ['amd64', 'arm64']) {
    rmSync(join(cache, `debian-${architecture}`), { recursive: true, force: true });
  }
  const first = built();
  const second = built();
  for (const [file, checksum] of first) {
    if (second.get(file) !== checksum) {
      throw new Refusal(`${file} differs between two builds; find what is not reproducible`);
    }
  }
  const sums = [...second].sort().map(([file, checksum]) => `${checksum}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  writeFileSync(join(build, 'notes.md'), notes);
  report(`${folder}: ${[...second.keys()].sort().join(', ')}, SHA256SUMS`);
  if (!releaseUrl(packageJson).isSet) {
    report(
      'note: package.json has no repository; the krew manifest names an address that does not exist',
    );
  }
}

/** The notes of this version; refuses a state that is not a release. */
function checkedNotes() {
  const status = git('status', '--porcelain');
  if (status !== '')
    throw new Refusal(`the working tree has changes; commit them first:\n${status}`);
  const tags = git('tag', '--points-at', 'HEAD')
    .split('\n')
    .filter((tag) => tag !== '');
  if (tags.length > 0 && !tags.includes(`v${version}`)) {
    throw new Refusal(`HEAD has the tag ${tags[0]}, and package.json the version ${version}`);
  }
  const notes = changelogEntry(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  if (notes === null) {
    throw new Refusal(
      `CHANGELOG.md has no entry "## ${version}"; say there what changes for users`,
    );
  }
  return notes;
}

/** @param {string[]} words */
function git(...words) {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
}

/** Builds everything and collects the artefacts; gives their checksums by name. */
function built() {
  rmSync(join(cache, 'layers'), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [join(root, 'packaging/all.js')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Refusal('npm run package failed');
  emptied(folder);
  const image = join(build, 'image');
  const images = readdirSync(image).filter((file) => file.endsWith('.tar'));
  if (images.length === 0) throw new Refusal('the container image was skipped; release on Debian');
  const artefacts = new Map([
    [`${name}-${version}.tgz`, tarball],
    // helm and npm pack name their archives alike
    [`${name}-chart-${version}.tgz`, join(build, 'chart', `${name}-${version}.tgz`)],
    [`${name}-krew.yaml`, join(build, 'krew', `${name}.yaml`)],
    [`${name}-${version}.cdx.json`, join(root, 'dist/sbom.cdx.json')],
    ...images.map((file) => /** @type {const} */ ([file, join(image, file)])),
  ]);
  for (const [file, from] of artefacts) copyFileSync(from, join(folder, file));
  return new Map([...artefacts.keys()].map((file) => [file, sha256OfFile(join(folder, file))]));
}
