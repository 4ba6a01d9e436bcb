import type { Stats } from 'node:fs';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type ConfigPaths, configPaths } from './paths.ts';
import { commandKeys } from './placement.ts';
import type { ConfiguredValue, Environment, Settings } from './resolve.ts';
import { readProjectText, readWithStats, refuseWritableCommands } from './trust.ts';
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

/** Options that decide which configuration is used; they come from the command line or the environment. */
interface Request {
  /** `--profile`; null where it is not given. */
  readonly profileOption: ConfiguredValue | null;
  /** `--config-trust`: files that others own or can write are used. */
  readonly trusted: boolean;
}

/**
 * Reads the configuration. Without files this costs no more than looking for them.
 *
 * @throws UsageError naming the file and its line, or why the file is not trusted
 */
export async function readConfiguration(
  env: Environment,
  cwd: string,
  { profileOption, trusted }: Request,
  knownKeys: KnownKeys,
): Promise<Configuration> {
  const paths = configPaths(env, cwd);
  const warnings: string[] = [];
  const user = paths.user === null ? null : await readUser(paths.user, trusted, knownKeys);
  if (user?.warning) warnings.push(user.warning);
  const project =
    paths.project === null ? null : await readProject(paths.project, trusted, knownKeys);
  const named = profileOption ?? project?.profile ?? user?.file.profile ?? null;
  const profile = named === null ? null : profileNamed(named, user?.file ?? null, paths);
  const layers = [project?.settings ?? [], profile?.settings ?? []];
  // whoever asks for a profile by name means it to win over the directory they happen to be in
  const weakestFirst = profileOption ? layers : layers.reverse();
  return {
    paths,
    user: user?.file ?? null,
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

async function readUser(path: string, trusted: boolean, knownKeys: KnownKeys) {
  const read = contentOf(path, () => readWithStats(path));
  if (read === null) return null;
  const { readConfigText } = await import('./yaml-settings.ts');
  const file = await readConfigText(read.text, path, 'profile', knownKeys);
  if (!trusted) refuseCommands(file, read.stats);
  const isExposed =
    file.secretLine !== null && process.platform !== 'win32' && read.stats.mode & 0o077;
  const warning = isExposed
    ? `${path} holds a secret (line ${file.secretLine}) and others can read it: chmod 600 it`
    : null;
  return { file, warning };
}

/** In any profile: `--profile` is only one option away. */
function refuseCommands(file: ConfigFile, stats: Stats): void {
  for (const settings of file.profiles.values()) {
    for (const key of commandKeys.keys()) {
      const source = settings.get(key)?.source;
      if (source !== undefined) refuseWritableCommands(file.path, stats, source);
    }
  }
}

async function readProject(path: string, trusted: boolean, knownKeys: KnownKeys) {
  const read = contentOf(path, () => readProjectText(path, trusted));
  if (read === null) return null;
  const { readConfigText } = await import('./yaml-settings.ts');
  return readConfigText(read.text, path, 'project', knownKeys);
}

/** What `read` returns; null where there is no file. */
function contentOf<T>(path: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new UsageError(`${path} cannot be read${code ? ` (${code})` : ''}`);
  }
}
