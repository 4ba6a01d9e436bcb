#!/usr/bin/env node
// CommonJS (see package.json beside it): Node's loader of ES modules would cost ten milliseconds.
const { enableCompileCache } = require('node:module');

if (enableCompileCache) enableCompileCache();
else require('./code-cache.js');

require('../dist/main.cjs');
