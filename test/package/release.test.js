// The release command: what it refuses.
import { match, ok, strictEqual } from 'node:assert';
import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { name, root, version } from '../../packaging/paths.js';
import { changelogEntry } from '../../packaging/release/changelog.js';
import { releaseUrl } from '../../packaging/release/repository.js';
import { output, run, temporary } from './support.js';

const clone = join(temporary(), 'clone');
const git = (/** @type {string[]} */ ...words) =>
  output('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: clone });
const commit = () => git('commit', '--quiet', '--all', '--message', 'test');

/** Runs the release command in a clone; gives its one line of error. */
function refused() {
  const { code, stderr } = run('node', [join(clone, 'packaging/release.js')], { cwd: clone });
  strictEqual(code, 1);
  const [error = ''] = /^error: no release: .*$/m.exec(stderr) ?? [];
  ok(error !== '', stderr);
  ok(!/^ +at /m.test(stderr), stderr);
  return error;
}

describe('npm run release refuses', () => {
  before(() => {
    output('git', ['clone', '--quiet', root, clone]);
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  });

  test('changes that are not committed', () => {
    const file = join(clone, 'notes.txt');
    writeFileSync(file, '');
    match(refused(), /the working tree has changes/);
    rmSync(file);
  });

  test('a version without an entry in the changelog', () => {
    const path = join(clone, 'package.json');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(`"version": "${version}"`, '"version": "9.9.9"'),
    );
    commit();
    match(refused(), /CHANGELOG\.md has no entry "## 9\.9\.9"/);
    git('reset', '--quiet', '--hard', 'HEAD~1');
  });

  test('a tag of another version', () => {
    git('tag', 'v0.0.9');
    match(
      refused(),
      new RegExp(`HEAD has the tag v0\\.0\\.9, and package\\.json the version ${version}`),
    );
    git('tag', '--delete', 'v0.0.9');
  });

  test('a check that fails', () => {
    appendFileSync(join(clone, 'src/version.ts'), "export const wrong: number = 'text';\n");
    commit();
    match(refused(), /npm run check failed/);
    git('reset', '--quiet', '--hard', 'HEAD~1');
  });
});

test('notes are the entry of the version', () => {
  const changelog =
    '# Changelog\n\n## 1.10.0\n\n- b\n\n## 1.1.0 (2026-01-01)\n\n- a\n- c\n\n## 1.0.0\n\n';
  strictEqual(changelogEntry(changelog, '1.1.0'), '- a\n- c\n');
  strictEqual(changelogEntry(changelog, '1.10.0'), '- b\n');
  strictEqual(changelogEntry(changelog, '1.0.0'), null);
  strictEqual(changelogEntry(changelog, '1.1'), null);
});

test('downloads are below the repository of package.json', () => {
  for (const repository of [
    'github:someone/kc-etl',
    'someone/kc-etl',
    { url: 'git+https://github.com/someone/kc-etl.git' },
  ]) {
    const { downloads, isSet } = releaseUrl({ name, repository });
    strictEqual(downloads, 'https://github.com/someone/kc-etl/releases/download');
    strictEqual(isSet, true);
  }
  strictEqual(new URL(releaseUrl({ name }).homepage).hostname, 'repository.invalid');
});
