// The last step of the build: keeps the compiled code of the bundle for bin/kc-etl.js. Some runs of
// the bundle decide what is kept: the files they load, with the functions they call.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

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

/**
 * Preloaded into a run: keeps the code of every script that has been offered a cache, whether there was one
 * or not. Each run adds the functions that the runs before did not call.
 */
function keepCode() {
  const scripts = new Map();
  let cacheFile;
  const { existsSync, readFileSync } = fs;
  // else the program would use the user's cache
  fs.existsSync = (path) => String(path).endsWith('.cache') || existsSync(path);
  fs.readFileSync = (path, ...options) => {
    if (String(path).endsWith('.cache')) cacheFile = path;
    return readFileSync(path, ...options);
  };
  vm.Script = class extends vm.Script {
    constructor(source, options) {
      super(source, options);
      if (cacheFile?.startsWith(options.filename)) scripts.set(cacheFile, this);
    }
  };
  process.on('exit', () => {
    for (const [file, script] of scripts) fs.writeFileSync(file, script.createCachedData());
  });
}
