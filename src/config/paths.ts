import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from './resolve.ts';

/** The name of a project's settings. */
const projectFile = '.kc-etl.yaml';

/** Where configuration may be; null where there can be none. */
export interface ConfigPaths {
  /** The user's own, whether it exists or not. */
  readonly user: string | null;
  /** The nearest of a project, upward from the working directory; one that exists. */
  readonly project: string | null;
}

export function configPaths(env: Environment, cwd: string): ConfigPaths {
  return { user: userPath(env), project: projectPath(cwd) };
}

function userPath(env: Environment): string | null {
  const home = env['HOME'] || env['USERPROFILE'];
  const xdg = env['XDG_CONFIG_HOME'];
  // the specification says that a relative path is to be ignored
  const base = xdg && isAbsolute(xdg) ? xdg : home ? join(home, '.config') : null;
  return base === null ? null : join(base, 'kc-etl', 'config.yaml');
}

function projectPath(cwd: string): string | null {
  for (let at = cwd; ; at = dirname(at)) {
    const path = join(at, projectFile);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}
