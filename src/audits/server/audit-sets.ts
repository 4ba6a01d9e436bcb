import type { Audit, Difference, MissingValue } from '../schema.ts';
import { type AuditType, auditTypeNames, type Status, statuses } from '../types.ts';

/** The audits of one window as a server holds them. */
export interface AuditSet {
  readonly window: { readonly start: string; readonly end: string };
  /** Null where the server holds none of that type. */
  readonly results: ReadonlyMap<AuditType, ServerAudit | null>;
}

export interface ServerAudit {
  readonly status: string;
  readonly description: string;
  readonly lastRun: string | null;
  readonly floatResults: readonly {
    readonly key: readonly string[];
    /** USD; null where the server had no finite number. */
    readonly expected: number | null;
    readonly actual: number | null;
  }[];
  readonly missing: readonly { readonly key: readonly string[]; readonly description: string }[];
}

/** Go's zero time: an audit that never ran. */
const never = /^0001-01-01T00:00:00(\.0+)?Z$/;

/** AuditSets as audits, in order of window, then of the audit types. */
export function auditsOf(sets: readonly AuditSet[], types: readonly AuditType[]): Audit[] {
  return [...sets]
    .sort(
      (a, b) =>
        compareText(a.window.start, b.window.start) || compareText(a.window.end, b.window.end),
    )
    .flatMap((set) =>
      auditTypeNames
        .filter((type) => types.includes(type) && set.results.has(type))
        .map((type) => auditOf(set, type)),
    );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function auditOf({ window, results }: AuditSet, type: AuditType): Audit {
  const wire = results.get(type);
  if (!wire) {
    return {
      window,
      type,
      status: 'NotRun',
      description: '',
      lastRun: null,
      resolution: null,
      differences: [],
      missing: [],
    };
  }
  const differences = wire.floatResults
    .map(({ key, expected, actual }) => difference([...key], expected, actual))
    .filter(({ delta }) => delta !== 0);
  const missing: MissingValue[] = wire.missing.map(({ key, description }) => ({
    key: [...key],
    description,
  }));
  const lastRun = wire.lastRun === null || never.test(wire.lastRun) ? null : wire.lastRun;
  const said = statusOf(wire.status, lastRun);
  const shown = differences.length > 0 ? 'Failed' : missing.length > 0 ? 'Warning' : 'Passed';
  const status = worse(said.status, shown);
  const notes = [
    wire.description,
    said.note,
    said.status !== status && `the server says ${said.status}, its differences say ${status}`,
  ].filter((note): note is string => typeof note === 'string' && note !== '');
  const description = notes.join('; ');
  return { window, type, status, description, lastRun, resolution: null, differences, missing };
}

/** A difference between what an audit generated and what the store held, both in USD. */
export function difference(
  key: string[],
  expected: number | null,
  actual: number | null,
): Difference {
  const delta = expected === null || actual === null ? null : actual - expected;
  const relative = delta === null || !expected ? null : delta / Math.abs(expected);
  return { key, expected, actual, delta, relative };
}

function statusOf(text: string, lastRun: string | null): { status: Status; note: string | null } {
  const unclear: Status = lastRun === null ? 'NotRun' : 'Skipped';
  if (text === '') {
    const note = unclear === 'Skipped' ? 'the server gives no status' : null;
    return { status: unclear, note };
  }
  // the public API page calls a failure "Failure"
  const spelled = /^failure$/i.test(text) ? 'Failed' : text;
  const status = statuses.find((known) => known.toLowerCase() === spelled.toLowerCase());
  return status
    ? { status, note: null }
    : { status: unclear, note: `the server's status is "${text}", which kc-etl does not know` };
}

/** Failed over Skipped over Warning over Passed; a run that never happened has not passed. */
const severity: Readonly<Record<Status, number>> = {
  Failed: 4,
  Skipped: 3,
  Warning: 2,
  NotRun: 1,
  Passed: 0,
};

/** The worse of two statuses. */
export function worse(a: Status, b: Status): Status {
  return severity[a] >= severity[b] ? a : b;
}
