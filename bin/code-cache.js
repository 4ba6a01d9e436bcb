// Compiled code that the build keeps beside the bundle (see code-cache.build.js): compiling is a third
// of what `--help` takes. It is used by the very Node that compiled it only: V8 accepts code of another
// Node of the same line, and goes wrong.
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/**
 * V8's flags for a command line. Node 20 compiles undici's WebAssembly with the optimising compiler,
 * which takes longer than a whole run; help needs neither undici nor the streams that node:v8 loads.
 */
function flagsFor(words) {
  const isHelp = words.some((word) => /^(-h|--help|help|completion|__complete)$/.test(word));
  return Module.enableCompileCache || isHelp ? '' : '--liftoff-only';
}

/** The end of a cache's name: the Node that compiled it, and V8's flags. */
function cacheSuffix(flags) {
  return `.${process.version}-${process.platform}-${process.arch}${flags}.cache`;
}

/** Loads every module from its cache, where it has one. */
function useCache(suffix) {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, filename, ...more) {
    const cachedData = read(`${filename}${suffix}`);
    if (!cachedData) return compile.call(this, source, filename, ...more);
    return run(new Script(Module.wrap(source), { filename, cachedData }), this, filename);
  };
}

/** Runs a wrapped module, as Node's own loader does. */
function run(script, module, filename) {
  const { exports } = module;
  const require = module.require.bind(module);
  return script
    .runInThisContext()
    .call(exports, exports, require, module, filename, dirname(filename));
}

module.exports = { cacheSuffix, flagsFor, run, useCache };

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
