import { hour, minute } from '../time.ts';
import type { Audit } from './schema.ts';
import { notSettled } from './types.ts';

type Skipped = Pick<Audit, 'status' | 'description' | 'window'>;

/** Whether an audit was skipped only because its window can still change. */
export function isNotSettled({ status, description }: Skipped): boolean {
  return status === 'Skipped' && description.startsWith(notSettled);
}

/** The time from which a window no longer changes, in ms since 1970; null where it is not known. */
export function settlesAt(audit: Skipped): number | null {
  if (!isNotSettled(audit)) return null;
  const [, hours] = /\b(?:after|until) (\d+) h\b/.exec(audit.description) ?? [];
  const end = Date.parse(audit.window.end);
  return hours === undefined || Number.isNaN(end) ? null : end + Number(hours) * hour;
}

/**
 * Audits that were not evaluated because their windows can still change, and until when:
 * `not yet: 3 audits of 2026-11-25 until 2026-11-28 00:00`; null where there are none.
 */
export function notYetText(audits: readonly Audit[]): string | null {
  const waiting = audits.filter(isNotSettled);
  if (waiting.length === 0) return null;
  const starts = waiting.map(({ window }) => window.start.slice(0, 10)).sort();
  const [first = ''] = starts;
  const last = starts.at(-1) ?? '';
  const until = Math.max(...waiting.map((audit) => settlesAt(audit) ?? Number.NaN));
  const count = `${waiting.length} ${waiting.length === 1 ? 'audit' : 'audits'}`;
  const days = first === last ? first : `${first} to ${last}`;
  return `not yet: ${count} of ${days}${Number.isNaN(until) ? '' : ` until ${minuteText(until)}`}`;
}

/** `2026-11-28 00:00`, rounded up to the minute. */
function minuteText(ms: number): string {
  const text = new Date(Math.ceil(ms / minute) * minute).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}
