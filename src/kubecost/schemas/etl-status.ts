import type { StoreFile, StoreStatus } from '../../events/coverage/evidence.ts';
import { lengthOf, type Resolution, resolutions } from '../../events/coverage/state.ts';
import type { Store } from '../../events/kinds.ts';
import { parseTime } from '../../events/time.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Pipelines are nested by cluster, store and resolution at most. */
const maxDepth = 8;

/**
 * The stores in the data of `/etl/status`, of which no full description exists: per pipeline
 * `{coverage{start, end}, resolution, backup{files[…]}}`, nested by store and resolution in a way
 * that differs by version. Unknown parts are ignored.
 */
export function readEtlStatus(data: unknown): StoreStatus[] {
  return [...pipelines(data, { store: null, resolution: null }, 0)];
}

interface Place {
  readonly store: Store | null;
  readonly resolution: Resolution | null;
}

function* pipelines(node: unknown, place: Place, depth: number): Generator<StoreStatus> {
  if (depth > maxDepth || typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const entry of node) yield* pipelines(entry, place, depth + 1);
    return;
  }
  const fields = node as Fields; // a JSON object has string keys
  const here = { ...place, resolution: resolutionOf(fields['resolution']) ?? place.resolution };
  if (here.store && (isObject(fields['backup']) || isObject(fields['coverage']))) {
    yield* pipeline(fields, here.store, here.resolution);
    return;
  }
  for (const [key, child] of Object.entries(fields)) {
    const store = storeOf(key) ?? here.store;
    yield* pipelines(child, { store, resolution: resolutionOf(key) ?? here.resolution }, depth + 1);
  }
}

/** The stores of one pipeline; the names of files tell their resolution where the pipeline does not. */
function* pipeline(
  fields: Fields,
  store: Store,
  resolution: Resolution | null,
): Generator<StoreStatus> {
  const listed = isObject(fields['backup']) ? fields['backup']['files'] : undefined;
  const files = Array.isArray(listed) ? listed.map((file) => toFile(file, resolution)) : [];
  const isListing = Array.isArray(listed) && !files.includes('unreadable');
  const known = files.filter((file) => typeof file === 'object');
  for (const own of resolution ? [resolution] : resolutions) {
    const mine = known.filter((file) => file.end - file.start === lengthOf[own]);
    if (mine.length === 0 && own !== resolution) continue;
    const coverage = isObject(fields['coverage']) ? spanOf(fields['coverage']) : null;
    yield { store, resolution: own, coverage, files: mine, isListing };
  }
}

/** The set of a file; `unreadable` where the name may be that of any set, `none` where it is of none. */
function toFile(value: unknown, resolution: Resolution | null): StoreFile | 'unreadable' | 'none' {
  if (!isObject(value) || typeof value['name'] !== 'string') return 'unreadable';
  const window = windowOf(value['name'], resolution);
  if (!window) return /\d{6}/.test(value['name']) ? 'unreadable' : 'none';
  return {
    ...window,
    size: bytesOf(value['size']),
    repairing: value['isRepairing'] === true,
    errors: texts(value['errors']),
    warnings: texts(value['warnings']),
  };
}

/** The window in a name: `…/1d/1672531200-1672617600`, RFC 3339 times, or a start where the length is known. */
function windowOf(
  name: string,
  resolution: Resolution | null,
): { start: number; end: number } | null {
  const seconds = [...name.matchAll(/(?<!\d)\d{9,10}(?!\d)/g)].map(([text]) => Number(text) * 1000);
  const times = [...name.matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g)].map(([text]) =>
    toMilliseconds(text),
  );
  const [start, end] = seconds.length > 0 ? seconds.slice(-2) : times.slice(-2);
  if (start == null) return null;
  if (end != null) return start < end ? { start, end } : null;
  return resolution ? { start, end: start + lengthOf[resolution] } : null;
}

/** A number, or a text such as `29.4KiB`. */
function bytesOf(size: unknown): number | null {
  if (typeof size === 'number') return size;
  const parts = typeof size === 'string' ? /^([\d.]+)\s*([KMGT]?)i?B?$/i.exec(size) : null;
  if (!parts) return null;
  const power = 'KMGT'.indexOf((parts[2] ?? '').toUpperCase() || '-') + 1;
  return Number(parts[1]) * 1024 ** power;
}

function spanOf(coverage: Fields): StoreStatus['coverage'] {
  const [start, end] = [toMilliseconds(coverage['start']), toMilliseconds(coverage['end'])];
  return start === null || end === null || start >= end ? null : { start, end };
}

function toMilliseconds(value: unknown): number | null {
  const time = typeof value === 'string' ? parseTime(value) : null;
  return time && time.seconds * 1000 + time.nanos / 1e6;
}

function storeOf(key: string): Store | null {
  if (/^allocation/i.test(key)) return 'allocation';
  return /^asset/i.test(key) ? 'asset' : null;
}

/** `hourly`, `1h0m0s`, nanoseconds of a Go duration. */
function resolutionOf(value: unknown): Resolution | null {
  if (typeof value === 'number') {
    return resolutions.find((resolution) => lengthOf[resolution] * 1e6 === value) ?? null;
  }
  if (typeof value !== 'string') return null;
  if (/^(hourly|hour|1h(0m0s)?|60m)$/i.test(value)) return 'hour';
  return /^(daily|day|1d|24h(0m0s)?)$/i.test(value) ? 'day' : null;
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
