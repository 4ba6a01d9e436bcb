// Loads the bundle, with the compiled code that the build keeps next to it (see code-cache.build.js):
// compiling is a third of what `--help` takes. It is used by the very Node that compiled it only: V8
// accepts code of another Node of the same line, and goes wrong.
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
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

/**
 * Loads a file of the bundle with those that it requires, each with its cache where it has one. Node's
 * own loader finds, resolves and looks for the package of every file, which takes longer than to read it.
 *
 * @param requireOther loads what is no file of the bundle
 * @param onLoaded called with every file and its script before it runs
 */
function load(file, suffix, requireOther, onLoaded = () => {}) {
  const modules = new Map();
  const loadFile = (filename) => {
    const known = modules.get(filename);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(filename, module);
    const source = Module.wrap(readFileSync(filename, 'utf8'));
    const script = new Script(source, { filename, cachedData: read(`${filename}${suffix}`) });
    onLoaded(filename, script);
    const folder = dirname(filename);
    const requireFrom = (id) =>
      id.startsWith('./') ? loadFile(join(folder, id)) : requireOther(id);
    const { exports } = module;
    script.runInThisContext().call(exports, exports, requireFrom, module, filename, folder);
    return module.exports;
  };
  return loadFile(file);
}

module.exports = { cacheSuffix, flagsFor, load };

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
