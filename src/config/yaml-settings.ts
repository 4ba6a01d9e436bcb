import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { SettableKey } from './placement.ts';
import type { ConfiguredValue, Origin } from './resolve.ts';
import { yamlMessage } from './yaml-message.ts';

/** What keys there are; unknown ones are asked for all at once, since that loads every command. */
export type KnownKeys = (wanted: ReadonlySet<string>) => Promise<ReadonlyMap<string, SettableKey>>;

/** What a project's file contains besides settings; whoever needs a section reads and checks it. */
const sections: readonly string[] = ['accepted'];

/** A configuration file as it was read. */
export interface ConfigFile {
  readonly path: string;
  /** The profile it says to use. */
  readonly profile: ConfiguredValue | null;
  /** By profile, in the order of the file; empty for a project's. */
  readonly profiles: ReadonlyMap<string, ReadonlyMap<string, ConfiguredValue>>;
  /** The sections besides settings that a project's file has. */
  readonly sections: readonly string[];
  /** What stands at the top of a project's settings. */
  readonly settings: ReadonlyMap<string, ConfiguredValue>;
  /** The first line that holds a secret. */
  readonly secretLine: number | null;
}

/**
 * Reads the text of a configuration file.
 *
 * @throws UsageError naming the line of a broken text, an unknown key, a wrong type, or a key that
 * has no place in this file
 */
export async function readConfigText(
  text: string,
  path: string,
  origin: Extract<Origin, 'profile' | 'project'>,
  knownKeys: KnownKeys,
): Promise<ConfigFile> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (node: Node | null | undefined) => lines.linePos(node?.range?.[0] ?? 0).line;
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line ?? 1;
    throw new UsageError(`${path}:${line}: ${yamlMessage(broken)}`);
  }
  const root = entriesOf(document.contents, path, 1);
  const profile = root.find(({ key }) => key === 'profile');
  const profiles = origin === 'profile' ? root.find(({ key }) => key === 'profiles') : undefined;
  const own = root.filter(
    (entry) =>
      entry !== profile &&
      entry !== profiles &&
      !(origin === 'project' && sections.includes(entry.key)),
  );
  const groups = new Map(
    (profiles ? entriesOf(profiles.value, path, profiles.line) : []).map(
      ({ key, value, line }) => [key, entriesOf(value, path, line)] as const,
    ),
  );
  const entries = [...groups.values()].flat();
  const known = await knownKeys(new Set([...entries, ...own].map(({ key }) => key)));
  const [misplaced] = origin === 'profile' ? own : [];
  if (misplaced) {
    throw new UsageError(
      `${path}:${misplaced.line}: '${misplaced.key}' is not known here`,
      known.has(misplaced.key)
        ? `put it under a profile: profiles: { <name>: { ${misplaced.key}: … } }`
        : 'the top level has profile and profiles',
    );
  }
  let secretLine: number | null = null;
  const checked = (group: readonly Entry[]) =>
    new Map(
      group.map((entry) => {
        const found = checkedSetting(entry, known, path, origin);
        if (known.get(entry.key)?.secret) secretLine ??= entry.line;
        return [entry.key, found] as const;
      }),
    );
  return {
    path,
    sections:
      origin === 'project'
        ? root.map(({ key }) => key).filter((key) => sections.includes(key))
        : [],
    profile: profile ? checkedSetting(profile, profileKey, path, origin) : null,
    profiles: new Map([...groups].map(([name, group]) => [name, checked(group)])),
    settings: origin === 'project' ? checked(own) : new Map(),
    secretLine,
  };

  /** The members of a map, with their lines. */
  function entriesOf(node: unknown, file: string, line: number): Entry[] {
    if (node === null || (isScalar(node) && node.value === null)) return [];
    if (!isMap(node)) throw new UsageError(`${file}:${line}: expected 'name: value' lines here`);
    return node.items.map((pair: Pair) => {
      const key = isScalar(pair.key) ? pair.key : null;
      return { key: String(key?.value), value: pair.value, line: lineOf(key) };
    });
  }
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
}

const profileKey: ReadonlyMap<string, SettableKey> = new Map([
  ['profile', { takes: 'a string', place: 'anywhere', secret: false }],
]);

function checkedSetting(
  { key, value, line }: Entry,
  known: ReadonlyMap<string, SettableKey>,
  path: string,
  origin: 'profile' | 'project',
): ConfiguredValue {
  const where = `${path}:${line}`;
  const settable = known.get(key);
  if (!settable || settable.place === 'never') {
    throw unknownSetting(where, key, settable ? null : [...known.keys()]);
  }
  if (origin === 'project' && settable.place === 'profile') {
    throw new UsageError(
      settable.secret
        ? `${where}: '${key}' is a secret, and project settings are shared`
        : `${where}: '${key}' decides what kc-etl trusts, and project settings are shared`,
      'put it into a profile of your own; kc-etl config path prints the file',
    );
  }
  const texts = textsOf(value, settable.takes);
  if (texts === null) throw new UsageError(`${where}: '${key}' must be ${settable.takes}`);
  return { texts, origin, source: `${where}: ${key}` };
}

/** @param names of the settings; null where the key is an option that no file may set */
function unknownSetting(where: string, key: string, names: readonly string[] | null): UsageError {
  if (names === null) {
    return new UsageError(`${where}: '${key}' is not a setting`, 'it is for the command line only');
  }
  const ending = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  const scoped = names.filter((name) => name.endsWith(ending));
  if (scoped.length > 0) {
    return new UsageError(
      `${where}: '${key}' has other values in each command`,
      `name the command: ${scoped.join(', ')}`,
    );
  }
  const near = nearest(key, names);
  return new UsageError(
    `${where}: '${key}' is not a setting${near ? `; did you mean ${near}?` : ''}`,
    'settings are named as options: waitTimeout',
  );
}

function textsOf(value: unknown, takes: SettableKey['takes']): string[] | null {
  if (takes === 'true or false') {
    return isScalar(value) && typeof value.value === 'boolean' ? [String(value.value)] : null;
  }
  if (takes === 'a list or a string' && isSeq(value)) {
    const items = value.items.map((item) => textOf(item));
    return items.every((item) => item !== null) && items.length > 0 ? items : null;
  }
  const text = textOf(value);
  return text === null ? null : [text];
}

/** A text as it is written: a number keeps its spelling. */
function textOf(value: unknown): string | null {
  if (!isScalar(value)) return null;
  if (typeof value.value === 'number') return value.source ?? String(value.value);
  return typeof value.value === 'string' && value.value !== '' ? value.value : null;
}
