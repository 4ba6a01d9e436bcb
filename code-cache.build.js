// The last step of the build: keeps the compiled code of the bundle for bin/code-cache.js. Some runs of
// the bundle decide what is kept: the files they load, with the functions they call.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL('bin/kc-etl.js', import.meta.url));

const runs = [
  ['--help'],
  ['events', '--demo', '--quiet'],
  ['events', '--demo', '--quiet', '-o', 'json'],
  ['audit', 'list', '--demo', '--quiet', '--window', '1d'],
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
  const suffix = cache.cacheSuffix(cache.flagsFor(process.argv.slice(2)));
  cache.useCache = () => {};
  const loaded = [];
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, filename, ...more) {
    if (!filename.endsWith('.cjs')) return compile.call(this, source, filename, ...more);
    const file = `${filename}${suffix}`;
    const cachedData = existsSync(file) ? readFileSync(file) : undefined;
    const script = new Script(Module.wrap(source), { filename, cachedData });
    loaded.push([file, script]);
    cache.run(script, this, filename);
  };
  process.on('exit', () => {
    for (const [file, script] of loaded) writeFileSync(file, script.createCachedData());
  });
}
