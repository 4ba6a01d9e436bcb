import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Debian's package for a program that some tests run for real. */
const packages = {
  nginx: 'nginx-light',
  tinyproxy: 'tinyproxy',
  kubectl: 'kubernetes-client',
  openssl: 'openssl',
  bwrap: 'bubblewrap',
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
} as const;

export type Program = keyof typeof packages;

const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Where a program is; null where it is not installed. */
export function pathOf(program: Program): string | null {
  const paths = places.map((place) => join(place, program));
  return paths.find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Tests that need programs. Where one is missing they are skipped, and say which package to install;
 * with `CI` set they fail, so that nothing goes untested there unseen.
 */
export function describeWith(programs: readonly Program[], name: string, body: () => void): void {
  const missing = programs.filter((program) => pathOf(program) === null);
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const install = `apt-get install ${missing.map((program) => packages[program]).join(' ')}`;
  describe(`${name} (needs: ${install})`, () => {
    if (process.env['CI']) {
      throw new Error(`${name} cannot be tested: ${install}`);
    }
    describe.skip(name, body);
  });
}

/** The path of a program that `describeWith` has seen. */
export function program(name: Program): string {
  const path = pathOf(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}
