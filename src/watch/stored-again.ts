import type { StoredDay } from '../store/schema.ts';
import { day } from '../time.ts';

/** How often a day with problems is evaluated again although its totals have not changed, in milliseconds. */
const evaluatedAgainAfter = day;

/**
 * Whether a stored day could be repaired: an audit failed or warns, or could not be evaluated for want of
 * data. The others are never requested again.
 */
export function hasProblem({ audits, presence }: StoredDay): boolean {
  return (
    presence.empty.length > 0 ||
    presence.unknown.length > 0 ||
    audits.some(({ status }) => status === 'Failed' || status === 'Warning')
  );
}

/** Whether a stored day is evaluated again now, since its totals do not show every repair. */
export function isDueAgain(stored: StoredDay, now: number): boolean {
  return hasProblem(stored) && now - Date.parse(stored.storedAt) >= evaluatedAgainAfter;
}
