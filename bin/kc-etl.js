#!/usr/bin/env node
// CommonJS (see package.json beside it): Node's loader of ES modules would cost ten milliseconds.
// Node 22 and later keep compiled code between runs.
require('node:module').enableCompileCache?.();

require('../dist/main.cjs');
