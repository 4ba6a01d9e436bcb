import type { WindowSummary } from '../audits/local/evidence/evidence.ts';
import { evaluateMissingWindows } from '../audits/local/missing-windows.ts';
import type { Audit } from '../audits/schema.ts';
import { type AuditType, auditTypeNames } from '../audits/types.ts';
import { explainedByErrors } from '../diagnosis/context.ts';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts';
import { withoutEpisode } from '../diagnosis/episodes.ts';
import { productLine } from '../diagnosis/product-line.ts';
import type { Finding } from '../diagnosis/schema.ts';
import { overlaps, type Span } from '../time.ts';
import type { StoredDay } from './schema.ts';

export interface DiagnoseOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Only audits of these days; null: of all. Findings begin where the other days show that they do. */
  readonly window: Span | null;
}

export interface StoredDiagnosis extends Diagnosis {
  /** The same of all days, whatever the window. */
  readonly whole: Diagnosis;
}

/** The span of a stored day. */
export function spanOf({ window }: Pick<StoredDay, 'window'>): Span {
  return { start: Date.parse(window.start), end: Date.parse(window.end) };
}

/**
 * Completes the audits of days of one server that were evaluated with the same options, and diagnoses
 * them as if one run had evaluated them all.
 *
 * @param days in order of time
 */
export function diagnoseDays(
  days: readonly StoredDay[],
  options: DiagnoseOptions,
): StoredDiagnosis {
  const whole = auditsOf(days);
  const { window } = options;
  const all = diagnoseAudits(whole, days, options);
  if (window === null) return { ...all, whole: all };
  const inside = whole.filter((audit) => overlaps(window, spanOf(audit)));
  if (inside.length === whole.length) return { ...all, whole: all };
  const { audits, findings } = diagnoseAudits(inside, days, options);
  return {
    audits,
    findings: findings.map((finding) => sinceOf(finding, all.findings)),
    whole: all,
  };
}

/** All audits in order of window, then of the types; CheckMissingWindow among them where it is requested. */
function auditsOf(days: readonly StoredDay[]): Audit[] {
  const types = days[0]?.options.types ?? [];
  const hasMissing = types.length === 0 || types.includes('CheckMissingWindow');
  const missing = hasMissing ? missingWindowsOf(days) : [];
  return days.flatMap((day, i) => {
    const own = missing[i];
    return [...day.audits, ...(own ? [own] : [])].sort(byType);
  });
}

function missingWindowsOf(days: readonly StoredDay[]): Audit[] {
  const storedAt = new Map(days.map((day) => [spanOf(day).start, day.storedAt]));
  const presences = days.map((day) => ({ ...day.presence, span: spanOf(day) }));
  return evaluateMissingWindows(presences, ({ span }) => storedAt.get(span.start) ?? '');
}

function byType(a: { readonly type: AuditType }, b: { readonly type: AuditType }): number {
  return auditTypeNames.indexOf(a.type) - auditTypeNames.indexOf(b.type);
}

function diagnoseAudits(
  audits: readonly Audit[],
  days: readonly StoredDay[],
  { now }: DiagnoseOptions,
): Diagnosis {
  const newest = days.at(-1);
  if (!newest || audits.every(({ status }) => status === 'Passed')) {
    return { audits: [...audits], findings: [] };
  }
  const starts = explainedByErrors(audits);
  return diagnose(audits, {
    product: productLine({ name: newest.server.product, version: newest.server.version }),
    now,
    retention: retentionOf(days),
    connection: newest.connection,
    evidence: days.flatMap(({ evidence }) => evidence ?? []),
    summaries: days.map((day) => new StoredSummary(day)),
    errors: days.flatMap(({ window, errors }) => (starts.has(window.start) ? errors : [])),
  });
}

/** What the server reported last; null where it never did. */
function retentionOf(days: readonly StoredDay[]): number | null {
  const reported = days.filter(({ metricsRetention }) => typeof metricsRetention === 'number');
  const [first, ...others] = reported;
  const newest = others.reduce((a, b) => (a && a.storedAt >= b.storedAt ? a : b), first);
  return newest?.metricsRetention ?? null;
}

/** Costs of a stored day; its nodes become a map only when an estimate needs them. */
class StoredSummary implements WindowSummary {
  readonly start: number;
  readonly end: number;
  readonly clusters: WindowSummary['clusters'];
  readonly #day: StoredDay;
  #nodes: WindowSummary['nodes'] | null = null;

  constructor(day: StoredDay) {
    this.#day = day;
    this.start = spanOf(day).start;
    this.end = spanOf(day).end;
    this.clusters = new Map(day.clusters.map(({ cluster, ...costs }) => [cluster, costs]));
  }

  get nodes(): WindowSummary['nodes'] {
    this.#nodes ??= new Map(this.#day.nodes.map(({ node, ...cost }) => [node, cost]));
    return this.#nodes;
  }
}

/** A finding with the beginning that it has over all days. */
function sinceOf(finding: Finding, all: readonly Finding[]): Finding {
  const own = finding.windows.map(({ start }) => start);
  const whole = all.find(
    ({ id, windows }) =>
      withoutEpisode(id) === withoutEpisode(finding.id) &&
      windows.some(({ start }) => own.includes(start)),
  );
  if (!whole) return finding;
  const { first, state, trend } = whole;
  return { ...finding, first, state, trend };
}
