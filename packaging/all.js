// `npm run package`: every artefact, into build/. The tarball comes first, the others are made from it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.js';

const scripts = ['tarball', 'image', 'chart', 'krew'];

for (const script of scripts) {
  const path = join(root, 'packaging', `${script}.js`);
  const { status } = spawnSync(process.execPath, [path], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`error: packaging/${script}.js failed\n`);
    process.exitCode = 1;
    break;
  }
}
