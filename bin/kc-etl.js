#!/usr/bin/env node
// CommonJS (see package.json here): Node's loader of ES modules would cost ten milliseconds. One file,
// since Node takes a millisecond to find and to load each.
const { existsSync, readFileSync, writeSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');

const bundle = join(__dirname, '../dist/main.cjs');
const words = process.argv.slice(2);

if (words.length === 1 && /^(-V|--version)$/.test(words[0])) printVersion();
else if (existsSync(bundle)) start();
else {
  process.stderr.write('error: kc-etl is not built: run npm ci or npm run build first\n');
  process.exitCode = 2;
}

function printVersion() {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
  try {
    writeSync(1, `${version}\n`);
  } catch (error) {
    if (error.code !== 'EPIPE') throw error;
  }
}

function start() {
  const flags = flagsFor(words);
  // before the first module: V8 accepts cached code under the flags it was compiled with only
  if (flags) require('node:v8').setFlagsFromString(flags);
  const suffix = `.${process.version}-${process.platform}-${process.arch}${flags}.cache`;
  // without a cache of ours, Node 22 and later keep one of their own
  if (Module.enableCompileCache && !existsSync(`${bundle}${suffix}`)) {
    Module.enableCompileCache();
    require(bundle);
  } else load(bundle, suffix);
}

/**
 * V8's flags for a command line. Node 20 compiles undici's WebAssembly with the optimising compiler,
 * which takes longer than a whole run; help needs neither undici nor the streams that node:v8 loads.
 */
function flagsFor(words) {
  const isHelp = words.some((word) => /^(-h|--help|help|completion|__complete)$/.test(word));
  return Module.enableCompileCache || isHelp ? '' : '--liftoff-only';
}

/**
 * Loads a file of the bundle with those that it requires, each with the compiled code that the build
 * keeps next to it (see code-cache.build.js): compiling is a third of what `--help` takes, and Node's
 * own loader takes longer to find and resolve a file than to read it. The code is used by the very Node
 * that compiled it only: V8 accepts code of another Node of the same line, and goes wrong.
 */
function load(file, suffix) {
  const { Script } = require('node:vm');
  const modules = new Map();
  const loadFile = (filename) => {
    const known = modules.get(filename);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(filename, module);
    const source = Module.wrap(readFileSync(filename, 'utf8'));
    const script = new Script(source, { filename, cachedData: read(`${filename}${suffix}`) });
    const folder = dirname(filename);
    const requireFrom = (id) => (id.startsWith('./') ? loadFile(join(folder, id)) : require(id));
    const { exports } = module;
    script.runInThisContext().call(exports, exports, requireFrom, module, filename, folder);
    return module.exports;
  };
  loadFile(file);
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
