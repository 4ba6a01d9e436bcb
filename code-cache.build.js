// The last step of the build: keeps the compiled code of the bundle for bin/code-cache.js. Some runs of
// the bundle decide what is kept: the files they load, with the functions they call.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL('bin/kc-etl.js', import.meta.url));

const runs = [
  ['--help'],
  ['events', '--demo', '--quiet'],
  ['events', '--demo', '--quiet', '-o', 'json'],
  ['audit', 'list', '--demo', '--quiet', '--window', '6d', '--fault', 'lost-disk=all'],
  [
    'audit',
    'list',
    '--demo',
    '--quiet',
    '--window',
    '6d',
    '--fault',
    'lost-disk=all',
    '-o',
    'json',
  ],
];

if (process.argv[1] !== self) keepCode();
else {
  for (const words of runs) {
    const { status, stderr } = spawnSync(process.execPath, ['--import', self, program, ...words]);
    if (status !== 0) throw new Error(`kc-etl ${words.join(' ')} ended with ${status}: ${stderr}`);
  }
}

/** Preloaded into a run: each run adds the functions that the runs before did not call. */
function keepCode() {
  const cache = createRequire(program)('./code-cache.js');
  const { load } = cache;
  const loaded = [];
  cache.load = (file, suffix, requireOther) =>
    load(file, suffix, requireOther, (filename, script) => {
      loaded.push([`${filename}${suffix}`, script]);
    });
  process.on('exit', () => {
    for (const [file, script] of loaded) writeFileSync(file, script.createCachedData());
  });
}
