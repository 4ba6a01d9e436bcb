#!/usr/bin/env node
// CommonJS (see package.json beside it): Node's loader of ES modules would cost ten milliseconds.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

if (enableCompileCache) enableCompileCache();
else require('./code-cache.js');

const bundle = join(__dirname, '../dist/main.cjs');
if (existsSync(bundle)) require(bundle);
else {
  process.stderr.write('error: kc-etl is not built: run npm ci or npm run build first\n');
  process.exitCode = 2;
}
