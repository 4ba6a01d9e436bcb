import type {
  PipelineStatus,
  StatusReport,
  StoreDirectory,
} from '../../events/coverage/evidence.ts';
import { lengthOf, type Resolution } from '../../events/coverage/state.ts';
import { FileList, type StoreFile } from '../../events/coverage/store-files.ts';
import { type Store, storeOf } from '../../events/kinds.ts';
import { maxTimeAt, minTime } from '../../events/plausible.ts';
import type { Span } from '../../time.ts';
import { type Envelope, readEnvelope } from '../json/envelope.ts';
import type { Row } from '../json/row.ts';
import type { Visitor } from '../json/visitor.ts';
import { FileReader, type FileScope } from './etl-status-file.ts';
import {
  durationOf,
  field,
  fieldName,
  fieldsOf,
  resolutionOf,
  timeOf,
} from './etl-status-values.ts';

/** Maximum depth of the nesting: pipelines by cluster, store and resolution. */
const maxDepth = 10;

/** Where in the response a value is: what the names around it say. */
interface Scope {
  readonly store: Store | null;
  readonly resolution: Resolution | null;
  /** Names from the root, for directories of files without a path. */
  readonly path: string;
}

/** A pipeline while its fields arrive, in any order. */
interface PipelineFields {
  store: Store | null;
  resolution: Resolution | null;
  coverage: Span | null;
  lastRun: number | null;
  refreshRate: number | null;
  progress: number | null;
  hasFields: boolean;
}

/**
 * Reads a response of `/etl/status`, which no public page describes in full: per pipeline
 * `{coverage{start, end}, lastRun, progress, refreshRate, resolution, backup{files[…]}}`, nested by
 * store, cluster and resolution in a way that differs by version. Files are read one by one, so a
 * listing of a million needs no more memory than their times.
 *
 * @param now the server's clock, in milliseconds since 1970; later times are left out
 */
export async function readEtlStatus(
  body: AsyncIterable<Uint8Array>,
  now: number,
): Promise<{ envelope: Envelope; report: StatusReport }> {
  const reader = new StatusReader(now);
  const root: Scope = { store: null, resolution: null, path: '' };
  const envelope = await readEnvelope(body, () => reader.object(root, null, 0));
  envelope.hasData ||= envelope.hasRows;
  return { envelope, report: reader.report() };
}

class StatusReader {
  readonly #latest: number;
  readonly #files = new FileReader();
  readonly #pipelines: PipelineStatus[] = [];
  readonly #directories = new Map<string, StoreDirectory & { isListing: boolean }>();
  /** Files whose window could not be read, by store: any set of it may have one. */
  readonly #unreadable = new Map<Store | null, number>();
  #implausible = 0;
  #otherLengths = 0;

  constructor(now: number) {
    this.#latest = maxTimeAt(now);
  }

  report(): StatusReport {
    for (const directory of this.#directories.values()) {
      const { store } = directory;
      directory.isListing = !this.#unreadable.has(store) && !this.#unreadable.has(null);
    }
    const unreadable = [...this.#unreadable.values()].reduce((sum, n) => sum + n, 0);
    const remarks = [
      [unreadable, 'whose window could not be read'],
      [this.#implausible, 'with an impossible window'],
      [this.#otherLengths, 'of another length than a day or an hour'],
    ] as const;
    return {
      pipelines: this.#pipelines,
      directories: [...this.#directories.values()],
      remarks: remarks.flatMap(([count, what]) =>
        count > 0 ? [`/etl/status lists ${count} ${count === 1 ? 'file' : 'files'} ${what}`] : [],
      ),
    };
  }

  /** Visitor of an object or a list of pipelines; `outer` is the pipeline that it is a part of. */
  object(scope: Scope, outer: PipelineFields | null, depth: number): Visitor {
    const fields = outer ?? emptyFields(scope);
    return {
      enter: (key, opening) => {
        if (depth >= maxDepth) return undefined;
        const name = fieldName(key);
        if (name === 'files' && opening === '[') {
          fields.hasFields = true;
          return this.#listing(scope, fields);
        }
        if (name === 'coverage' && opening === '{') return undefined;
        const isPart = name === 'backup' && opening === '{';
        if (isPart) fields.hasFields = true;
        return this.object(isPart ? scope : within(scope, key), isPart ? fields : null, depth + 1);
      },
      value: (row) => this.#field(fields, row),
      leave: () => {
        if (!outer && fields.hasFields) this.#addPipeline(fields);
      },
    };
  }

  #field(fields: PipelineFields, row: Row): void {
    const value = row.json();
    switch (fieldName(row.key)) {
      case 'resolution':
        fields.resolution = resolutionOf(value) ?? fields.resolution;
        break;
      case 'coverage':
        fields.coverage = this.#span(value);
        fields.hasFields = true;
        break;
      case 'lastRun':
        fields.lastRun = this.#time(value);
        fields.hasFields = true;
        break;
      case 'refreshRate':
        fields.refreshRate = durationOf(value);
        break;
      case 'progress':
        fields.progress = typeof value === 'number' && value >= 0 && value <= 1 ? value : null;
    }
  }

  #listing(scope: Scope, fields: PipelineFields): Visitor {
    let fileScope: FileScope = scope;
    return {
      value: (row) => {
        const resolution = fields.resolution ?? scope.resolution;
        if (fileScope.resolution !== resolution) fileScope = { ...scope, resolution };
        const file = this.#files.read(row.json(), fileScope);
        if (file === 'other') return;
        if (file === 'unreadable') {
          this.#unreadable.set(scope.store, (this.#unreadable.get(scope.store) ?? 0) + 1);
        } else this.#addFile(file);
      },
    };
  }

  #addFile(file: StoreFile): void {
    const { store, start, end, directory } = file;
    if (start < minTime || start >= end || start > this.#latest) {
      this.#implausible++;
      return;
    }
    const length = end - start;
    const resolution = length === lengthOf.day ? 'day' : length === lengthOf.hour ? 'hour' : null;
    if (!resolution) {
      this.#otherLengths++;
      return;
    }
    const key = `${store} ${resolution} ${directory}`;
    let known = this.#directories.get(key);
    if (!known) {
      const files = new FileList(store, resolution, directory);
      known = { store, resolution, files, isListing: true };
      this.#directories.set(key, known);
    }
    const isPossible =
      file.modified !== null && file.modified >= minTime && file.modified <= this.#latest;
    known.files.add(isPossible ? file : { ...file, modified: null });
  }

  #addPipeline({ store, hasFields: _, ...fields }: PipelineFields): void {
    // pipelines of other stores, such as cloud, are in no calendar
    if (store) this.#pipelines.push({ store, ...fields });
  }

  #span(value: unknown): Span | null {
    const span = fieldsOf(value);
    if (!span) return null;
    const [start, end] = [this.#time(field(span, 'start')), this.#time(field(span, 'end'))];
    return start === null || end === null || start >= end ? null : { start, end };
  }

  #time(value: unknown): number | null {
    const time = timeOf(value);
    return time !== null && time >= minTime && time <= this.#latest ? time : null;
  }
}

function emptyFields({ store, resolution }: Scope): PipelineFields {
  return {
    store,
    resolution,
    coverage: null,
    lastRun: null,
    refreshRate: null,
    progress: null,
    hasFields: false,
  };
}

function within({ store, resolution, path }: Scope, key: string | number): Scope {
  if (typeof key === 'number') return { store, resolution, path };
  return {
    store: storeOf(key) ?? store,
    resolution: resolutionOf(key) ?? resolution,
    path: path ? `${path}.${key}` : key,
  };
}
