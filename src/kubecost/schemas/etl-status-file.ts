import { lengthOf, type Resolution } from '../../events/coverage/state.ts';
import type { StoreFile } from '../../events/coverage/store-files.ts';
import { type Store, storeOf } from '../../events/kinds.ts';
import type { Span } from '../../time.ts';
import {
  bytesOf,
  type Fields,
  field,
  fieldsOf,
  resolutionOf,
  timeOf,
} from './etl-status-values.ts';

/** What the response says about a file besides the file itself. */
export interface FileScope {
  readonly store: Store | null;
  /** Of its pipeline, which may be wrong: the file's own name wins. */
  readonly resolution: Resolution | null;
  readonly path: string;
}

/** What the name of a directory says about the files in it. */
interface Directory {
  readonly resolution: Resolution | null;
  readonly store: Store | null;
}

/** Reader of the files of a listing; a listing of a million has few directories, so these are kept. */
export class FileReader {
  readonly #directories = new Map<string, Directory>();

  /**
   * A file `{name, size, lastModified, isRepairing, errors[], warnings[], details{}}`; 1.7x capitalises the
   * names of these fields.
   *
   * @returns `unreadable` where it may be the file of any set, `other` where it is of no set
   */
  read(value: unknown, scope: FileScope): StoreFile | 'unreadable' | 'other' {
    const fields = fieldsOf(value);
    const name = fields && field(fields, 'name');
    if (fields === null || typeof name !== 'string') return 'unreadable';
    const cut = name.lastIndexOf('/');
    const path = cut < 0 ? '' : name.slice(0, cut);
    const base = name.slice(cut + 1);
    const directory = this.#directory(path);
    const window = windowOf(base, directory.resolution ?? scope.resolution);
    if (!window) return /\d{6}/.test(base) ? 'unreadable' : 'other';
    const store = scope.store ?? directory.store;
    if (!store) return 'other';
    const modified = Date.parse(String(field(fields, 'lastModified') ?? ''));
    return {
      store,
      ...window,
      directory: path || scope.path,
      size: bytesOf(field(fields, 'size')),
      modified: Number.isNaN(modified) ? null : modified,
      repairing: field(fields, 'isRepairing') === true,
      errors: remarks(fields, 'errors'),
      warnings: remarks(fields, 'warnings'),
    };
  }

  #directory(path: string): Directory {
    const known = this.#directories.get(path);
    if (known) return known;
    const parts = path.split('/');
    const directory = {
      resolution: resolutionOf(parts.at(-1)),
      store: parts.map(storeOf).findLast((store) => store !== null) ?? null,
    };
    this.#directories.set(path, directory);
    return directory;
  }
}

const pair = /^(\d{9,10})-(\d{9,10})$/;
const seconds = /(?<!\d)\d{9,10}(?!\d)/g;
const rfc3339 = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

/** Window of `1672531200-1672617600`, or of RFC 3339 times; of one time where the length is known. */
function windowOf(name: string, resolution: Resolution | null): Span | null {
  const [, from, to] = pair.exec(name) ?? [];
  if (from !== undefined) return { start: Number(from) * 1000, end: Number(to) * 1000 };
  const numbers = [...name.matchAll(seconds)].map(([text]) => Number(text) * 1000);
  const times =
    numbers.length > 0 ? numbers : [...name.matchAll(rfc3339)].map(([text]) => timeOf(text));
  const [start, end] = times.slice(-2);
  if (start == null) return null;
  if (end != null) return { start, end };
  return resolution ? { start, end: start + lengthOf[resolution] } : null;
}

const none: readonly string[] = [];

/** Errors or warnings of a file; some versions nest them in `details`. */
function remarks(fields: Fields, name: 'errors' | 'warnings'): readonly string[] {
  const details = fieldsOf(field(fields, 'details'));
  const nested = details && field(details, name);
  const own = field(fields, name);
  return own == null && nested == null ? none : [...texts(own), ...texts(nested)];
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return value ? [value] : [];
  if (!Array.isArray(value)) return [];
  return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
}
