import type { Audit, Difference } from './schema.ts';

/** A difference between what an audit generated and what the store held; null: no finite number. */
export function difference(
  key: string[],
  expected: number | null,
  actual: number | null,
): Difference {
  const delta = expected === null || actual === null ? null : actual - expected;
  const relative = delta === null || !expected ? null : delta / Math.abs(expected);
  return { key, expected, actual, delta, relative };
}

/** The resolution of a difference; of reports that do not state it, and of Kubecost's, that of the audit. */
export function resolutionOf(found: Difference, audit: Pick<Audit, 'resolution'>): number {
  return found.resolution ?? audit.resolution ?? 0;
}
