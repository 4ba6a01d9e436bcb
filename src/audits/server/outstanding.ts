import { type AuditType, serverAuditTypes } from '../types.ts';
import { type AuditSet, resultOf } from './audit-sets.ts';

/** Milliseconds since 1970; `start` is included, `end` is not. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The audits that must have run before a server's verdict can be read. */
export interface Awaited {
  /** The requested types; all where empty. */
  readonly types: readonly AuditType[];
  /** The sets that overlap it; null: those that ever ran. */
  readonly range: Range | null;
  /** When each audit was requested, by the server's clock, in ms since 1970. */
  readonly since: (type: AuditType) => number;
  /** The sets before the request. */
  readonly before: readonly AuditSet[];
}

/** An audit that has not run since it was requested. */
export interface Outstanding {
  readonly window: AuditSet['window'];
  readonly type: AuditType;
}

const sentence = /window: \[(\S+), ?(\S+?)\)/;

/**
 * The window in the server's response to a started audit, `Running audit over window: [a, b) for …`;
 * null where it names none. Its times have an offset without a colon.
 */
export function rangeOf(message: string): Range | null {
  const parts = sentence.exec(message);
  const [start, end] = [parts?.[1], parts?.[2]].map((time) =>
    Date.parse((time ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2')),
  );
  if (start === undefined || end === undefined || !(end > start)) return null;
  return { start, end };
}

/** The sets whose audits were requested. */
export function inRange(sets: readonly AuditSet[], { range }: Pick<Awaited, 'range'>): AuditSet[] {
  return sets.filter((set) => {
    if (range === null) return [...set.results.values()].some((result) => lastRun(result) !== null);
    const start = Date.parse(set.window.start);
    const end = Date.parse(set.window.end);
    return start < range.end && range.start < end;
  });
}

/**
 * The audits that have not run yet. An audit has run when its last run is neither before the request
 * nor the one it had before: with a clock that was set back, an old result could look new.
 */
export function outstanding(sets: readonly AuditSet[], awaited: Awaited): Outstanding[] {
  const types = awaited.types.length > 0 ? awaited.types : serverAuditTypes;
  return inRange(sets, awaited).flatMap((set) =>
    types
      .filter((type) => !hasRun(set, type, awaited))
      .map((type) => ({ window: set.window, type })),
  );
}

function hasRun(set: AuditSet, type: AuditType, { since, before }: Awaited): boolean {
  const ran = lastRun(resultOf(set, type));
  const old = before.find(
    ({ window }) => window.start === set.window.start && window.end === set.window.end,
  );
  return (
    ran !== null &&
    Date.parse(ran) >= since(type) &&
    ran !== (old ? lastRun(resultOf(old, type)) : null)
  );
}

function lastRun(result: { readonly lastRun: string | null } | null | undefined): string | null {
  const time = result?.lastRun ?? null;
  return time === null || time.startsWith('0001-') ? null : time;
}
