import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the build is made from. */
const sources = ['src', 'bin', 'packaging', 'package.json', 'rolldown.config.js'];

/** Directories that no test may change, and that no check has to read. */
const ignored = new Set(['node_modules', '.git', 'build', 'coverage']);

/**
 * Builds what the tests start, unless the build is newer than its sources. With CI=true an error names
 * the files of the tree that a test created, changed or deleted.
 */
export function setup(): (() => void) | undefined {
  if (!isBuilt()) execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (process.env['CI'] !== 'true') return undefined;
  const before = snapshot('.');
  return () => {
    const after = snapshot('.');
    const paths = [...new Set([...before.keys(), ...after.keys()])];
    const changed = paths.filter((path) => before.get(path) !== after.get(path));
    if (changed.length > 0) throw new Error(`the tests changed ${changed.join(', ')}`);
  };
}

function isBuilt(): boolean {
  try {
    const built = statSync('dist/kc-etl.1').mtimeMs;
    return sources.every((path) => newest(path) < built);
  } catch {
    return false;
  }
}

/** The last change of a file, or of anything in a directory. */
function newest(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Size and time of every file, by path. The code cache is left out: Node versions rewrite it. */
function snapshot(directory: string, files = new Map<string, string>()): Map<string, string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (ignored.has(entry.name) || entry.name.endsWith('.cache')) continue;
    if (entry.isDirectory()) {
      snapshot(path, files);
      continue;
    }
    const { size, mtimeMs } = statSync(path);
    files.set(path, `${size} bytes, ${mtimeMs}`);
  }
  return files;
}
