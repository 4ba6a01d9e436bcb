// The krew manifest, installed by real krew from the packed tarball.
import { match, ok, strictEqual } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { build, name, sha256OfFile, tarball, version } from '../../packaging/paths.js';
import { output, run, temporary } from './support.js';
import { goPrograms, kubernetesTools, noGo, noKubernetesTools } from './tools.js';

const manifest = join(build, 'krew', `${name}.yaml`);
const folder = temporary();

test('the manifest names the tarball and its checksum', () => {
  const { metadata, spec } = parse(readFileSync(manifest, 'utf8'));
  strictEqual(metadata.name, name);
  strictEqual(spec.version, `v${version}`);
  const [{ sha256, uri }] = spec.platforms;
  strictEqual(sha256, sha256OfFile(tarball));
  match(uri, new RegExp(`/v${version}/${name}-${version}\\.tgz$`));
});

describe('krew', { skip: noGo || noKubernetesTools }, () => {
  const env = { KREW_ROOT: join(folder, 'krew'), KREW_NO_UPGRADE_CHECK: '1' };
  /** @type {string} */
  let krew;
  before(() => {
    krew = goPrograms.krew();
  });
  const install = (/** @type {string} */ path) =>
    run(krew, ['install', `--manifest=${path}`, `--archive=${tarball}`], { env });

  test('refuses a wrong checksum', () => {
    const wrong = parse(readFileSync(manifest, 'utf8'));
    wrong.spec.platforms[0].sha256 = '0'.repeat(64);
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, stringify(wrong));
    const { code, stderr } = install(path);
    ok(code !== 0);
    match(stderr, /checksum does not match/);
  });

  test('installs it, and kubectl kc-etl works', () => {
    const { code, stderr } = install(manifest);
    strictEqual(code, 0, stderr);
    const { kubectl } = kubernetesTools();
    const PATH = `${join(env.KREW_ROOT, 'bin')}:${process.env['PATH']}`;
    const options = { env: { PATH } };
    strictEqual(output(kubectl, ['kc-etl', '--version'], options), `${version}\n`);
    match(output(kubectl, ['kc-etl', 'events', '--demo', '-q', '--limit', '3'], options), /Set/);
  });
});
