// Preloaded into the program: writes the files of the bundle that it read to $CHUNKS_FILE.
const fs = require('node:fs');
const { basename } = require('node:path');

const read = new Set();
const { readFileSync } = fs;
fs.readFileSync = (path, ...options) => {
  if (String(path).endsWith('.cjs')) read.add(basename(path));
  return readFileSync(path, ...options);
};
process.on('exit', () => fs.writeFileSync(process.env.CHUNKS_FILE, [...read].join('\n')));
