import type { Audit } from '../../../audits/schema.ts';
import type { Status } from '../../../audits/types.ts';
import { type AuditMark, auditMark } from '../../findings/marks.ts';
import { statusWords } from '../../status-text.ts';
import { type Markup, markup } from './markup.ts';

/** A sign for each status: colour alone never carries it. */
const signs: Readonly<Record<Status, string>> = {
  Passed: '✓',
  Warning: '!',
  Failed: '✕',
  Skipped: '?',
  NotRun: '–',
};

/** A status as a sign and a word. */
export function badge(status: Status): Markup {
  return markup`<span class="badge ${status}"><span class="sign" aria-hidden="true">${signs[status]}</span><span class="word">${statusWords[status].toLowerCase()}</span></span>`;
}

/** Signs and words of audits that were skipped for a reason that needs no action. */
const skippedBadges: Readonly<Partial<Record<AuditMark, readonly [string, string]>>> = {
  unsettled: ['~', 'not settled'],
  unsupported: ['–', 'not offered'],
};

/** The status of an audit; a skipped one says whether its window is only not settled yet. */
export function auditBadge(audit: Audit): Markup {
  const [sign, word] = skippedBadges[auditMark(audit)] ?? [];
  if (sign === undefined || word === undefined) return badge(audit.status);
  return markup`<span class="badge NotRun"><span class="sign" aria-hidden="true">${sign}</span><span class="word">${word}</span></span>`;
}

/** The sign of a status, hidden from screen readers. */
export function sign(status: Status): Markup {
  return markup`<span class="sign" aria-hidden="true">${signs[status]}</span>`;
}
