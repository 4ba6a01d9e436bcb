import { distance } from '../nearest.ts';

/** Ids that are compared; with more of them missing, the ids are not misspelled but others. */
const maxIds = 100;

/** The id that `id` is a misspelling of; null where there is none. Ids with other digits are other clusters. */
export function nearestOf(id: string, ids: readonly string[]): string | null {
  if (ids.length > maxIds) return null;
  const maxEdits = Math.max(1, Math.floor(id.length / 6));
  const near = ids
    .filter((other) => digitsOf(other) === digitsOf(id))
    .map((other) => ({ other, edits: distance(id.toLowerCase(), other.toLowerCase()) }))
    .filter(({ edits }) => edits <= maxEdits)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.other ?? null;
}

function digitsOf(id: string): string {
  return id.replace(/\D+/g, ' ').trim();
}
