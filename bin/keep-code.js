const { closeSync, fsyncSync, mkdirSync, openSync } = require('node:fs');
const { renameSync, rmSync, statSync, writeSync } = require('node:fs');

/**
 * Writes compiled code into the user's cache, see kc-etl.js. Where that fails the next run compiles again,
 * as this one did: a home that is read-only, or another user's (sudo), is no error.
 */
module.exports = ({ home, folder, missing }) => {
  try {
    if (process.geteuid && statSync(home).uid !== process.geteuid()) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { path, source, script } of missing) {
      replace(path, [source, script.createCachedData()]);
    }
  } catch {
    // see above
  }
};

/** Other runs find the old file or all of the new one, also after a crash: V8 does not check what it is given. */
function replace(path, parts) {
  const temporary = `${path}.${process.pid}`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    for (const part of parts) writeSync(file, part);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
