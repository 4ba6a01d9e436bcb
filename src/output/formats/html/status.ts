import type { Status } from '../../../audits/types.ts';
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

/** The sign of a status, hidden from screen readers. */
export function sign(status: Status): Markup {
  return markup`<span class="sign" aria-hidden="true">${signs[status]}</span>`;
}
