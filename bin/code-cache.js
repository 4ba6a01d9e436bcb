// Node 20 only: what module.enableCompileCache does in later versions, with the code that the build
// compiled (see code-cache.build.js). Compiling is a third of what `--help` takes.
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const compile = Module.prototype._compile;

Module.prototype._compile = function (source, filename) {
  const cachedData = read(`${filename}.cache`);
  if (!cachedData) return compile.call(this, source, filename);
  // another version of V8 rejects it, and compiles the source
  const script = new Script(Module.wrap(source), { filename, cachedData });
  const { exports } = this;
  const require = Module.createRequire(filename);
  return script
    .runInThisContext()
    .call(exports, exports, require, this, filename, dirname(filename));
};

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
