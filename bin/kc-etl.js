#!/usr/bin/env node
// CommonJS (see package.json here): Node's loader of ES modules would cost ten milliseconds.
const { existsSync, readFileSync, writeSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { cacheSuffix, flagsFor, load } = require('./code-cache.js');

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
  const suffix = cacheSuffix(flags);
  // without a cache of ours, Node 22 and later keep one of their own
  if (enableCompileCache && !existsSync(`${bundle}${suffix}`)) {
    enableCompileCache();
    require(bundle);
  } else load(bundle, suffix, require);
}
