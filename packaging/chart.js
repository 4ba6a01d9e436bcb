// build/chart/: the Helm chart, unpacked and as the archive that `helm package` would make (helm is not needed).
// The chart uses only what the built program can do.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { features } from './features.js';
import { tar } from './image/tar.js';
import { build, emptied, name, report, root, version } from './paths.js';

const folder = emptied(join(build, 'chart'));
const chart = join(folder, name);
cpSync(join(root, 'packaging/helm/kc-etl'), chart, { recursive: true });

const about = join(chart, 'Chart.yaml');
writeFileSync(
  about,
  readFileSync(about, 'utf8')
    .replace(/^#.*\n/m, '')
    .replace('version: 0.0.0', `version: ${version}`)
    .replace('appVersion: 0.0.0', `appVersion: "${version}"`),
);
writeFileSync(
  join(chart, 'templates/_features.tpl'),
  Object.entries(features())
    .map(([feature, has]) => `{{- define "kc-etl.has.${feature}" }}${has}{{ end }}\n`)
    .join(''),
);

const files = readdirSync(chart, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ path: file.slice(folder.length + 1), file }));
const archive = join(folder, `${name}-${version}.tgz`);
writeFileSync(archive, gzipSync(tar(files), { level: 9 }));
report(archive);
