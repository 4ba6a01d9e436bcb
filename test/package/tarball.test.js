// The npm package, as users install it.
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root, tarball, version } from '../../packaging/paths.js';
import { output, run, temporary } from './support.js';

const folder = temporary();
const unpacked = join(folder, 'package');
before(() => output('tar', ['-xzf', tarball, '-C', folder]));

test('the package has the files of the golden list', () => {
  const files = output('tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((path) => path.replace(/dist\/.*\.cjs$/, 'dist/*.cjs'));
  const golden = readFileSync(new URL('tarball.golden', import.meta.url), 'utf8');
  strictEqual(`${[...new Set(files)].sort().join('\n')}\n`, golden);
});

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: unpacked, level: 'warning', pack: false });
  const pkg = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  deepStrictEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

describe('installed', () => {
  for (const [name, options] of Object.entries({
    plainly: [],
    'without scripts': ['--ignore-scripts'],
  })) {
    test(`${name}, into an empty directory`, () => {
      const home = join(folder, name.replace(' ', '-'));
      mkdirSync(home);
      const install = ['install', '--silent', '--no-audit', '--no-fund', '--offline', ...options];
      output('npm', [...install, tarball], { cwd: home });
      const bin = join(home, 'node_modules/.bin');
      for (const command of ['kc-etl', 'kubectl-kc_etl']) {
        strictEqual(output(join(bin, command), ['--version']), `${version}\n`);
      }
      match(output(join(bin, 'kubectl_complete-kc_etl'), ['ev']), /^events\t/);
      const kcEtl = join(bin, 'kc-etl');
      match(output(kcEtl, ['events', '--demo', '--limit', '3', '--quiet']), /Set/);
      match(output(kcEtl, ['audit', 'run', '--demo', '--window', 'yesterday', '-q']), /^PASSED/);
      strictEqual(run(kcEtl, ['events']).code, 2);
    });

    test(`${name}, it has no dependencies and takes less than 2 MB`, () => {
      const modules = join(folder, name.replace(' ', '-'), 'node_modules');
      const entries = output('ls', [modules]).trim().split('\n');
      deepStrictEqual(entries, ['kc-etl']);
      // the bytes of the files: blocks of a file system make many small files look larger
      const kilobytes = Number.parseInt(output('du', ['-sk', '--apparent-size', modules]), 10);
      ok(kilobytes < 2048, `${kilobytes} KB`);
    });
  }
});

test('the man page is where package.json says', () => {
  const { man } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  for (const page of man) match(readFileSync(join(unpacked, page), 'utf8'), /^\.TH/m);
});

describe('third-party packages', () => {
  const sbom = () => JSON.parse(readFileSync(join(unpacked, 'dist/sbom.cdx.json'), 'utf8'));

  test('the SBOM lists what the bundle contains', () => {
    const { components, metadata } = sbom();
    strictEqual(metadata.component.version, version);
    const names = components.map((/** @type {{ name: string }} */ one) => one.name);
    for (const name of ['zod', 'yaml', 'undici', 'commander', 'chalk', 'ora']) {
      ok(names.includes(name), name);
    }
    for (const name of ['typescript', 'vitest', 'rolldown']) ok(!names.includes(name), name);
  });

  test('the SBOM keeps to the schema of CycloneDX 1.6', () => {
    const schemas = join(root, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
    const read = (/** @type {string} */ name) =>
      JSON.parse(readFileSync(join(schemas, name), 'utf8'));
    const ajv = new Ajv({ strict: false });
    addFormats(ajv);
    ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
    // the schema refers to the others by the names of their files
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      const id = `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;
      ajv.addSchema({ ...read(`${name}.SNAPSHOT.schema.json`), $id: id });
    }
    const validate = ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'));
    ok(validate(sbom()), JSON.stringify(validate.errors));
    ok(!validate({ ...sbom(), components: [{ type: 'librari' }] }));
  });

  test('every package of the SBOM has its license text in the notices', () => {
    const notices = readFileSync(join(unpacked, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const { name, version: of, licenses } of sbom().components) {
      const [{ license }] = licenses;
      const at = notices.indexOf(`\n${name} ${of} (${license.id})\n`);
      ok(at >= 0, name);
      match(notices.slice(at, at + 2000), /copyright/i, name);
    }
  });
});

test('the tarball is small', () => ok(statSync(tarball).size < 600_000));
