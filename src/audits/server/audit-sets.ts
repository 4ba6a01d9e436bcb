import { difference } from '../difference.ts';
import type { Audit, MissingValue } from '../schema.ts';
import {
  type AuditType,
  auditTypeNames,
  auditTypes,
  type Status,
  statuses,
  worse,
} from '../types.ts';

/** The audits of one window as a server stores them. */
export interface AuditSet {
  readonly window: { readonly start: string; readonly end: string };
  /** By the field of the AuditSet (`auditTypes[type].field`); null where the audit never ran. */
  readonly results: ReadonlyMap<string, ServerAudit | null>;
}

/** The result of one audit as a server stores it. */
export interface ServerAudit {
  readonly status: string;
  readonly description: string;
  readonly lastRun: string | null;
  readonly floatResults: readonly {
    readonly key: readonly string[];
    /** USD; null where the server's value is not a finite number. */
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
        .filter((type) => types.includes(type) && set.results.has(auditTypes[type].field ?? ''))
        .map((type) => auditOf(set, type)),
    );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The result of one type in a set; null where there is none. */
export function resultOf({ results }: Pick<AuditSet, 'results'>, type: AuditType) {
  return results.get(auditTypes[type].field ?? '') ?? null;
}

function auditOf(set: AuditSet, type: AuditType): Audit {
  const { window } = set;
  const wire = resultOf(set, type);
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
  const reported = statusOf(wire.status, lastRun);
  const computed = differences.length > 0 ? 'Failed' : missing.length > 0 ? 'Warning' : 'Passed';
  const status = worse(reported.status, computed);
  const notes = [
    wire.description,
    reported.note,
    reported.status !== status &&
      `the server reports ${reported.status}, its differences amount to ${status}`,
  ].filter((note): note is string => typeof note === 'string' && note !== '');
  const description = notes.join('; ');
  return { window, type, status, description, lastRun, resolution: null, differences, missing };
}

function statusOf(text: string, lastRun: string | null): { status: Status; note: string | null } {
  const unclear: Status = lastRun === null ? 'NotRun' : 'Skipped';
  if (text === '') {
    const note = unclear === 'Skipped' ? 'the server reports no status' : null;
    return { status: unclear, note };
  }
  // the public API page calls a failure "Failure"
  const spelled = /^failure$/i.test(text) ? 'Failed' : text;
  const status = statuses.find((known) => known.toLowerCase() === spelled.toLowerCase());
  return status
    ? { status, note: null }
    : { status: unclear, note: `the server reports the unknown status "${text}"` };
}
