import { lengthOf, type Resolution } from '../../events/coverage/state.ts';
import type { StoreFile } from '../../events/coverage/store-files.ts';
import { type Store, storeOf } from '../../events/kinds.ts';
import type { Span } from '../../time.ts';
import { bytesOf, resolutionOf, timeOf } from './etl-status-values.ts';

/** What the answer says about a file besides the file itself. */
export interface FileScope {
  readonly store: Store | null;
  /** Of its pipeline, which may be wrong: the file's own name wins. */
  readonly resolution: Resolution | null;
  readonly path: string;
}

/**
 * A file `{name, size, lastModified, isRepairing, errors[], warnings[], details{}}` of a listing.
 *
 * @returns `unreadable` where it may be the file of any set, `other` where it is of no set
 */
export function readFile(value: unknown, scope: FileScope): StoreFile | 'unreadable' | 'other' {
  if (typeof value !== 'object' || value === null) return 'unreadable';
  const fields = new Map<string, unknown>(Object.entries(value));
  const name = fields.get('name');
  if (typeof name !== 'string') return 'unreadable';
  const cut = name.lastIndexOf('/');
  const directory = cut < 0 ? '' : name.slice(0, cut);
  const window = windowOf(name.slice(cut + 1), lengthIn(directory) ?? scope.resolution);
  if (!window) return /\d{6}/.test(name.slice(cut + 1)) ? 'unreadable' : 'other';
  const store = scope.store ?? storeIn(directory);
  if (!store) return 'other';
  return {
    store,
    ...window,
    directory: directory || scope.path,
    size: bytesOf(fields.get('size')),
    modified: timeOf(fields.get('lastModified')),
    repairing: fields.get('isRepairing') === true,
    errors: remarks(fields, 'errors'),
    warnings: remarks(fields, 'warnings'),
  };
}

const seconds = /(?<!\d)\d{9,10}(?!\d)/g;
const rfc3339 = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

/** Window of `1672531200-1672617600`, or of RFC 3339 times; of one time where the length is known. */
function windowOf(name: string, resolution: Resolution | null): Span | null {
  const numbers = [...name.matchAll(seconds)].map(([text]) => Number(text) * 1000);
  const times =
    numbers.length > 0 ? numbers : [...name.matchAll(rfc3339)].map(([text]) => timeOf(text));
  const [start, end] = times.slice(-2);
  if (start == null) return null;
  if (end != null) return { start, end };
  return resolution ? { start, end: start + lengthOf[resolution] } : null;
}

/** Resolution of the directory `…/allocations/1d`. */
function lengthIn(directory: string): Resolution | null {
  return resolutionOf(directory.slice(directory.lastIndexOf('/') + 1));
}

function storeIn(directory: string): Store | null {
  const parts = directory.split('/').map(storeOf);
  return parts.findLast((store) => store !== null) ?? null;
}

/** Errors or warnings of a file; some versions nest them in `details`. */
function remarks(fields: ReadonlyMap<string, unknown>, name: string): string[] {
  const details = fields.get('details');
  const nested =
    typeof details === 'object' && details !== null
      ? new Map<string, unknown>(Object.entries(details)).get(name)
      : null;
  return [...texts(fields.get(name)), ...texts(nested)];
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return value ? [value] : [];
  if (!Array.isArray(value)) return [];
  return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
}
