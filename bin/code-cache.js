// Node 20 only: what module.enableCompileCache does in later versions, with the code that the build
// compiled (see code-cache.build.js). Compiling is a third of what `--help` takes. Only the very Node
// that compiled it may run it: V8 takes code of another Node 20 for its own, and goes wrong.
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const suffix = `.${process.version}-${process.platform}-${process.arch}.cache`;
const compile = Module.prototype._compile;

Module.prototype._compile = function (source, filename) {
  const cachedData = read(`${filename}${suffix}`);
  if (!cachedData) return compile.call(this, source, filename);
  const script = new Script(Module.wrap(source), { filename, cachedData });
  return run(script, this, filename);
};

/** Runs a wrapped module, as Node's own loader does. */
function run(script, module, filename) {
  const { exports } = module;
  const require = Module.createRequire(filename);
  return script
    .runInThisContext()
    .call(exports, exports, require, module, filename, dirname(filename));
}

module.exports = { run, suffix };

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
