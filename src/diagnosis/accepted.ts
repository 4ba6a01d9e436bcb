import { type Acceptance, type AcceptedAudits, accept } from '../audits/accepted.ts';
import type { Audit } from '../audits/schema.ts';
import { day } from '../time.ts';
import type { AcceptedFinding } from './accepted-schema.ts';
import type { Finding } from './schema.ts';
import { matchesFinding } from './select.ts';

/** Differences and findings that do not count for the gate. */
export interface ReportAcceptance extends Acceptance {
  readonly findingEntries: readonly AcceptedFinding[];
  /** Findings of the earlier report; empty where there is none. */
  readonly baselineFindings: readonly Finding[];
}

export interface AcceptedReport extends AcceptedAudits {
  readonly findings: Finding[];
}

/**
 * Marks accepted findings with the differences they explain, then accepted differences. A finding is
 * accepted by an entry or an earlier report that names it with at least its amount, or where all
 * differences that it explains are accepted.
 */
export function acceptReport(
  audits: readonly Audit[],
  findings: readonly Finding[],
  acceptance: ReportAcceptance,
): AcceptedReport {
  const { findingEntries, baselineFindings, now } = acceptance;
  const valid = findingEntries.filter(({ expires: last }) => now < Date.parse(last) + day);
  const used = new Set<AcceptedFinding>();
  const grown: string[] = [];
  const marked = findings.map((finding) => {
    const entry = valid.find((one) => matchesFinding(finding, one.finding));
    if (entry) used.add(entry);
    const earlier = baselineFindings.find(({ id }) => id === finding.id);
    const limits = [
      ...(entry ? [{ limit: entry.amount, why: `${entry.reason} (until ${entry.expires})` }] : []),
      ...(earlier && sameSide(earlier, finding)
        ? [{ limit: maxAmount(earlier), why: inBaseline }]
        : []),
    ];
    const size = maxAmount(finding);
    const accepted = limits.find(({ limit }) => isWithin(size, limit));
    const [limit] = limits;
    if (!accepted && limit?.limit != null && size !== null) {
      grown.push(`${finding.id} grew from ${text(limit.limit)} to ${text(size)}: it counts again`);
    }
    return accepted ? { ...finding, accepted: accepted.why } : finding;
  });
  const result = accept(markExplained(audits, marked, acceptance.baseline ?? []), acceptance);
  return {
    audits: result.audits,
    findings: withAcceptance(marked, result.audits),
    warnings: [
      ...result.warnings,
      ...findingEntries
        .filter((entry) => !valid.includes(entry))
        .map(
          (entry) =>
            `accepted ${entry.finding} ("${entry.reason}") expired on ${entry.expires}: it counts again`,
        ),
      ...grown,
    ],
    notes: [
      ...result.notes,
      ...valid
        .filter((entry) => !used.has(entry))
        .map(
          (entry) =>
            `accepted ${entry.finding} ("${entry.reason}") was not needed: remove it from the list`,
        ),
    ],
  };
}

/** Findings with the reason of the differences that they explain, where all of these are accepted. */
function withAcceptance(findings: readonly Finding[], audits: readonly Audit[]): Finding[] {
  const reasons = new Map<string, string | undefined>();
  for (const { window, type, differences, missing } of audits) {
    for (const { key, accepted } of [...differences, ...missing]) {
      reasons.set(placeOf({ window, type, key }), accepted);
    }
  }
  return findings.map((finding) => {
    const given = finding.explains.map((place) => reasons.get(placeOf(place)));
    const [first] = given;
    const isAccepted = first !== undefined && given.every((one) => one !== undefined);
    if (isAccepted) return { ...finding, accepted: finding.accepted ?? first };
    return finding.accepted === inBaseline && given.length > 0
      ? { ...finding, accepted: null }
      : finding;
  });
}

const inBaseline = 'in the baseline';

/**
 * Audits whose differences and missing values are accepted where every finding that explains them is.
 * Of a finding in the baseline, those that the baseline has are compared one by one instead.
 */
function markExplained(
  audits: readonly Audit[],
  findings: readonly Finding[],
  baseline: readonly Audit[],
): Audit[] {
  const compared = new Set(
    baseline.flatMap(({ type, differences, missing }) =>
      [...differences, ...missing].map(({ key }) => JSON.stringify([type, key])),
    ),
  );
  const reasons = new Map<string, string | null>();
  for (const { accepted, explains } of findings) {
    for (const place of explains) {
      const known = reasons.get(placeOf(place));
      reasons.set(placeOf(place), known === null ? null : accepted);
    }
  }
  return audits.map((audit) => {
    const mark = <T extends { readonly key: string[]; accepted?: string | undefined }>(
      entry: T,
    ): T => {
      const why = reasons.get(placeOf({ ...audit, key: entry.key }));
      const isCompared =
        why === inBaseline && compared.has(JSON.stringify([audit.type, entry.key]));
      return why == null || isCompared ? entry : { ...entry, accepted: why };
    };
    return { ...audit, differences: audit.differences.map(mark), missing: audit.missing.map(mark) };
  });
}

function placeOf({ window, type, key }: Omit<Finding['explains'][number], 'amount'>): string {
  return JSON.stringify([type, window.start, window.end, key]);
}

/** The largest amount of a window, without its sign; null where none is known. */
function maxAmount({ windows, amount: { total } }: Finding): number | null {
  const known = windows.flatMap((window) => window.amount ?? []);
  if (known.length > 0) return Math.max(...known.map(Math.abs));
  return total === null ? null : Math.abs(total);
}

/** A finding with the other sign is another one, whatever its amount. */
function sameSide(a: Finding, b: Finding): boolean {
  const [left, right] = [Math.sign(a.amount.total ?? 0), Math.sign(b.amount.total ?? 0)];
  return left === right;
}

/** What the order of a sum can change. */
const noise = 1e-6;

function isWithin(size: number | null, limit: number | null): boolean {
  if (size === null || limit === null) return size === null;
  return size <= limit * (1 + noise) + noise;
}

function text(size: number): string {
  return size < 0.01 ? size.toPrecision(2) : size.toFixed(2);
}
