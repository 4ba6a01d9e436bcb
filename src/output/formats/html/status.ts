import type { Status } from '../../../audits/types.ts';
import { statusWords } from '../../status-text.ts';
import { type Markup, markup } from './markup.ts';

/** A shape for each status, so that none is told by its colour alone. */
const signs: Readonly<Record<Status, string>> = {
  Passed: '✓',
  Warning: '!',
  Failed: '✕',
  Skipped: '?',
  NotRun: '–',
};

/** A status as a coloured word with its sign. */
export function badge(status: Status): Markup {
  return markup`<span class="badge ${status}"><span class="sign" aria-hidden="true">${signs[status]}</span><span class="word">${statusWords[status].toLowerCase()}</span></span>`;
}

export function sign(status: Status): Markup {
  return markup`<span class="sign" aria-hidden="true">${signs[status]}</span>`;
}
