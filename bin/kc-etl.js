#!/usr/bin/env node
// CommonJS (see package.json here): Node's loader of ES modules would cost ten milliseconds. One file,
// since Node takes a millisecond to find and to load each.
const { existsSync, readFileSync, statSync, writeSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

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
  if (flags) {
    require('node:v8').setFlagsFromString(flags);
    compileParser();
  }
  const suffix = `.${process.version}-${process.platform}-${process.arch}${flags.replaceAll(' ', '')}.cache`;
  // the build of a clone keeps its code next to the bundle, an installed package keeps it for the user
  const isBuilt = existsSync(`${bundle}${suffix}`);
  load(bundle, isBuilt ? (filename) => read(`${filename}${suffix}`) : userCache(suffix));
}

/**
 * V8's flags for a command line. Its optimising compiler for WebAssembly takes longer on undici's HTTP
 * parser than a whole run: Node 20 would use it at once, Node 22 and 24 after some requests (each of the
 * three flags is needed by one of them). Compiling the parser's functions one by one, as they are called,
 * takes longer than all at once on several threads. Without the baseline compiler for JavaScript short runs
 * are two milliseconds shorter, and long ones as long. Help needs neither undici nor the streams that
 * node:v8 loads.
 */
function flagsFor(words) {
  const isHelp = words.some((word) => /^(-h|--help|help|completion|__complete)$/.test(word));
  // a later V8 may have dropped a flag, and would complain about it on stderr
  const isKnown = Number.parseInt(process.versions.node, 10) <= 26;
  if (isHelp || !isKnown) return '';
  return '--liftoff-only --no-wasm-tier-up --no-wasm-dynamic-tiering --no-sparkplug --no-wasm-lazy-compilation';
}

/**
 * Compiles undici's HTTP parser on other threads while the bundle is loaded: undici compiles the same bytes
 * when it connects, and V8 finds them compiled. Where that fails undici takes its other parser.
 */
function compileParser() {
  const bytes = read(join(dirname(bundle), 'llhttp_simd.wasm'));
  WebAssembly.compile(bytes).catch(() => {});
}

/**
 * Loads a file of the bundle with those that it requires, each with the compiled code that is kept for it:
 * compiling is a third of what `--help` takes, and Node's own loader takes longer to find and resolve a
 * file than to read it. The code is used by the very Node that compiled it only: V8 accepts code of
 * another Node of the same line, and goes wrong.
 */
function load(file, codeOf) {
  const { Script } = require('node:vm');
  const modules = new Map();
  const loadFile = (filename) => {
    const known = modules.get(filename);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(filename, module);
    // the text of a function, see rolldown.config.js
    const source = readFileSync(filename);
    const cachedData = codeOf(filename, source);
    const script = new Script(source.latin1Slice(), { filename, cachedData });
    codeOf.compiled?.(filename, source, script);
    const folder = dirname(filename);
    const requireFrom = (id) => (id.startsWith('./') ? loadFile(join(folder, id)) : require(id));
    const { exports } = module;
    script.runInThisContext().call(exports, exports, requireFrom, module, filename, folder);
    return module.exports;
  };
  loadFile(file);
}

/**
 * Compiled code in the user's cache directory: written when the first run of a command ends, used by the
 * next. Compiled code is trusted like a program, so it is used only from a directory that nobody else can
 * write to. Each file begins with the source that it was compiled from.
 */
function userCache(suffix) {
  const { HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  const home = XDG_CACHE_HOME || LOCALAPPDATA || HOME;
  if (!home || NODE_DISABLE_COMPILE_CACHE) return () => undefined;
  const folder = join(home, home === HOME ? '.cache/kc-etl' : 'kc-etl');
  // distributions build a version of Node in their own ways
  const { size, mtimeMs } = statSync(process.execPath);
  const path = (filename) => join(folder, `${basename(filename)}.${size}-${mtimeMs}${suffix}`);
  const isOwn = isOnlyWritableByUser(folder);
  const codeOf = (filename, source) => {
    const kept = isOwn ? read(path(filename)) : undefined;
    const isOfSource = kept?.subarray(0, source.length).equals(source);
    return isOfSource ? kept.subarray(source.length) : undefined;
  };
  const missing = [];
  codeOf.compiled = (filename, source, script) => {
    // false where V8 used what it was given
    if (script.cachedDataRejected === false) return;
    if (missing.push({ path: path(filename), source, script }) > 1) return;
    process.once('exit', () => require('./keep-code.js')({ home, folder, missing }));
  };
  return codeOf;
}

function isOnlyWritableByUser(folder) {
  try {
    const { uid, mode } = statSync(folder);
    return !process.geteuid || (uid === process.geteuid() && (mode & 0o022) === 0);
  } catch {
    return false;
  }
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
