// build/kc-etl-<version>.tgz: what `npm install` takes. It has no dependencies; everything is bundled.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { build, report, root, tarball } from './paths.js';

const npm = (/** @type {string[]} */ ...words) =>
  execFileSync('npm', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

mkdirSync(build, { recursive: true });
npm('run', '--silent', 'build');
npm('pack', '--silent', '--ignore-scripts', '--pack-destination', build);
report(`${tarball} (${statSync(tarball).size} bytes)`);
