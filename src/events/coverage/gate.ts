import type { FindingKind, Source } from './state.ts';

/** Findings that each source can report, and that are therefore unknown when it fails. */
const reports: Readonly<Record<Source, readonly FindingKind[]>> = {
  log: ['error', 'missing', 'empty', 'stale', 'incomplete'],
  status: ['error', 'missing', 'empty', 'stale', 'incomplete'],
  metrics: ['error', 'empty', 'incomplete'],
  presence: ['missing', 'empty', 'stale', 'incomplete'],
};

/** Whether a source that failed could have reported something that the gate counts. */
export function isUndecided(failed: ReadonlySet<Source>, failOn: readonly FindingKind[]): boolean {
  return [...failed].some((source) => reports[source].some((kind) => failOn.includes(kind)));
}
