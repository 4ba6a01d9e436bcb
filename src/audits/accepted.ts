import { day } from '../time.ts';
import type { AcceptedEntry } from './accepted-schema.ts';
import { resolutionOf } from './difference.ts';
import type { Audit, Difference, MissingValue } from './schema.ts';
import type { AuditType } from './types.ts';

/** Differences that do not count for the gate. */
export interface Acceptance {
  readonly entries: readonly AcceptedEntry[];
  /** The audits of an earlier report; null where there is none. */
  readonly baseline: readonly Audit[] | null;
  /** Milliseconds since 1970, for the expiry dates. */
  readonly now: number;
}

export interface AcceptedAudits {
  /** The same audits, their accepted differences and missing values marked. */
  readonly audits: Audit[];
  /** Entries that no longer hold. */
  readonly warnings: readonly string[];
  /** Entries and baseline differences that are no longer needed. */
  readonly notes: readonly string[];
}

type Entry = Difference | MissingValue;

/** Marks the differences and missing values that an entry or an earlier report accepts. */
export function accept(
  audits: readonly Audit[],
  { entries, baseline, now }: Acceptance,
): AcceptedAudits {
  const valid = entries.filter(({ expires }) => now < endOfDay(expires));
  const used = new Set<unknown>();
  const evaluated = new Set(audits.map(({ type }) => type));
  const known = knownFrom((baseline ?? []).filter(({ type }) => evaluated.has(type)));
  const reasonFor = (audit: Audit, found: Entry): string | undefined => {
    const entry = valid.find((candidate) => covers(candidate, audit.type, found));
    if (entry) {
      used.add(entry);
      return `${entry.reason} (until ${entry.expires})`;
    }
    const before = (known.get(identity(audit.type, found)) ?? []).filter((earlier) =>
      isNoLarger(found, earlier, audit),
    );
    for (const earlier of before) used.add(earlier);
    return before.length > 0 ? 'in the baseline' : undefined;
  };
  const mark = <T extends Entry>(audit: Audit, found: T): T => {
    const accepted = found.accepted ?? reasonFor(audit, found);
    return accepted === undefined ? found : { ...found, accepted };
  };
  const marked = audits.map((audit) => ({
    ...audit,
    differences: audit.differences.map((difference) => mark(audit, difference)),
    missing: audit.missing.map((value) => mark(audit, value)),
  }));
  const gone = [...known.values()].filter(
    (earlier) => !earlier.some((found) => used.has(found)),
  ).length;
  return {
    audits: marked,
    warnings: entries
      .filter((entry) => !valid.includes(entry))
      .map((entry) => `accepted ${text(entry)} expired on ${entry.expires}: it counts again`),
    notes: [
      ...valid
        .filter((entry) => evaluated.has(entry.type) && !used.has(entry))
        .map((entry) => `accepted ${text(entry)} was not needed: remove it from the list`),
      ...(gone > 0
        ? [
            `${gone} of ${known.size} baseline differences do not occur as they were; save a new one`,
          ]
        : []),
    ],
  };
}

function text({ type, key, reason }: AcceptedEntry): string {
  return `${type} ${key} ("${reason}")`;
}

function endOfDay(date: string): number {
  return Date.parse(date) + day;
}

function covers(entry: AcceptedEntry, type: AuditType, found: Entry): boolean {
  if (entry.type !== type || !patternOf(entry.key).test(found.key.join('/'))) return false;
  if (!('delta' in found)) return true;
  return found.delta !== null && Math.abs(found.delta) <= entry.amount + noise(found);
}

function patternOf(key: string): RegExp {
  const escaped = key.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

/** Differences and missing values of an earlier report by their identity. */
function knownFrom(baseline: readonly Audit[]): Map<string, Entry[]> {
  const known = new Map<string, Entry[]>();
  for (const { type, differences, missing } of baseline) {
    for (const found of [...differences, ...missing]) {
      const id = identity(type, found);
      known.set(id, [...(known.get(id) ?? []), found]);
    }
  }
  return known;
}

function identity(type: AuditType, found: Entry): string {
  return JSON.stringify([type, 'delta' in found, found.key]);
}

/** A difference with the other sign is another one, whatever its size. */
function isNoLarger(found: Entry, earlier: Entry, audit: Audit): boolean {
  if (!('delta' in found) || !('delta' in earlier)) return true;
  if (found.delta === null || earlier.delta === null) return found.delta === earlier.delta;
  const allowed = Math.max(resolutionOf(found, audit), noise(found));
  const sign = Math.sign(earlier.delta);
  return found.delta * sign <= Math.abs(earlier.delta) + allowed && found.delta * sign >= -allowed;
}

/** What the order of a sum can change, where no engine gave a resolution. */
function noise({ expected }: Difference): number {
  return 1e-9 * Math.abs(expected ?? 0);
}
