import { UsageError } from '../../errors.ts';
import { redact } from '../../redaction.ts';
import type { StoreContent } from '../../store/audit-store.ts';
import { AuditStore } from '../../store/audit-store.ts';
import { diskFiles, temporaryName } from '../../store/disk.ts';
import { folderOf, isDefaultOptions, pathOf } from '../../store/layout.ts';
import { memoryFiles } from '../../store/memory.ts';
import type { StoredDay } from '../../store/schema.ts';

/**
 * Opens the AuditStore in a directory; `write` makes one where there is none.
 *
 * @param secrets removed from what is written, since a server may repeat them
 */
export function openAuditStore(
  dir: string,
  mode: 'read' | 'write',
  secrets: readonly string[] = [],
): Promise<AuditStore> {
  const disk = diskFiles(dir);
  const files = {
    ...disk,
    create: (path: string, text: string) => disk.create(path, redact(text, secrets)),
  };
  return AuditStore.open(dir, { files, temporaryName }, mode === 'write');
}

/** An AuditStore that is gone with the process. */
export function temporaryStore(): Promise<AuditStore> {
  return AuditStore.open('memory', { files: memoryFiles(), temporaryName }, true);
}

/** The days of one server that were evaluated with the same options, in order of time. */
export interface StoredSeries {
  readonly days: readonly StoredDay[];
  /** What a user should know about what was left out. */
  readonly notes: readonly string[];
}

/** A server of a store as a user names it. */
export function serverNames({ server }: StoredDay): string[] {
  const folder = folderOf(server).replace(/^servers\//, '');
  return [folder, server.address, ...(server.clusterId === null ? [] : [server.clusterId])];
}

/**
 * The days of one server.
 *
 * @param name null where the store holds one server only
 * @throws UsageError where there is none of this name, or several
 */
export function seriesOf({ days }: StoreContent, name: string | null): StoredSeries {
  const servers = new Map<string, StoredDay[]>();
  for (const day of days) {
    const folder = folderOf(day.server);
    servers.set(folder, [...(servers.get(folder) ?? []), day]);
  }
  const matching = [...servers.values()].filter(
    ([first]) => name === null || (first && serverNames(first).includes(name)),
  );
  const [own] = matching;
  if (matching.length > 1 || (own === undefined && servers.size > 0)) {
    throw serverError([...servers.values()], name, matching.length);
  }
  return ofOneOption(own ?? []);
}

/**
 * Reads what an AuditStore holds of one server, and not the files of the others; all of it where it holds one only.
 *
 * @param name null where the store holds one server only
 * @throws UsageError where there is none of this name, or several
 */
export async function readServerDays(
  store: AuditStore,
  name: string | null,
): Promise<StoreContent> {
  if (name === null) return store.read();
  const [folder, ...others] = await foldersOf(store, name);
  return folder !== undefined && others.length === 0 ? store.read(folder) : store.read();
}

/**
 * Reads what an AuditStore holds of the servers of a name, and not the files of the others.
 *
 * @param name null: every server
 */
export async function readServersOfName(
  store: AuditStore,
  name: string | null,
): Promise<StoreContent> {
  if (name === null) return store.read();
  const contents: StoreContent[] = [];
  for (const folder of await foldersOf(store, name)) contents.push(await store.read(folder));
  return {
    days: contents.flatMap(({ days }) => days),
    damaged: contents.flatMap(({ damaged }) => damaged),
  };
}

/** The folders of the servers that a user can call so. */
async function foldersOf(store: AuditStore, name: string): Promise<string[]> {
  const folders: string[] = [];
  for (const folder of await store.serverFolders()) {
    if (folder === `servers/${name}`) return [folder];
    const day = await store.firstDay(folder);
    if (day !== null && serverNames(day).includes(name)) folders.push(folder);
  }
  return folders;
}

function serverError(
  servers: readonly (readonly StoredDay[])[],
  name: string | null,
  matches: number,
): UsageError {
  const known = servers
    .flatMap(([first]) => (first ? [`${serverNames(first)[0]} (${first.server.address})`] : []))
    .sort();
  const more = known.length > 5 ? ` and ${known.length - 5} more` : '';
  const list = `${known.slice(0, 5).join(', ')}${more}`;
  if (name === null) {
    return new UsageError(
      `the AuditStore has ${known.length} servers: ${list}`,
      'choose one with --server <name>',
    );
  }
  return new UsageError(
    matches > 1
      ? `--server: ${matches} servers of the AuditStore match '${name}'`
      : `--server: the AuditStore has no server '${name}'`,
    `it has ${list}`,
  );
}

/** Days of the default options; where there are none, of the options that were used last. */
function ofOneOption(days: readonly StoredDay[]): StoredSeries {
  const byOptions = new Map<string, StoredDay[]>();
  for (const day of days) {
    const key = JSON.stringify([day.options.step, optionsKey(day)]);
    byOptions.set(key, [...(byOptions.get(key) ?? []), day]);
  }
  const newest = (series: readonly StoredDay[]) =>
    series
      .map(({ storedAt }) => storedAt)
      .sort()
      .at(-1) ?? '';
  const rank = (series: readonly StoredDay[]) =>
    series[0] && isDefaultOptions(series[0].options) && series[0].options.step === '1d' ? 1 : 0;
  const [own = [], ...others] = [...byOptions.values()].sort(
    (a, b) => rank(b) - rank(a) || (newest(a) < newest(b) ? 1 : -1),
  );
  const left = others.reduce((sum, { length }) => sum + length, 0);
  return {
    days: own,
    notes:
      left === 0 ? [] : [`${left} AuditSets that were evaluated with other options are not shown`],
  };
}

/** What distinguishes the files of days that were evaluated with different options. */
export function optionsKey(day: Pick<StoredDay, 'server' | 'options'>): string {
  return pathOf({ ...day, window: { start: '2000-01-01T00:00:00Z', end: '' } });
}
