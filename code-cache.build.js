// The last step of the build, on Node 20: keeps the compiled code of the bundle for bin/code-cache.js.
// Two runs of the bundle decide what is kept: their files, as far as they were compiled.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL('bin/kc-etl.js', import.meta.url));

if (process.argv[1] !== self) keepCode();
else if (!Module.enableCompileCache) {
  // the second adds what the first did not load
  for (const words of [['--help'], ['events', '--demo', '--quiet']]) {
    const { status, stderr } = spawnSync(process.execPath, ['--import', self, program, ...words]);
    if (status !== 0) throw new Error(`kc-etl ${words.join(' ')} ended with ${status}: ${stderr}`);
  }
}

/** Preloaded into a run. */
function keepCode() {
  const { run, suffix } = createRequire(program)('./code-cache.js');
  const loaded = [];
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, filename) {
    if (!filename.endsWith('.cjs') || existsSync(`${filename}${suffix}`)) {
      return compile.call(this, source, filename);
    }
    const script = new Script(Module.wrap(source), { filename });
    loaded.push([filename, script]);
    run(script, this, filename);
  };
  process.on('exit', () => {
    for (const [filename, script] of loaded) {
      writeFileSync(`${filename}${suffix}`, script.createCachedData());
    }
  });
}
