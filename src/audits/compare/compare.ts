import { resolutionOf } from '../difference.ts';
import type { Audit, Difference, MissingValue } from '../schema.ts';
import type { CompareEntry, CompareReport } from './schema.ts';

type Found = Difference | MissingValue;
type Place = Pick<Audit, 'window' | 'type'>;

/** A difference or missing value of one report, and the audit it comes from. */
interface Placed {
  readonly audit: Audit;
  readonly found: Found;
}

/**
 * Changes of the differences and missing values of the same window, type and key between two reports.
 * One is fixed only where the later report evaluated its audit; otherwise it is `unseen`.
 */
export function compare(before: readonly Audit[], after: readonly Audit[]): CompareReport {
  const earlier = placed(before);
  const later = placed(after);
  const evaluated = new Set(after.filter(isEvaluated).map(placeOf));
  const report: Omit<CompareReport, 'unseen'> & { unseen: CompareEntry[] } = {
    schemaVersion: 1,
    new: [],
    worse: [],
    better: [],
    fixed: [],
    unchanged: 0,
    unseen: [],
  };
  for (const [id, now] of later) {
    const then = earlier.get(id);
    if (!then) {
      report.new.push(entry(now));
      continue;
    }
    const change = changeOf(then, now);
    if (change === 'unchanged') report.unchanged++;
    else report[change].push({ ...entry(now), ...deltaBefore(then.found) });
  }
  for (const [id, then] of earlier) {
    if (later.has(id)) continue;
    report[evaluated.has(placeOf(then.audit)) ? 'fixed' : 'unseen'].push(entry(then));
  }
  const { unseen, ...seen } = report;
  return unseen.length > 0 ? { ...seen, unseen } : seen;
}

/** Number of audits that both reports evaluated. */
export function evaluatedInBoth(before: readonly Audit[], after: readonly Audit[]): number {
  const earlier = new Set(before.filter(isEvaluated).map(placeOf));
  return after.filter((audit) => isEvaluated(audit) && earlier.has(placeOf(audit))).length;
}

function isEvaluated({ status }: Audit): boolean {
  return status !== 'Skipped' && status !== 'NotRun';
}

/** Windows are compared by time: servers write them in more than one format. */
function placeOf({ window, type }: Place): string {
  return JSON.stringify([type, moment(window.start), moment(window.end)]);
}

function moment(time: string): number | string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : ms;
}

/** Differences and missing values by their identity in another report. */
function placed(audits: readonly Audit[]): Map<string, Placed> {
  const all = new Map<string, Placed>();
  for (const audit of audits) {
    for (const found of foundBy(audit)) {
      const id = JSON.stringify([placeOf(audit), 'delta' in found, found.key]);
      let again = 0;
      while (all.has(`${id}${again}`)) again++;
      all.set(`${id}${again}`, { audit, found });
    }
  }
  return all;
}

/** Differences and missing values; a Failed or Warning audit without any counts as one itself. */
function foundBy({ status, description, differences, missing }: Audit): Found[] {
  const found = [...differences, ...missing];
  if (found.length > 0 || (status !== 'Failed' && status !== 'Warning')) return found;
  return [{ key: [], description: description || `${status} without a difference` }];
}

function entry({ audit: { window, type }, found }: Placed): CompareEntry {
  return { window, type, ...found };
}

function deltaBefore(found: Found): { before?: number | null } {
  return 'delta' in found ? { before: found.delta } : {};
}

/** A delta that is not a number is worse than any amount; one of the same size with the other sign is worse. */
function changeOf(then: Placed, now: Placed): 'worse' | 'better' | 'unchanged' {
  if (!('delta' in then.found) || !('delta' in now.found)) return 'unchanged';
  const [was, is] = [then.found.delta, now.found.delta];
  if (was === null || is === null) {
    if (was === is) return 'unchanged';
    return is === null ? 'worse' : 'better';
  }
  const noise = 1e-9 * Math.abs(now.found.expected ?? 0);
  const allowed = Math.max(
    resolutionOf(then.found, then.audit),
    resolutionOf(now.found, now.audit),
    noise,
  );
  if (Math.abs(is - was) <= allowed) return 'unchanged';
  return Math.abs(is) < Math.abs(was) ? 'better' : 'worse';
}
