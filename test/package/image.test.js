// The container image: what is in it, and that it runs without a shell, a writable root or privileges.
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { config, program } from '../../packaging/image/config.js';
import { mergedDirectories, unavailableReason } from '../../packaging/image/debian.js';
import { build, name, root, sha256, sha256OfFile, version } from '../../packaging/paths.js';
import { container } from './containers.js';
import { demo, has, output, temporary } from './support.js';

const machines = { amd64: 62, arm64: 183 };
/** @typedef {keyof typeof machines} Architecture */
const architectures = /** @type {Architecture[]} */ (Object.keys(machines));
const oci = join(build, 'image', `${name}-${version}.oci.tar`);
const dockerArchive = (/** @type {Architecture} */ one) =>
  join(build, 'image', `${name}-${version}-${one}.docker.tar`);

const skip = unavailableReason() ?? false;
const folder = temporary();

/** Reads an unpacked OCI layout, checking every digest on the way. */
function layout(/** @type {string} */ path) {
  const json = (/** @type {string} */ file) => JSON.parse(readFileSync(join(path, file), 'utf8'));
  const blob = (/** @type {{ digest: string, size: number }} */ { digest, size }) => {
    const data = readFileSync(join(path, 'blobs', digest.replace(':', '/')));
    strictEqual(`sha256:${sha256(data)}`, digest);
    strictEqual(data.length, size);
    return data;
  };
  return { json, blob, parsed: (/** @type {any} */ one) => JSON.parse(String(blob(one))) };
}

/** The root filesystem of an architecture: the layers of its archive, one over the other. */
function rootfs(/** @type {Architecture} */ architecture) {
  const to = join(folder, `root-${architecture}`);
  if (existsSync(to)) return to;
  const archive = join(folder, `docker-${architecture}`);
  for (const path of [archive, to]) mkdirSync(path);
  output('tar', ['-xf', dockerArchive(architecture), '-C', archive]);
  const [{ Layers }] = layout(archive).json('manifest.json');
  for (const layer of Layers) output('tar', ['-xzpf', join(archive, layer), '-C', to]);
  return to;
}

/** Every file of a directory, as a path from it. */
const filesOf = (/** @type {string} */ path) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' });

describe('container image', { skip }, () => {
  test('the OCI layout has both platforms, and every digest is right', () => {
    const path = join(folder, 'oci');
    mkdirSync(path);
    output('tar', ['-xf', oci, '-C', path]);
    const { json, blob, parsed } = layout(path);
    strictEqual(json('oci-layout').imageLayoutVersion, '1.0.0');
    const index = parsed(json('index.json').manifests[0]);
    const platforms = index.manifests.map((/** @type {any} */ { platform }) => platform);
    deepStrictEqual(
      platforms,
      architectures.map((architecture) => ({ architecture, os: 'linux' })),
    );
    for (const one of index.manifests) {
      const manifest = parsed(one);
      const packed = manifest.layers.map((/** @type {any} */ layer) => blob(layer).length);
      const size = packed.reduce(
        (/** @type {number} */ sum, /** @type {number} */ n) => sum + n,
        0,
      );
      ok(size <= 50e6, `${one.platform.architecture}: ${size} bytes packed`);
      const image = parsed(manifest.config);
      deepStrictEqual(image.config, config);
      strictEqual(image.architecture, one.platform.architecture);
    }
  });

  for (const architecture of architectures) {
    test(`${architecture}: Node's binary and its libraries are there, and no shell or package manager`, () => {
      const path = rootfs(architecture);
      const node = readFileSync(join(path, 'usr/local/bin/node'));
      strictEqual(node.readUInt16LE(18), machines[architecture]); // e_machine of ELF
      const programs = filesOf(path)
        .filter((file) => !lstatSync(join(path, file)).isDirectory())
        .map((file) => file.split('/').at(-1) ?? '');
      const unwanted = /^(sh|bash|dash|busybox|env|npm|npx|corepack|apt|dpkg|perl|python3?)$/;
      deepStrictEqual(
        programs.filter((file) => unwanted.test(file)),
        [],
      );
      for (const file of ['LICENSE', 'dist/THIRD-PARTY-NOTICES.txt', 'dist/sbom.cdx.json']) {
        ok(existsSync(join(path, program, file)), file);
      }
      for (const library of ['libc6', 'gcc-12-base', 'node']) {
        const documents = filesOf(join(path, 'usr/share/doc')).filter((file) =>
          /copyright|LICENSE/.test(file),
        );
        ok(
          library === 'gcc-12-base' || documents.some((file) => file.startsWith(library)),
          library,
        );
        ok(
          documents.some((file) => file.startsWith('gcc-')),
          'the license of gcc',
        );
      }
    });

    test(`${architecture}: no file has special rights`, () => {
      const path = rootfs(architecture);
      const special = filesOf(path).filter((file) => {
        const { mode } = lstatSync(join(path, file));
        const isLink = lstatSync(join(path, file)).isSymbolicLink();
        return !isLink && file !== 'tmp' && ((mode & 0o6000) !== 0 || (mode & 0o002) !== 0);
      });
      deepStrictEqual(special, []);
    });

    const noReadelf = has('readelf') ? false : 'needs readelf (apt-get install binutils)';
    test(`${architecture}: every library that is needed is there`, { skip: noReadelf }, () => {
      const path = rootfs(architecture);
      const binaries = filesOf(path).filter((file) => /bin\/node$|\.so\.\d$/.test(file));
      const names = new Set(binaries.map((file) => file.split('/').at(-1)));
      for (const file of binaries) {
        const needed = output('readelf', ['-d', join(path, file)]).matchAll(/NEEDED.*\[(.*)\]/g);
        for (const [, library] of needed) ok(names.has(library), `${file} needs ${library}`);
      }
    });
  }

  test('the same commit gives the same image', () => {
    const files = [oci, ...architectures.map(dockerArchive)];
    const before = files.map(sha256OfFile);
    output('node', [join(root, 'packaging/image.js')], { cwd: folder });
    deepStrictEqual(files.map(sha256OfFile), before);
  });

  test('--rootfs, which the Containerfile uses, writes the files of the image', () => {
    const to = join(folder, 'rootfs');
    output('node', [join(root, 'packaging/image.js'), '--rootfs', to, 'arm64']);
    const of = (/** @type {string} */ path) => filesOf(path).sort();
    deepStrictEqual(of(to), of(rootfs('arm64')));
    strictEqual(
      sha256OfFile(join(to, program, 'dist/main.cjs')),
      sha256OfFile(join(root, 'dist/main.cjs')),
    );
  });

  test('scanners find the packages of the libraries', () => {
    const records = join(rootfs('amd64'), 'var/lib/dpkg/status.d');
    match(readFileSync(join(records, 'libc6'), 'utf8'), /^Package: libc6\n(.*\n)*Version: \d/);
    deepStrictEqual(
      readdirSync(records)
        .filter((file) => !file.startsWith('gcc-'))
        .sort(),
      ['libc6', 'libgcc-s1', 'libstdc++6'],
    );
    match(readFileSync(join(rootfs('amd64'), 'etc/os-release'), 'utf8'), /^ID=debian$/m);
  });

  test('where all libraries are below /usr, the loader is still found', () => {
    const merged = mergedDirectories([
      { path: 'usr/lib64/ld-linux-x86-64.so.2' },
      { path: 'usr/lib/x86_64-linux-gnu/libc.so.6' },
    ]);
    deepStrictEqual(
      merged.map(({ path, link }) => `${path} -> ${link}`),
      ['lib -> usr/lib', 'lib64 -> usr/lib64'],
    );
    const split = mergedDirectories([{ path: 'lib64/ld.so.2' }, { path: 'lib/libc.so.6' }]);
    deepStrictEqual(split, []);
  });

  test('the Containerfile configures the same', () => {
    const text = readFileSync(join(root, 'packaging/image/Containerfile'), 'utf8');
    const last = text.slice(text.lastIndexOf('FROM scratch')).replaceAll('\\\n', '');
    match(last, new RegExp(`^USER ${config.User}$`, 'm'));
    match(last, new RegExp(`^WORKDIR ${config.WorkingDir}$`, 'm'));
    for (const line of [`ENTRYPOINT ${list(config.Entrypoint)}`, `CMD ${list(config.Cmd)}`]) {
      ok(last.includes(line), line);
    }
    ok(last.includes(`ENV ${config.Env.join(' ')}`));
    for (const [label, value] of Object.entries(config.Labels)) {
      ok(last.includes(`${label}="${label.endsWith('.version') ? '$VERSION' : value}"`), label);
    }
  });
});

const list = (/** @type {readonly string[]} */ words) =>
  `[${words.map((word) => `"${word}"`).join(', ')}]`;

const foreign = process.arch === 'x64' ? false : 'the image for amd64 does not run here';
describe('the image runs', { skip: skip || foreign }, () => {
  /** @type {ReturnType<typeof container>} */
  let image;
  before(() => {
    const storage = join(folder, 'storage');
    mkdirSync(storage);
    image = container({ rootfs: rootfs('amd64'), archive: dockerArchive('amd64'), storage });
  });

  test('--version', () => {
    deepStrictEqual(image(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('events --demo', () => {
    const { code, stdout, stderr } = image(['events', '--demo', '--limit', '3', '--quiet']);
    match(stdout, /AssetSetSaved/);
    deepStrictEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  test('audit run --demo, of a healthy server and of a faulty one', () => {
    const audit = ['audit', 'run', '--demo', '--engine', 'local', '--window', '2d offset 4d'];
    const healthy = image([...audit, '-q', '-o', 'json']);
    strictEqual(healthy.code, 0, healthy.stderr);
    strictEqual(JSON.parse(healthy.stdout).gate.passed, true);
    const faulty = image([...audit, '-q', '--fault', 'lost-disk=all']);
    strictEqual(faulty.code, 1, faulty.stderr);
  });

  test('the command of the CronJob, with its environment and its store', async () => {
    const file = join(root, 'packaging/kustomize/base/cronjob.yaml');
    const { spec } = parse(readFileSync(file, 'utf8')).spec.jobTemplate.spec.template;
    const [{ args, env: variables }] = spec.containers;
    const names = variables.map((/** @type {{ name: string }} */ one) => one.name);
    deepStrictEqual(names, ['KC_ETL_URL']);
    const store = join(folder, 'store');
    mkdirSync(store);
    chmodSync(store, 0o777);
    const env = { KC_ETL_URL: await demo('--as', 'kubecost-2') };
    const { code, stdout, stderr } = image(args, { env, store });
    strictEqual(code, 0, stderr);
    match(stdout, /^PASSED/);
    deepStrictEqual(readdirSync(store).sort(), ['audits', 'report.html', 'report.json']);
  });

  test('as a user that the image does not know, as on OpenShift', () => {
    const words = ['events', '--demo', '--limit', '3', '-q'];
    const { code, stdout, stderr } = image(words, { id: 1000690000 });
    deepStrictEqual({ code, stderr }, { code: 0, stderr: '' });
    match(stdout, /Set/);
  });

  test('the root is read-only: a report into it fails with one clear line', () => {
    const { code, stderr } = image(['events', '--demo', '-q', '--report', 'json=/opt/report.json']);
    ok(code !== 0);
    match(stderr, /^error: .*\/opt\/report\.json.*/m);
    ok(stderr.split('\n').length <= 4, stderr);
  });
});
