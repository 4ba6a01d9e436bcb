// What README says about installing, run as it is printed, in a clone of this repository.
import { match, ok, strictEqual } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { unavailableReason } from '../../packaging/image/debian.js';
import { cache, root, version } from '../../packaging/paths.js';
import { has, output, temporary } from './support.js';

const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
const install = /^## Install$(.*?)^## /ms.exec(read('README.md'))?.[1] ?? '';
/**
 * The commands of the bullet of README's "Install" that begins so, without what they print.
 *
 * @param {string} beginning
 * @returns {string[]}
 */
function commands(beginning) {
  const bullet = install.split(/^- /m).find((text) => text.startsWith(`**${beginning}`)) ?? '';
  return [...bullet.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

const folder = temporary();
const clone = join(folder, 'clone');
const packages = 'npm ci && npm run package';

/**
 * A command as a person types it in the clone, where `npm install --global` goes to `prefix`.
 *
 * @param {string} command
 * @param {string} prefix
 * @param {Record<string, string>} [env]
 */
function typed(command, prefix, env = {}) {
  const PATH = [join(folder, prefix, 'bin'), process.env['PATH']].join(delimiter);
  const npm = { npm_config_prefix: join(folder, prefix), npm_config_prefer_offline: 'true' };
  return output('sh', ['-c', command], { cwd: clone, env: { PATH, ...npm, ...env } });
}

const skip = unavailableReason() ?? false;

describe("README's lines for installing", { skip }, () => {
  before(() => {
    const bare = join(folder, 'bare.git');
    output('git', ['clone', '--quiet', '--bare', root, bare]);
    output('git', ['clone', '--quiet', bare, clone]);
  });

  test('from a clone', () => {
    const [first = '', ...programs] = commands('From a clone of this repository');
    strictEqual(first, 'npm ci && npm link');
    typed(first, 'linked');
    const shown = programs.filter((code) => /kc-etl/.test(code));
    strictEqual(shown.join(', '), 'kc-etl, kubectl kc-etl, node bin/kc-etl.js');
    for (const program of shown) {
      if (program.startsWith('kubectl') && !has('kubectl')) continue;
      strictEqual(typed(`${program} --version`, 'linked'), `${version}\n`);
    }
    strictEqual(output('git', ['status', '--porcelain'], { cwd: clone }), '');
  });

  test('as a packed tarball', () => {
    const [first = '', second = ''] = commands('As a packed tarball');
    strictEqual(first, packages);
    // npm ci has run; it would remove the downloads of the image, which an earlier run has made
    const downloads = join(clone, 'node_modules/.cache/packaging');
    mkdirSync(dirname(downloads), { recursive: true });
    if (existsSync(cache)) symlinkSync(cache, downloads);
    typed(first.replace('npm ci && ', ''), 'packed');
    match(second, /^npm install --global /);
    typed(second, 'packed');
    strictEqual(typed('command -v kc-etl', 'packed'), `${join(folder, 'packed/bin/kc-etl')}\n`);
    strictEqual(typed('kc-etl --version', 'packed'), `${version}\n`);
    match(typed('kc-etl doctor --demo', 'packed'), /Kubecost/);
  });

  test('as a container: the archive is there, under the name that is run', () => {
    const [first = '', load = '', start = ''] = commands('As a container');
    strictEqual(first, packages);
    const archive = /^docker load --input (\S+)$/.exec(load)?.[1] ?? '';
    const manifest = output('tar', ['-xOf', join(clone, archive), 'manifest.json']);
    const [image] = JSON.parse(manifest)[0].RepoTags;
    match(start, new RegExp(`^docker run .* ${image} doctor$`));
  });

  test('docs/install.md names files that npm run package makes', () => {
    const named = read('docs/install.md').matchAll(/^(?:npm|docker|helm|kubectl) .*$/gm);
    const paths = [...named].flatMap(([line]) => line.match(/\bbuild\/\S+/g) ?? []);
    ok(paths.length >= 4, paths.join(' '));
    for (const path of paths) ok(existsSync(join(clone, path)), path);
  });

  test('with docker alone: the commands of the Containerfile, without .git and build/', () => {
    const ignored = read('packaging/image/Containerfile.dockerignore').trim().split('\n');
    for (const path of ignored.filter((one) => one !== 'node_modules')) {
      rmSync(join(clone, path), { recursive: true, force: true });
    }
    const text = read('packaging/image/Containerfile').replaceAll('\\\n', '');
    const steps = /^RUN (.*)$/m.exec(text)?.[1] ?? '';
    match(steps, /^npm ci --ignore-scripts /);
    const rest = steps.replace(/^npm ci .*? && /, '').replace('/rootfs', join(folder, 'rootfs'));
    typed(rest.replace(/^ +/, ''), 'built', { TARGETARCH: 'amd64' });
    const program = join(folder, 'rootfs/opt/kc-etl/bin/kc-etl.js');
    strictEqual(output('node', [program, '--version']), `${version}\n`);
  });
});

test('the Containerfile and docs/install.md give the same command, with the version', () => {
  const command = read('docs/install.md').match(/^docker build .*$/m)?.[0] ?? '';
  match(command, new RegExp(`--build-arg VERSION=${version} --tag kc-etl:${version} \\.$`));
  const shown = read('packaging/image/Containerfile').match(/^# +(docker build .*)$/m)?.[1];
  strictEqual(shown, command);
  ok(existsSync(join(root, /--file (\S+)/.exec(command)?.[1] ?? '-')));
});

test('CI makes the artefacts with the commands of README', () => {
  const steps = read('.ci/run');
  for (const step of packages.split(' && ')) {
    match(steps, new RegExp(`^${step.replace('npm run', 'npm run(?: --silent)?')}\\b`, 'm'));
  }
});
