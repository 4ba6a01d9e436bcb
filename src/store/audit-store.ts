import { UsageError } from '../errors.ts';
import { fileText } from './file-text.ts';
import { NotAFileError, type StoreFiles } from './files.ts';
import type { KnownDays } from './known-days.ts';
import { folderOf, pathOf } from './layout.ts';
import { assertVersion, marker, markerName } from './marker.ts';
import { jsonOf, parseDay, parseFile } from './parse-file.ts';
import {
  pathOfReconciliation,
  reconciliationFolder,
  reconciliationFolderOf,
  type StoredReconciliation,
  storedReconciliationSchema,
} from './reconciliation.ts';
import type { Identity, StoredDay, StoredOptions } from './schema.ts';
import { planFolder, planPath, type ShardPlan, shardPlanSchema } from './shard.ts';

/** A file of a store that cannot be used, and why. */
export interface DamagedFile {
  readonly path: string;
  readonly problem: string;
}

export interface StoreContent {
  /** In order of server and window. */
  readonly days: readonly StoredDay[];
  readonly damaged: readonly DamagedFile[];
}

const unitFile = /^servers\/[^/]+\/\d{4}-\d{2}\/\d{4}-\d{2}-\d{2}(T\d{2})?(\.[0-9a-f]{8})?\.json$/;
const temporaryFile = /(^|\/)tmp-[0-9a-f]{16}$/;

/** The text of a file of a store, or what is wrong with it. */
type FileText = { readonly text: string } | { readonly problem: string };

/**
 * AuditSets on disk, one JSON file for each server and day. A file is written under another name and
 * then renamed, so that it is whole or not there; several runs may write at once, the last one wins.
 */
export class AuditStore {
  readonly root: string;
  readonly #files: StoreFiles;
  readonly #temporaryName: () => string;
  /** Folders in which what killed runs left behind was looked for. */
  readonly #tidied = new Set<string>();

  private constructor(root: string, files: StoreFiles, temporaryName: () => string) {
    this.root = root;
    this.#files = files;
    this.#temporaryName = temporaryName;
  }

  /**
   * @param isWriter whether the folder becomes a store where it is none
   * @throws UsageError where it is no store, or one of a newer version
   */
  static async open(
    root: string,
    { files, temporaryName }: { files: StoreFiles; temporaryName: () => string },
    isWriter: boolean,
  ): Promise<AuditStore> {
    const store = new AuditStore(root, files, temporaryName);
    let found = await files.read(markerName);
    const others = found === null ? await files.list('.') : [];
    // another writer may have made the store in between
    if (others.length > 0) found = await files.read(markerName);
    if (found === null) await store.#create(others, isWriter);
    else assertVersion(root, found);
    return store;
  }

  /** Makes the folder a store, unless it holds other files. */
  async #create(files: readonly string[], isWriter: boolean): Promise<void> {
    const { root } = this;
    const others = files.filter((path) => !temporaryFile.test(path));
    if (!isWriter || others.length > 0) {
      throw new UsageError(
        `--audit-store: ${root} is not an AuditStore${others.length > 0 ? '; it contains other files' : ''}`,
        isWriter
          ? 'name an empty directory, or one that does not exist yet'
          : `write one first: kc-etl audit run --audit-store ${root}`,
      );
    }
    await this.#files.makeFolder('.');
    await this.#replace(markerName, marker);
  }

  /** The copy of a day that is stored now; null where there is none, or it is damaged. */
  async day(unit: {
    readonly server: Identity;
    readonly options: StoredOptions;
    readonly window: StoredDay['window'];
  }): Promise<StoredDay | null> {
    const day = await this.#readDay(pathOf(unit), new Map());
    return typeof day === 'string' ? null : day;
  }

  async write(day: StoredDay): Promise<void> {
    const path = pathOf(day);
    await this.#files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    await this.#replace(path, day);
  }

  /** Stores the plan of a sharded run; every shard of it writes the same. */
  async writePlan(plan: ShardPlan): Promise<void> {
    await this.#files.makeFolder(planFolder);
    await this.#replace(planPath(plan), plan);
  }

  /** The plans of all sharded runs that wrote to the store. */
  async readPlans(): Promise<{ plans: ShardPlan[]; damaged: DamagedFile[] }> {
    const plans: ShardPlan[] = [];
    const damaged: DamagedFile[] = [];
    for (const name of await this.#files.list(planFolder)) {
      const path = `${planFolder}/${name}`;
      const file = await this.#read(path);
      if (file === null) continue;
      const parsed = shardPlanSchema.safeParse('text' in file ? jsonOf(file.text) : null);
      if (parsed.success) plans.push(parsed.data);
      else damaged.push({ path, problem: 'is not the plan of a sharded run' });
    }
    return { plans, damaged };
  }

  /** The folders of the servers that are stored, as {@link folderOf} names them. */
  async serverFolders(): Promise<string[]> {
    return (await this.#files.folders('servers')).map((name) => `servers/${name}`);
  }

  /** The oldest day of a server that can be read; null where there is none. */
  async firstDay(folder: string): Promise<StoredDay | null> {
    for (const name of await this.#files.list(folder)) {
      const path = `${folder}/${name}`;
      const day = unitFile.test(path) ? await this.#readDay(path, new Map()) : null;
      if (day !== null && typeof day !== 'string') return day;
    }
    return null;
  }

  /**
   * Everything that is stored, and what of it is damaged.
   *
   * @param folder of one server; all of them where it is left out
   * @param known days that were read before; those that are read now are added
   */
  async read(folder = 'servers', known: KnownDays | null = null): Promise<StoreContent> {
    const paths = (await this.#files.list(folder)).map((path) => `${folder}/${path}`);
    known?.keep(folder, paths);
    const days: StoredDay[] = [];
    const damaged: DamagedFile[] = [];
    const strings = new Map<string, string>();
    for (const path of paths) {
      if (temporaryFile.test(path)) continue;
      const day = unitFile.test(path)
        ? await this.#knownDay(path, strings, known)
        : 'is not an AuditSet';
      if (typeof day === 'string') damaged.push({ path, problem: day });
      else if (day !== null) days.push(day);
    }
    days.sort(
      (a, b) =>
        compareText(folderOf(a.server), folderOf(b.server)) ||
        compareText(a.window.start, b.window.start),
    );
    return { days, damaged };
  }

  /** Stores a day whose reconciliation is final. */
  async writeReconciliation(day: StoredReconciliation): Promise<void> {
    const path = pathOfReconciliation(day);
    await this.#files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    await this.#replace(path, day);
  }

  /** Removes a day whose reconciliation is no longer final, if it is stored. */
  removeReconciliation(
    day: Pick<StoredReconciliation, 'server' | 'costMetric' | 'window'>,
  ): Promise<void> {
    return this.#files.remove(pathOfReconciliation(day));
  }

  /** Every stored day whose reconciliation is final, of one server or of all, and damaged files. */
  async readReconciliations(server?: Identity): Promise<{
    days: StoredReconciliation[];
    damaged: DamagedFile[];
  }> {
    const folder = server === undefined ? reconciliationFolder : reconciliationFolderOf(server);
    const days: StoredReconciliation[] = [];
    const damaged: DamagedFile[] = [];
    for (const name of await this.#files.list(folder)) {
      const path = `${folder}/${name}`;
      const file = await this.#read(path);
      if (file === null) continue;
      const parsed =
        'text' in file
          ? parseFile(file.text, storedReconciliationSchema, 'the reconciliation of a day')
          : file.problem;
      if (typeof parsed === 'string') damaged.push({ path, problem: parsed });
      else if (pathOfReconciliation(parsed) === path) days.push(parsed);
      else damaged.push({ path, problem: `holds the day of ${pathOfReconciliation(parsed)}` });
    }
    return { days, damaged };
  }

  /** As {@link #readDay}, without reading a file that has not changed. */
  async #knownDay(
    path: string,
    strings: Map<string, string>,
    known: KnownDays | null,
  ): Promise<StoredDay | string | null> {
    if (known === null) return this.#readDay(path, strings);
    // asked before it is read: a file that is replaced in between is read again
    const version = await this.#files.version(path);
    const before = version === null ? null : known.get(path, version);
    if (before !== null) return before;
    let size = 0;
    const day = await this.#readDay(path, strings, (text) => {
      size = text.length;
    });
    if (version !== null && day !== null && typeof day !== 'string')
      known.set(path, { version, day, size });
    return day;
  }

  /** A day, or what is wrong with it; null where it was deleted since it was listed. */
  async #readDay(
    path: string,
    strings: Map<string, string>,
    onText: (text: string) => void = () => {},
  ): Promise<StoredDay | string | null> {
    const file = await this.#read(path);
    if (file === null) return null;
    if ('problem' in file) return file.problem;
    onText(file.text);
    const parsed = parseDay(file.text, strings);
    if (typeof parsed === 'string' || pathOf(parsed) === path) return parsed;
    return `holds the day of ${pathOf(parsed)}`;
  }

  /** Null for a temporary file, and for one that is not there. */
  async #read(path: string): Promise<FileText | null> {
    if (temporaryFile.test(path)) return null;
    try {
      const text = await this.#files.read(path);
      return text === null ? null : { text };
    } catch (error) {
      if (error instanceof NotAFileError) return { problem: error.message };
      throw error;
    }
  }

  async #replace(path: string, content: object): Promise<void> {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const temporary = `${folder}${this.#temporaryName()}`;
    await this.#files.create(temporary, fileText(content));
    try {
      await this.#files.rename(temporary, path);
    } catch (error) {
      await this.#files.remove(temporary).catch(() => {});
      throw error;
    }
    if (this.#tidied.has(folder)) return;
    this.#tidied.add(folder);
    await this.#files.removeOld(folder, temporaryFile, path);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
