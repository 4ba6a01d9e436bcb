import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type ConfigPaths, configPaths } from './paths.ts';
import type { ConfiguredValue, Environment, Settings } from './resolve.ts';
import type { ConfigFile, KnownKeys } from './yaml-settings.ts';

/** What the configuration files say to a command. */
export interface Configuration {
  readonly paths: ConfigPaths;
  readonly user: ConfigFile | null;
  readonly project: ConfigFile | null;
  /** The profile in use. */
  readonly profile: { readonly name: string; readonly source: string } | null;
  readonly settings: Settings;
  /** What is wrong with the files, but does not stop anything. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration. Without files this costs no more than looking for them.
 *
 * @param asked the profile that a flag or the environment names
 * @throws UsageError naming the file and its line
 */
export async function readConfiguration(
  env: Environment,
  cwd: string,
  asked: ConfiguredValue | null,
  knownKeys: KnownKeys,
): Promise<Configuration> {
  const paths = configPaths(env, cwd);
  const warnings: string[] = [];
  const user = await readFileAt(paths.user, 'profile', knownKeys, warnings);
  const project = await readFileAt(paths.project, 'project', knownKeys, warnings);
  const named = asked ?? project?.profile ?? user?.profile ?? null;
  const profile = named === null ? null : profileNamed(named, user, paths);
  const layers = [project?.settings ?? [], profile?.settings ?? []];
  // whoever asks for a profile by name means it to win over the directory they happen to be in
  const weakestFirst = asked ? layers : layers.reverse();
  return {
    paths,
    user,
    project,
    profile: profile && { name: profile.name, source: profile.source },
    settings: new Map(weakestFirst.flatMap((layer) => [...layer])),
    warnings,
  };
}

function profileNamed(named: ConfiguredValue, user: ConfigFile | null, paths: ConfigPaths) {
  const name = named.texts.at(-1) ?? '';
  const settings = user?.profiles.get(name);
  if (settings) return { name, source: named.source, settings };
  const names = [...(user?.profiles.keys() ?? [])];
  const near = nearest(name, names);
  throw new UsageError(
    `${named.source}: there is no profile '${name}'${near ? `; did you mean ${near}?` : ''}`,
    names.length > 0
      ? `the profiles are ${names.join(', ')}`
      : `profiles live in ${paths.user}; create it with: kc-etl config init`,
  );
}

async function readFileAt(
  path: string | null,
  origin: 'profile' | 'project',
  knownKeys: KnownKeys,
  warnings: string[],
): Promise<ConfigFile | null> {
  if (path === null) return null;
  let text: string;
  try {
    // synchronous: opening node:fs/promises would take longer than the read
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new UsageError(`${path} cannot be read${code ? ` (${code})` : ''}`);
  }
  const { readConfigText } = await import('./yaml-settings.ts');
  const file = await readConfigText(text, path, origin, knownKeys);
  if (file.secretLine !== null && process.platform !== 'win32') {
    const { mode } = statSync(path);
    if (mode & 0o077) {
      warnings.push(
        `${path} holds a secret (line ${file.secretLine}) and others can read it: chmod 600 it`,
      );
    }
  }
  return file;
}
